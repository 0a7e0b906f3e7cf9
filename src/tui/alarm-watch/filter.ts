/** What the operator wants to see. Panic and priority 1 pass every filter: nobody may filter them away. */
import {screenState} from '../../alarm/screen-state.ts'
import type {Alarm} from '../../model/alarm.ts'
import {isWithin, type Jurisdiction, UNROUTED} from '../../model/jurisdiction.ts'

export interface Filter {
  /** As typed. */
  readonly text: string
  readonly terms: readonly Term[]
  readonly list: ListName
}

/** `main` what needs somebody; `hidden` what is shelved, suppressed, out of service; `unrouted` what no jurisdiction has. */
export type ListName = (typeof LISTS)[number]
export const LISTS = ['main', 'hidden', 'unrouted'] as const

interface Term {
  readonly inverse: boolean
  /** Absent: anywhere. */
  readonly field?: Field
  readonly value: string
}

type Field = keyof typeof FIELDS

const FIELDS = {
  p: ({priority}: Alarm) => String(priority),
  site: ({site}: Alarm) => site,
  account: ({account}: Alarm) => account,
  code: ({code}: Alarm) => code,
  zone: ({zone}: Alarm) => zone ?? '',
  device: ({device, deviceName}: Alarm) => `${device ?? ''} ${deviceName ?? ''}`,
  name: ({name}: Alarm) => name,
  kind: ({category}: Alarm) => category,
  state: (alarm: Alarm) => `${screenState(alarm)} ${alarm.condition} ${alarm.handling}`,
  area: ({jurisdiction}: Alarm) => jurisdiction,
}

export const NO_FILTER: Filter = {text: '', terms: [], list: 'main'}

/** Words that must all be there: `bank`, `!test`, `site:s-12`, `!p:4`. Unknown fields are searched as text. */
export function parseFilter(text: string, list: ListName = 'main'): Filter {
  const words = text.split(/\s+/).filter((word) => word !== '' && word !== '!')
  return {text, terms: words.map(term), list}
}

function term(word: string): Term {
  const inverse = word.startsWith('!')
  const body = (inverse ? word.slice(1) : word).toLowerCase()
  const colon = body.indexOf(':')
  const field = body.slice(0, Math.max(0, colon))
  return isField(field) ? {inverse, field, value: body.slice(colon + 1)} : {inverse, value: body}
}

function isField(name: string): name is Field {
  return Object.hasOwn(FIELDS, name)
}

/** True for alarms that no filter or scope may hide; a mask may hide those of priority 1 that are no panic. */
export function isPanic({priority, latching}: Alarm): boolean {
  return priority === 1 || latching
}

/** Everything of an alarm that the filter looks at, lower case. */
export function searchText(alarm: Alarm): string {
  const {code, name, category, account, zone, site, device, deviceName, jurisdiction, text} = alarm
  return [code, name, category, account, zone, site, device, deviceName, jurisdiction, text]
    .filter((part) => part !== undefined)
    .join(' ')
    .toLowerCase()
}

/** `search` is the alarm's searchText. */
export function isShown(filter: Filter, scope: Jurisdiction, alarm: Alarm, search: string): boolean {
  if (!isListed(filter.list, alarm)) return false
  if (isPanic(alarm)) return true
  // Nobody's alarm is everybody's.
  if (filter.list !== 'unrouted' && !isWithin(alarm.jurisdiction, scope)) return false
  return filter.terms.every(({inverse, field, value}) => {
    const text = field === undefined ? search : FIELDS[field](alarm).toLowerCase()
    return text.includes(value) !== inverse
  })
}

function isListed(list: ListName, {hidden, handling, jurisdiction}: Alarm): boolean {
  switch (list) {
    case 'main':
      return hidden === undefined
    case 'hidden':
      return hidden !== undefined
    case 'unrouted':
      return jurisdiction === UNROUTED && handling !== 'closed'
  }
}
