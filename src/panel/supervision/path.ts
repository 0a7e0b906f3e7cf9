/** One supervised path of an account: when it was heard, what has become of it, and the sums of the run. */
import type {Expectation, PathName} from './event.ts'
import {type IntervalSummary, Intervals} from './intervals.ts'
import type {Timed} from './wheel.ts'

export type PathState = 'waiting' | 'on time' | 'late' | 'missing'

/** How far the panel's clock is ahead of ours by the times in its messages, ms; they have whole seconds. */
export interface PanelClock {
  readonly n: number
  readonly firstMs: number
  readonly lastMs: number
  readonly minMs: number
  readonly maxMs: number
  /** Last − first. */
  readonly driftMs: number
}

export interface PathReport {
  readonly account: string
  readonly path: PathName
  /** At the end. `waiting`: never heard, and not yet missing. */
  readonly state: PathState
  readonly messages: number
  readonly interval?: IntervalSummary
  /** Polls that did not come, counted from the gaps; absent when the interval is not known. */
  readonly missedPolls?: number
  /** Also one that has not ended. */
  readonly longestGapMs: number
  readonly late: number
  readonly missing: number
  /** Declared missing and heard again within one interval: the path was not lost, the time is too short. */
  readonly falseAlarms: number
  /** Longest silence when it was declared missing: the loss came after it began. Absent: never missing. */
  readonly lossToFailedMs?: number
  /** From declared missing to heard again, the longest. */
  readonly outageMs?: number
  readonly clock?: PanelClock
}

/** Times are the supervisor's own, ms since its start. */
export class Path implements Timed {
  slot = 0
  state: PathState = 'waiting'
  messages = 0
  late = 0
  missing = 0
  falseAlarms = 0
  /** Of the last message, or where the watch of a path never heard began. */
  lastAt: number
  missingAt = 0
  readonly account: string
  readonly expected: Expectation
  readonly intervals = new Intervals()
  #missedPolls = 0
  #longestGapMs = 0
  #lossToFailedMs = -1
  #outageMs = -1
  #clock: PanelClock | undefined

  constructor(account: string, expected: Expectation, now: number) {
    this.account = account
    this.expected = expected
    this.lastAt = now
  }

  /** When something is to be said if nothing comes; `since`: the latest moment that everybody's timers began anew. */
  deadline(since: number): number {
    const {intervalMs, graceMs, reportingMs} = this.expected
    const from = Math.max(this.lastAt, since)
    const late = intervalMs === undefined || this.state === 'late' ? reportingMs : intervalMs + graceMs
    return from + Math.min(late, reportingMs)
  }

  /** The silence counts as failed, not only as late. */
  isOverdue(since: number, now: number): boolean {
    return now - Math.max(this.lastAt, since) >= this.expected.reportingMs
  }

  failed(now: number, silentMs: number): void {
    this.state = 'missing'
    this.missing += 1
    this.missingAt = now
    this.#lossToFailedMs = Math.max(this.#lossToFailedMs, silentMs)
  }

  /** A valid message. `whole`: the watch was not interrupted since the last one. */
  heard(now: number, whole: boolean): void {
    const gapMs = now - this.lastAt
    const {intervalMs} = this.expected
    if (this.messages > 0 || this.state !== 'waiting') this.#longestGapMs = Math.max(this.#longestGapMs, gapMs)
    if (this.messages > 0 && whole && this.state !== 'missing') this.intervals.add(gapMs)
    if (intervalMs !== undefined && whole) this.#missedPolls += missedIn(gapMs, intervalMs)
    if (this.state === 'missing') this.#backAgain(now)
    this.messages += 1
    this.lastAt = now
    this.state = 'on time'
  }

  /** The time that a message carries, against ours, both in ms since the epoch. */
  clocked(panelAt: number, ourAt: number): void {
    const ms = panelAt - ourAt
    const {n = 0, firstMs = ms, minMs = ms, maxMs = ms} = this.#clock ?? {}
    this.#clock = {
      n: n + 1,
      firstMs,
      lastMs: ms,
      minMs: Math.min(minMs, ms),
      maxMs: Math.max(maxMs, ms),
      driftMs: ms - firstMs,
    }
  }

  report(now: number): PathReport {
    const {account, expected, state, messages, late, missing, falseAlarms} = this
    const interval = this.intervals.summary()
    const openMs = now - this.lastAt
    const missed = this.#missedPolls + (expected.intervalMs === undefined ? 0 : openPolls(openMs, expected))
    return {
      account,
      path: expected.path,
      state,
      messages,
      ...(interval ? {interval} : {}),
      ...(expected.intervalMs === undefined ? {} : {missedPolls: missed}),
      longestGapMs: Math.max(this.#longestGapMs, openMs),
      late,
      missing,
      falseAlarms,
      ...(this.#lossToFailedMs < 0 ? {} : {lossToFailedMs: this.#lossToFailedMs}),
      ...(this.#outageMs < 0 ? {} : {outageMs: this.#outageMs}),
      ...(this.#clock ? {clock: this.#clock} : {}),
    }
  }

  #backAgain(now: number): void {
    const outageMs = now - this.missingAt
    const interval = this.expected.intervalMs ?? this.intervals.summary()?.medianMs ?? 0
    if (outageMs <= interval) this.falseAlarms += 1
    this.#outageMs = Math.max(this.#outageMs, outageMs)
  }
}

/** A gap of two and a half intervals has lost two polls or one late one: the nearest whole number counts. */
function missedIn(gapMs: number, intervalMs: number): number {
  return Math.max(0, Math.round(gapMs / intervalMs) - 1)
}

/** Of a gap that has not ended only what is overdue beyond its grace. */
function openPolls(openMs: number, {intervalMs = 1, graceMs}: Expectation): number {
  return Math.max(0, Math.floor((openMs - graceMs) / intervalMs))
}
