/** Everything that the alarm monitor knows and shows at one moment. */
import type {SafeText} from '../../lib/safe-text.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import type {RefusalEntry} from '../../model/log-entry.ts'
import type {Acks} from './acks.ts'
import {type Filter, NO_FILTER} from './filter.ts'
import {type Counts, countItems, type Items} from './items.ts'
import {layoutOf, type Size} from './layout.ts'
import type {Link} from './link.ts'
import type {OnTest} from './on-test.ts'
import {EMPTY, type Viewport} from './viewport.ts'

export interface State {
  /** Ms since the epoch, as of the last tick. */
  readonly now: number
  readonly url: string
  readonly link: Link
  /** The log's life and the last entry applied; absent before the first snapshot. */
  readonly position?: {readonly epoch: string; readonly seq: number}
  readonly items: Items
  readonly counts: Counts
  readonly view: Viewport
  readonly size: Size
  readonly acks: Acks
  readonly filter: Filter
  /** Only this part of the hierarchy; '' for all. Panic passes. */
  readonly scope: Jurisdiction
  readonly mode: Mode
  readonly isDetailOpen: boolean
  readonly notice?: Notice
  /** Frames that the receiver refused since the monitor began, and the last of them. */
  readonly refusals: number
  readonly lastRefusal?: RefusalEntry
  /** Signals that were logged without an alarm: tests, openings, closings. */
  readonly logged: number
  /** Accounts on test; what they send is no alarm. */
  readonly onTest: OnTest
  /** Hand-overs to 110 that wait for somebody, by number. */
  readonly handoffs: ReadonlyMap<number, Handoff>
  /** Signals of a test, for which no alarm was raised, since the monitor began. */
  readonly trials: number
  /** Changes in this time were not replayed: the log was replaced. Shown until dismissed. */
  readonly gap?: {readonly from: number; readonly to?: number}
}

type Mode =
  | {readonly type: 'list'}
  | {readonly type: 'help'}
  /** `before` comes back on Esc. */
  | {readonly type: 'filter'; readonly before: Filter}
  | {readonly type: 'reset'; readonly id: number; readonly version: number}
  /** A letter chooses: how long it is shelved, or what it was. */
  | {readonly type: 'choose'; readonly verb: 'shelve' | 'close'; readonly id: number; readonly version: number}
  | {
      readonly type: 'type'
      readonly verb: 'dispatch' | 'comment'
      readonly id: number
      readonly version: number
      readonly text: string
    }

/** Why a key did nothing, or what became of it. words.ts says it. */
export interface Notice {
  readonly code: NoticeCode
  readonly detail: SafeText | ''
  readonly at: number
}

export type NoticeCode =
  | 'nothing-selected'
  | 'row-moved'
  | 'not-new'
  | 'pending'
  | 'closed'
  | 'panic-stays'
  | 'not-hidden'
  | 'already-hidden'
  | 'still-active'
  | 'nothing-said'
  | 'needs-line'
  | 'changed-meanwhile'
  | 'acked-elsewhere'
  | 'ack-conflict'
  | 'ack-failed'
  | 'act-refused'
  | 'log-replaced'

export interface Start {
  readonly now: number
  readonly url: string
  readonly detail: SafeText
  readonly size: Size
  readonly scope: Jurisdiction
}

export function initial({now, url, detail, size, scope}: Start): State {
  return {
    now,
    url,
    link: {phase: 'connecting', detail, head: 0},
    items: new Map(),
    counts: countItems(new Map()),
    view: EMPTY,
    size,
    acks: new Map(),
    filter: NO_FILTER,
    scope,
    mode: {type: 'list'},
    isDetailOpen: false,
    refusals: 0,
    logged: 0,
    onTest: new Map(),
    handoffs: new Map(),
    trials: 0,
  }
}

/** Rows that the list has on the screen. */
export function listRows({size, isDetailOpen}: State): number {
  return layoutOf(size, isDetailOpen).list
}
