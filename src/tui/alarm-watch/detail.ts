/** Everything about the selected alarm, one fact a line. */
import type {Alarm} from '../../model/alarm.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {AlarmOrigin} from '../../model/origin.ts'
import type {Ack} from './acks.ts'
import {type Line, padded, wrap} from './cells.ts'
import type {Look} from './look.ts'
import {PRIORITIES} from './row.ts'
import {ackText, ageText} from './words.ts'

const LABEL = 9

export interface DetailContext {
  readonly now: number
  readonly look: Look
  readonly ack: Ack | undefined
  /** The hand-over that it is part of, while that waits for somebody. */
  readonly handoff: Handoff | undefined
}

/** Exactly `rows` lines of `columns` cells. `isWrapped`: long values go on over several lines. */
export function detailLines(
  alarm: Alarm | undefined,
  context: DetailContext,
  {rows, columns}: {readonly rows: number; readonly columns: number},
  isWrapped: boolean,
): Line[] {
  const facts: readonly (readonly [string, string])[] = alarm ? factsOf(alarm, context) : [['', 'no alarm is selected']]
  const width = Math.max(1, columns - LABEL - 1)
  const lines = facts.flatMap(([label, value]) => {
    const values = isWrapped ? wrap(value, width) : [value]
    return values.map(
      (text, index): Line => [
        {text: padded(` ${index === 0 ? label : ''}`, LABEL), dim: true},
        {text: padded(text, width + 1, context.look.marks.cut), bold: label === 'alarm'},
      ],
    )
  })
  const blank: Line = [{text: ' '.repeat(columns)}]
  return Array.from({length: rows}, (_, index) => lines[index] ?? blank)
}

function factsOf(alarm: Alarm, context: DetailContext): (readonly [string, string])[] {
  const {now, look, ack, handoff} = context
  const {id, version, name, code, category, priority, count} = alarm
  const times = count > 1 ? `, fired ${count} times, last change ${look.dateOf(alarm.changedAt)}` : ''
  return [
    ['alarm', `${PRIORITIES[priority].trim()} ${name}`],
    ['what', `${category}, code ${code}, alarm ${id} version ${version}`],
    ['state', stateText(alarm, context)],
    ['raised', `${look.dateOf(alarm.raisedAt)}, ${ageText(now - alarm.raisedAt)} ago${times}`],
    ['ack', ack ? ackText(ack, look) : handlingText(alarm)],
    ...(handoff ? [['110', handoffText(handoff, look)] as const] : []),
    ['where', alarm.deviceName ?? 'not in the inventory'],
    ['device', `${alarm.device ?? 'unknown'}${alarm.account === '' ? '' : `, account ${alarm.account}`}`],
    ['zone', `${alarm.zone ?? 'none named'}${alarm.partition === undefined ? '' : `, partition ${alarm.partition}`}`],
    ['site', `${alarm.site || 'unknown'}, ${alarm.jurisdiction || 'unrouted'}`],
    ['text', alarm.text ?? ''],
    ...(alarm.checks || alarm.comment ? [['said', saidText(alarm, look)] as const] : []),
    ...(alarm.origin ? [['from', originText(alarm.origin)] as const] : []),
  ]
}

function originText({path, id, lost}: AlarmOrigin): string {
  return lost ? `${path.join(' / ')}, which no longer has it: handled here` : `${path.join(' / ')}, alarm ${id} there`
}

const HIDDEN = {shelved: 'SHELVED', suppressed: 'SUPPRESSED', 'out-of-service': 'OUT OF SERVICE'} as const

function stateText({condition, latching, hidden}: Alarm, {now, look}: DetailContext): string {
  const is = {active: 'ACTIVE', restored: 'ended', latched: 'LATCHED'}[condition]
  const latch = condition === 'latched' ? ': R resets it' : latching ? ', latches until it is reset (R)' : ''
  if (hidden === undefined) return `${is}${latch}`
  const left = hidden.until === undefined ? '' : ` until ${look.timeOf(hidden.until)} (${ageText(hidden.until - now)})`
  const who = hidden.as === 'out-of-service' ? hidden.owner : hidden.by
  return `${is}, ${HIDDEN[hidden.as]}${left} by ${who}: ${hidden.reason}`
}

function handoffText({id, state, grounds, handed}: Handoff, {timeOf}: Look): string {
  const why = [...new Set(grounds.map(({rule}) => rule))].join(' ')
  if (handed) return `told by ${handed.by} at ${timeOf(handed.at)} (${handed.how}, ${handed.to}), NO ANSWER yet, #${id}`
  return `${state === 'direct' ? '110 has the line itself: do not tell twice' : 'TELL 110'}, #${id} ${why}`
}

/** What people found and wrote last. */
function saidText({checks = [], comment}: Alarm, {timeOf}: Look): string {
  const check = checks.at(-1)
  const parts = [
    ...(check ? [`${check.found} (${check.by} ${timeOf(check.at)})`] : []),
    ...(comment ? [`${comment.text} (${comment.by} ${timeOf(comment.at)})`] : []),
  ]
  return parts.join(', ')
}

function handlingText({handling, ackedBy, dispatch, closed, pending}: Alarm): string {
  if (pending) return `NOT acknowledged yet: ${pending.by} asked the platform below, which has not answered`
  const sent = dispatch ? `, ${dispatch.unit} is on the way` : ''
  if (handling === 'new') return `NOT acknowledged${sent}`
  const by = ackedBy === undefined ? '' : ` by ${ackedBy}`
  if (handling !== 'closed') return `acknowledged${by}${sent}`
  return `closed${closed?.as === undefined ? '' : ` as ${closed.as}`} by ${closed?.by ?? ackedBy ?? 'nobody named'}`
}
