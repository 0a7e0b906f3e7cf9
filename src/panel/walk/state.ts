/** How far a walk test has come: the checklist with what each point has reported, and everything that belongs to no point. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {Position} from '../../model/log-entry.ts'
import type {Signal} from '../../model/signal.ts'
import {type ClockProof, NO_STAMPS} from './clock-proof.ts'
import type {Fit} from './codes.ts'
import {type History, noHistory} from './history.ts'
import type {HeardLine, WalkPoint, WalkRunLine, WindowLine} from './lines.ts'

/** A signal that counted for a point. `activated`, `tested`: the panel's own test mode sent it in place of the real code. */
export interface Tick {
  readonly n: number
  readonly at: number
  readonly scheme: Signal['scheme']
  readonly code: string
  readonly qualifier: Signal['qualifier']
  readonly how: Fit | 'activated' | 'tested'
  readonly by: SafeText
  readonly isPanelTest: boolean
  /** Absent until, or where, nobody measured it. */
  readonly ackMs?: number
  /** The panel's own time stamp. */
  readonly occurredAt?: number
}

export interface Decision {
  readonly at: number
  readonly by: SafeText
  readonly text: SafeText
}

export interface PointState {
  readonly point: WalkPoint
  /** Life safety: never hidden, never skipped in silence. */
  readonly isPanic: boolean
  readonly alarm?: Tick
  readonly restore?: Tick
  /** Alarms with the right code so far. */
  readonly alarms: number
  /** The last thing that it reported wrongly since it was (re)tested. */
  readonly wrong?: {readonly at: number; readonly what: SafeText}
  /** The panel says that it was not tested (Contact ID 612). */
  readonly untestedAt?: number
  readonly skipped?: Decision
  readonly failed?: Decision
  readonly notes: readonly Decision[]
}

/** `alarm`: waits for the restore. `wrong`: only wrong signals so far. */
export type PointResult = 'open' | 'alarm' | 'wrong' | 'passed' | 'failed' | 'skipped'

export type ListedKind =
  | 'wrong-code'
  | 'wrong-partition'
  | 'unexpected'
  | 'duplicate'
  | 'refused'
  | 'refused-other'
  | 'off-test'
  | 'gap'
  | 'not-tested'
  | 'paused'
  | 'no-real-code'
  | 'partition-not-listed'
  | 'checklist-changed'
  | 'other'

/** Something heard that ticks nothing off, or that is worth a word although it did. */
export interface Listed {
  readonly at: number
  readonly kind: ListedKind
  /** Points that it may concern. */
  readonly keys: readonly string[]
  readonly what: SafeText
  /** What was expected, or why it stands here; '' where that says itself. */
  readonly why: string
  /** Number of the signal; absent when it is none. */
  readonly n?: number
  readonly isPanelTest: boolean
}

/** An on-test window, by the clock of this machine. */
export interface Window extends Pick<WindowLine, 'id' | 'from' | 'until' | 'reason' | 'by'> {
  /** Absent while nobody has ended it. */
  readonly endedAt?: number
  /** False for a window that somebody else had opened. */
  readonly isOurs: boolean
}

export interface WalkState {
  readonly account: string
  readonly runs: readonly WalkRunLine[]
  /** In the order of the checklist, by key. */
  readonly points: ReadonlyMap<string, PointState>
  /** Keys by zone. */
  readonly zones: ReadonlyMap<string, readonly string[]>
  readonly source: SafeText | ''
  /** Signals so far, duplicates included. */
  readonly heard: number
  readonly latest: History<HeardLine>
  readonly listed: History<Listed>
  readonly counts: Readonly<Partial<Record<ListedKind, number>>>
  readonly isPaused: boolean
  /** When the panel's own test mode began; absent while it is off. */
  readonly panelTestSince?: number
  readonly windows: readonly Window[]
  readonly position?: Position
  readonly stamps: ClockProof
  readonly beganAt?: number
  /** Of the last line. */
  readonly at: number
  /** How the last run ended; absent while one is on, or when it was killed. */
  readonly end?: 'finished' | 'stopped' | 'timeout' | 'off-test'
}

export function newWalk(account: string): WalkState {
  return {
    account,
    runs: [],
    points: new Map(),
    zones: new Map(),
    source: '',
    heard: 0,
    latest: noHistory(),
    listed: noHistory(),
    counts: {},
    isPaused: false,
    windows: [],
    stamps: NO_STAMPS,
    at: 0,
  }
}

export function resultOf({alarm, restore, wrong, skipped, failed}: PointState): PointResult {
  if (failed) return 'failed'
  if (alarm && restore) return 'passed'
  if (skipped) return 'skipped'
  if (alarm) return 'alarm'
  return wrong ? 'wrong' : 'open'
}

export function isAsked({point}: PointState): boolean {
  return point.asked !== false
}

export type Counts = Readonly<Record<PointResult, number>> & {readonly asked: number}

/** Points of this walk by result. */
export function countPoints({points}: WalkState): Counts {
  const counts = {open: 0, alarm: 0, wrong: 0, passed: 0, failed: 0, skipped: 0, asked: 0}
  for (const point of points.values()) {
    if (!isAsked(point)) continue
    counts.asked += 1
    counts[resultOf(point)] += 1
  }
  return counts
}

/** True when no point of this walk waits for anything. */
export function isDone(state: WalkState): boolean {
  const {asked, passed, failed, skipped} = countPoints(state)
  return asked > 0 && passed + failed + skipped === asked
}

/** Ids of the windows that a walk of ours has opened and nobody has ended. */
export function openWindows({windows}: Pick<WalkState, 'windows'>): string[] {
  return windows.flatMap(({id, isOurs, endedAt}) => (isOurs && endedAt === undefined ? [id] : []))
}

/** The window that is open at a time; undefined when the account is not on test then. */
export function windowAt({windows}: Pick<WalkState, 'windows'>, at: number): Window | undefined {
  return windows.findLast(({from, until, endedAt = until}) => from <= at && at < Math.min(until, endedAt))
}
