/** Alarms, masks and hand-overs: their part of the HTTP surface. */
import type {Deed, Said} from '../alarm/act.ts'
import type {HandoffStep, HandoverRecord} from '../alarm/handoff.ts'
import type {MaskStart} from '../alarm/mask.ts'
import type {ScreenState} from '../alarm/screen-state.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm, Hidden} from '../model/alarm.ts'
import type {Handoff} from '../model/handoff.ts'
import type {Jurisdiction} from '../model/jurisdiction.ts'
import type {LogEntry, Position} from '../model/log-entry.ts'
import type {Mask} from '../model/mask.ts'
import type {Priority} from '../model/signal.ts'

/** What people see of alarms and do to them. */
export interface AlarmContract {
  /**
   * Open alarms (handling not `closed`) by id, with the log position that the page is true for; with `jurisdiction` only those
   * in its subtree. A page may be shorter than asked for and still have a next one.
   */
  'GET /v1/alarms': {
    query: {
      after?: number
      limit?: number
      /** Closed ones too. */
      all?: boolean
      jurisdiction?: string
      /** Only those in this state, as the screen names it. */
      state?: ScreenState
      visibility?: Visibility
      priority?: Priority
      /** Only those that no jurisdiction has yet. */
      unrouted?: boolean
    }
    body: null
    reply: AlarmPage
  }
  /** Open alarms that pass, counted at one position of the log: for whoever has to have as many. */
  'GET /v1/alarms/count': {query: {jurisdiction?: string; priority?: number}; body: null; reply: AlarmCount}
  /**
   * The alarm as it is then. 202 when it is a child's: the alarm says `pending`, the platform below is asked, and the log tells
   * what it answered; nothing is acknowledged before.
   */
  'POST /v1/alarms/ack': {query: Record<never, never>; body: AckRequest; reply: Alarm}
  /**
   * Whatever a person does to an alarm, by its verb; the alarm as it is then. Refused (409) when the alarm has changed since
   * the version named; the same asked again by the same person is no conflict. A child's alarm: an acknowledgement and a reset
   * without words travel down (202, as above), everything else is refused (409) and is done where the alarm is.
   */
  'POST /v1/alarms/act': {query: Record<never, never>; body: AlarmActRequest; reply: Alarm}
  /** The changes of one alarm, newest first, each with the alarm as it was after it. */
  'GET /v1/alarms/log': {
    query: {
      id: number
      /** Sequence of a change: only those before it. */
      before?: number
      limit?: number
    }
    body: null
    reply: AlarmLogPage
  }
  /** Masks that hold, by id; with `all` the ended ones too; with `account` only its own. */
  'GET /v1/masks': {
    query: {account?: string; all?: boolean; jurisdiction?: string; after?: number; limit?: number}
    body: null
    reply: MaskPage
  }
  /** Shelves, suppresses or takes out of service whatever a device, zones or an account raise. Panic is never hidden. */
  'POST /v1/masks': {query: Record<never, never>; body: MaskRequest; reply: Mask}
  /** The mask as it is then; one that is over already stays as it is. */
  'POST /v1/masks/end': {query: Record<never, never>; body: MaskEnd; reply: Mask}
  /** Hand-overs to 110 that wait for somebody, by id; with `all` the others too; with `account` only its own. */
  'GET /v1/handoffs': {
    query: {account?: string; all?: boolean; jurisdiction?: string; after?: number; limit?: number}
    body: null
    reply: HandoffPage
  }
  /** Records that 110 was told of an alarm. Refused (409) when it was told of the incident before. */
  'POST /v1/handoffs': {query: Record<never, never>; body: HandoverRecord; reply: Handoff}
  /** Records what 110 answered. */
  'POST /v1/handoffs/answer': {query: Record<never, never>; body: HandoffAnswer; reply: Handoff}
  /** Records that 110 need not know. Refused (409) when it was told. */
  'POST /v1/handoffs/drop': {query: Record<never, never>; body: HandoffDrop; reply: Handoff}
}

export interface AlarmPage {
  readonly position: Position
  readonly items: readonly Alarm[]
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: number
}

export interface AckRequest {
  readonly id: number
  /** The version that the operator saw. A newer one on the platform is a conflict (409): it fired again meanwhile. */
  readonly version: number
  readonly by: SafeText
  /** A person says that the condition is over, besides acknowledging: the same as the verb `reset`. */
  readonly reset?: true
  /** Names this request, for an alarm of a platform below: given again it is the same one. Made up when absent. */
  readonly request?: string
}

interface AlarmCount {
  readonly position: Position
  readonly new: number
  /** Open ones that somebody has seen. */
  readonly acked: number
}

/** `normal`: in the operators' list; `hidden`: any of the others. */
export type Visibility = 'normal' | 'hidden' | Hidden['as']

export type HideVerb = 'shelve' | 'suppress' | 'outofservice'

export type AlarmActRequest = Said & {
  /** Number of the alarm. */
  readonly id: number
} & (
    | Exclude<Deed, {readonly verb: 'route'}>
    | {
        readonly verb: 'route'
        /** Absent: the site's. */
        readonly jurisdiction?: Jurisdiction
        /** Key of a site of the inventory. */
        readonly site?: string
      }
    | ({readonly verb: HideVerb} & Omit<MaskStart, 'as' | 'by'>)
    | {readonly verb: 'unhide'}
  )

export interface AlarmLogPage {
  readonly items: readonly LogEntry[]
  /** Pass as `before` for the older ones; absent on the last page. */
  readonly next?: number
  /** False on the last page when older changes are no longer in the log, or were written before changes were linked. */
  readonly complete: boolean
}

export interface MaskPage {
  readonly items: readonly Mask[]
  /** The platform's clock: masks end by it. */
  readonly now: number
  readonly next?: number
}

/** A panel or zone by its key, or an account, a partition of it, some zones. */
export type MaskPlaceRequest =
  | {readonly device: string}
  | {readonly account: string; readonly partition?: string; readonly zones?: readonly string[]}

export interface MaskRequest extends MaskStart {
  readonly place: MaskPlaceRequest
}

export interface MaskEnd {
  readonly id: number
  readonly by: SafeText
}

export interface HandoffPage {
  readonly items: readonly Handoff[]
  readonly next?: number
}

export interface HandoffAnswer extends HandoffStep {
  readonly text: SafeText
}

export interface HandoffDrop extends HandoffStep {
  readonly reason: SafeText
}
