/** Everything about the selected alarm, one fact a line. */
import type {Alarm} from '../../model/alarm.ts'
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

function factsOf(alarm: Alarm, {now, look, ack}: DetailContext): (readonly [string, string])[] {
  const {id, version, name, code, category, priority, condition, latching, count} = alarm
  const latch = latching ? ', latches until it is reset (R)' : ''
  const times = count > 1 ? `, fired ${count} times, last change ${look.dateOf(alarm.changedAt)}` : ''
  return [
    ['alarm', `${PRIORITIES[priority].trim()} ${name}`],
    ['what', `${category}, code ${code}, alarm ${id} version ${version}`],
    ['state', `${condition === 'active' ? 'ACTIVE' : 'ended'}${latch}`],
    ['raised', `${look.dateOf(alarm.raisedAt)}, ${ageText(now - alarm.raisedAt)} ago${times}`],
    ['ack', ack ? ackText(ack, look) : handlingText(alarm)],
    ['where', alarm.deviceName ?? 'not in the inventory'],
    ['device', `${alarm.device ?? 'unknown'}, account ${alarm.account}`],
    ['zone', `${alarm.zone ?? 'none named'}${alarm.partition === undefined ? '' : `, partition ${alarm.partition}`}`],
    ['site', `${alarm.site || 'unknown'}, ${alarm.jurisdiction || 'unrouted'}`],
    ['text', alarm.text ?? ''],
    ...(alarm.origin ? [['from', originText(alarm.origin)] as const] : []),
  ]
}

function originText({path, id, lost}: AlarmOrigin): string {
  return lost ? `${path.join(' / ')}, which no longer has it: handled here` : `${path.join(' / ')}, alarm ${id} there`
}

function handlingText({handling, ackedBy, pending}: Alarm): string {
  if (pending) return `NOT acknowledged yet: ${pending.by} asked the platform below, which has not answered`
  if (handling === 'new') return 'NOT acknowledged'
  const by = ackedBy === undefined ? '' : ` by ${ackedBy}`
  return handling === 'acked' ? `acknowledged${by}` : `closed${by}`
}
