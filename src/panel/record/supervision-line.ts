/** The line of a supervised path, read back from a record. */
import {Fields, present} from '../../lib/fields.ts'

/** Times in ms. */
export interface SupervisionLine {
  readonly at: number
  readonly path: string
  /** Name of the EN 50136 class; absent: an interval or a time was given. */
  readonly class?: string
  readonly reportingMs: number
  readonly intervalMs?: number
  readonly watchedMs: number
  readonly blindMs: number
  readonly state: string
  readonly messages: number
  readonly interval?: {
    readonly minMs: number
    readonly medianMs: number
    readonly p99Ms: number
    readonly maxMs: number
    readonly jitterMs: number
  }
  readonly missedPolls?: number
  readonly longestGapMs: number
  readonly late: number
  readonly missing: number
  readonly falseAlarms: number
  readonly lossToFailedMs?: number
  readonly outageMs?: number
}

const MAX_MS = Number.MAX_SAFE_INTEGER

/** Throws CW_BAD_VALUE naming the member. */
export function supervisionLineIn(value: unknown): SupervisionLine {
  const fields = new Fields(value, '')
  const expected = fields.object('expected')
  const result = fields.object('result')
  const ms = (from: Fields, name: string) => from.number(name, 0, MAX_MS)
  const maybe = (from: Fields, name: string) => (from.has(name) ? ms(from, name) : undefined)
  return {
    at: fields.integer('at', 0),
    path: result.text('path', 40),
    ...present({class: fields.optionalText('class', 40), intervalMs: maybe(expected, 'intervalMs')}),
    reportingMs: ms(expected, 'reportingMs'),
    watchedMs: ms(fields, 'watchedMs'),
    blindMs: ms(fields, 'blindMs'),
    state: result.text('state', 40),
    messages: result.integer('messages', 0),
    ...present({interval: result.has('interval') ? intervalIn(result.object('interval')) : undefined}),
    longestGapMs: ms(result, 'longestGapMs'),
    late: result.integer('late', 0),
    missing: result.integer('missing', 0),
    falseAlarms: result.integer('falseAlarms', 0),
    ...present({
      missedPolls: maybe(result, 'missedPolls'),
      lossToFailedMs: maybe(result, 'lossToFailedMs'),
      outageMs: maybe(result, 'outageMs'),
    }),
  }
}

function intervalIn(fields: Fields): NonNullable<SupervisionLine['interval']> {
  const ms = (name: string) => fields.number(name, 0, MAX_MS)
  return {
    minMs: ms('minMs'),
    medianMs: ms('medianMs'),
    p99Ms: ms('p99Ms'),
    maxMs: ms('maxMs'),
    jitterMs: ms('jitterMs'),
  }
}
