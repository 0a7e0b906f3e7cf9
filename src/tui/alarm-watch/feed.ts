/** Where the monitor's alarms come from: a snapshot, then everything after it, again and again until it is told to stop. */
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {Alarm} from '../../model/alarm.ts'
import type {Handoff} from '../../model/handoff.ts'
import type {Position} from '../../model/log-entry.ts'
import type {OnTestWindow} from '../../model/on-test.ts'
import type {AckRequest, AlarmActRequest} from '../../platform/contract.ts'
import type {EntryFilter} from '../../platform/filter.ts'
import type {WatchMessage, WatchOptions} from '../../platform/watch.ts'

/** What the monitor needs of a platform; `PlatformClient` fits. */
export interface Feed {
  readonly url: string
  snapshot(): Promise<Snapshot>
  watch(after: Position, options: WatchOptions): AsyncIterable<WatchMessage>
  /** Throws CW_CONFLICT when the alarm has changed since the version named. */
  ack(request: AckRequest): Promise<Alarm>
  /** Everything else that is done to an alarm. Throws CW_CONFLICT as above, and when it may not be done. */
  act(request: AlarmActRequest): Promise<Alarm>
}

interface Snapshot {
  readonly position: Position
  readonly alarms: readonly Alarm[]
  /** Open on-test windows. */
  readonly onTest: readonly OnTestWindow[]
  /** Hand-overs to 110 that wait for somebody. */
  readonly handoffs: readonly Handoff[]
}

export type FeedMessage = WatchMessage | ({readonly type: 'snapshot'} & Snapshot)

export interface FollowOptions {
  readonly clock: Clock
  /** Ends the following. */
  readonly signal: AbortSignal
  /** Aborts to try at once instead of waiting; asked for anew before every wait. */
  readonly retry?: () => AbortSignal
  /** Numbers in [0, 1) that spread the tries out. */
  readonly random?: () => number
  /** Where to start instead of a snapshot. */
  readonly after?: Position
  /** What the platform is asked to send; absent: everything. */
  readonly filter?: EntryFilter
  /** Failures that end the following; none when absent. */
  readonly isFinal?: (error: unknown) => boolean
}

const BACKOFF_FIRST_MS = 500
const BACKOFF_MAX_MS = 15_000

/** Snapshot, then entries without a gap; after a reset a new snapshot. Tries for ever; throws only what `isFinal`. */
export async function* follow(feed: Feed, options: FollowOptions): AsyncGenerator<FeedMessage> {
  const {clock, signal, retry = () => signal, random = Math.random} = options
  const filter = options.filter === undefined ? {} : {filter: options.filter}
  let position = options.after
  let failures = 0
  while (!signal.aborted) {
    const again = AbortSignal.any([signal, retry()])
    try {
      for await (const message of from(feed, position, {clock, signal: again, ...filter})) {
        position = positionAfter(position, message)
        failures = 0
        yield message
      }
    } catch (error) {
      if (signal.aborted) return
      if (options.isFinal?.(error)) throw error
      yield {type: 'link', link: 'lost', detail: safeText(whyLost(error), 200)}
      const cap = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** Math.min(failures++, 16))
      await clock.sleep(random() * cap, again).catch(() => undefined)
    }
  }
}

/** From a position, or from a snapshot when there is none, until the signal aborts or the log is reset. */
async function* from(feed: Feed, after: Position | undefined, options: WatchOptions): AsyncGenerator<FeedMessage> {
  let position = after
  if (position === undefined) {
    const snapshot = await feed.snapshot()
    yield {type: 'snapshot', ...snapshot}
    ;({position} = snapshot)
  }
  for await (const message of feed.watch(position, options)) {
    yield message
    if (message.type === 'reset') return
  }
}

/** Where to go on after a message; undefined: a snapshot is needed. */
function positionAfter(position: Position | undefined, message: FeedMessage): Position | undefined {
  if (message.type === 'snapshot') return message.position
  if (message.type === 'reset') return undefined
  if (position === undefined) return undefined
  if (message.type === 'skip') return {...position, seq: message.to}
  return message.type === 'entry' ? {...position, seq: message.entry.seq} : position
}

/** Code and detail: `CW_NO_PLATFORM ECONNREFUSED`. */
export function whyLost(error: unknown): string {
  if (isCitywatchError(error)) return `${error.code} ${error.params.detail ?? error.params.target ?? ''}`.trim()
  return error instanceof Error ? error.message : String(error)
}
