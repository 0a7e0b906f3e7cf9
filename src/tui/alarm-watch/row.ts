/** One alarm as one line. What the platform decides stands left, in fixed columns; device text stands right and cannot forge it. */
import type {Alarm} from '../../model/alarm.ts'
import type {Priority} from '../../model/signal.ts'
import type {Ack} from './acks.ts'
import {type Line, padded, paddedLeft, type Segment} from './cells.ts'
import type {Look} from './look.ts'
import {ageText} from './words.ts'

/** A symbol and a letter, so that no colour is needed. */
export const PRIORITIES: Readonly<Record<Priority, string>> = {1: '!!P1', 2: ' !P2', 3: '  P3', 4: '  P4'}
export const COLORS: Readonly<Partial<Record<Priority, 'red' | 'yellow' | 'cyan'>>> = {1: 'red', 2: 'yellow', 3: 'cyan'}

export interface RowContext {
  readonly now: number
  readonly columns: number
  readonly look: Look
  readonly isSelected: boolean
  /** Not LIVE: shown, but not to be trusted. */
  readonly isStale: boolean
  readonly ack: Ack | undefined
}

interface Column {
  readonly head: string
  readonly width: number
  readonly text: (alarm: Alarm, context: RowContext) => string
}

const ACK_WORDS = {
  queued: 'queued',
  sending: 'sending',
  conflict: 'AGAIN!',
  failed: 'FAILED',
  expired: 'EXPIRED',
} as const
const HANDLING_WORDS = {new: 'NEW', acked: 'acked', dispatched: 'sent', closed: 'closed'} as const
const STATE_WORDS = {active: 'ACTIVE', restored: 'ended', latched: 'LATCHED'} as const

/** Asked of a platform below and not answered: that is not acknowledged. */
function ackCell({handling, pending}: Alarm, {ack}: RowContext): string {
  if (ack) return ACK_WORDS[ack.state]
  return pending ? 'asked' : HANDLING_WORDS[handling]
}

const FIXED: readonly Column[] = [
  {head: 'ACK', width: 7, text: ackCell},
  {
    head: 'STATE',
    width: 7,
    text: ({condition}) => STATE_WORDS[condition],
  },
  {head: ' AGE', width: 4, text: (alarm, {now}) => paddedLeft(ageOrLeft(alarm, now), 4)},
  {
    head: '',
    width: 4,
    text: ({count}, {look}) => (count > 1 ? `${look.marks.times}${count > 999 ? '1k+' : count}` : ''),
  },
]
const TIME: Column = {head: 'RAISED', width: 8, text: ({raisedAt}, {look}) => look.timeOf(raisedAt)}
const ACCOUNT: Column = {
  head: 'ACCT/ZONE',
  width: 10,
  text: ({account, zone}) => (zone === undefined ? account : `${account}/${zone}`),
}
const NAME = {head: 'ALARM', text: (alarm: Alarm) => alarm.name}
const PLACE = {
  head: 'WHERE',
  text: ({deviceName, device, site}: Alarm) => deviceName ?? device ?? (site || 'not in the inventory'),
}
const AREA = {head: 'AREA', text: ({jurisdiction}: Alarm) => jurisdiction || 'unrouted'}
/** How the room that is left is shared. */
const SHARES = [
  {...NAME, share: 0.52},
  {...PLACE, share: 0.48},
]
const AREA_SHARES = [
  {...NAME, share: 0.4},
  {...PLACE, share: 0.35},
  {...AREA, share: 0.25},
]
/** Widths from which on a column is worth its room. */
const ACCOUNT_FROM = 64
const TIME_FROM = 100
const AREA_FROM = 118
/** Cursor and priority. */
const LEFT = 2 + 4 + 1

export function rowLine(alarm: Alarm, context: RowContext): Line {
  const {columns, look, isSelected, isStale} = context
  const {priority, handling} = alarm
  const cursor = isSelected ? look.marks.cursor : ' '
  const text = columnsOf(columns).map((column) => padded(column.text(alarm, context), column.width, look.marks.cut))
  const isNew = handling === 'new' && !isStale
  const style: Omit<Segment, 'text'> = {
    bold: isNew,
    dim: !isSelected && (isStale || handling === 'closed'),
    inverse: isSelected,
  }
  const color = isStale || handling === 'closed' ? undefined : COLORS[priority]
  return [
    {text: `${cursor} ${PRIORITIES[priority]} `, ...style, ...(color ? {color} : {})},
    {text: padded(text.join(' '), columns - LEFT, look.marks.cut), ...style},
  ]
}

export function headLine(columns: number): Line {
  const heads = columnsOf(columns).map(({head, width}) => padded(head, width))
  return [{text: padded(`  PRIO ${heads.join(' ')}`, columns), dim: true}]
}

/** The columns right of the priority, as many as there is room for. */
function columnsOf(columns: number): readonly Column[] {
  const fixed = columns >= TIME_FROM ? [...FIXED, TIME] : FIXED
  const right = columns >= ACCOUNT_FROM ? [ACCOUNT] : []
  const shares = columns >= AREA_FROM ? AREA_SHARES : SHARES
  const taken = [...fixed, ...right].reduce((sum, {width}) => sum + width + 1, LEFT + shares.length - 1)
  const room = Math.max(0, columns - taken)
  const texts = shares.map(({share, ...column}) => ({...column, width: Math.floor(room * share)}))
  return [...fixed, ...texts, ...right]
}

/** How long it has been there; of a hidden one how long it stays away, `-28m`. */
function ageOrLeft({raisedAt, hidden}: Alarm, now: number): string {
  return hidden?.until === undefined ? ageText(now - raisedAt) : `-${ageText(hidden.until - now)}`
}
