/** Follows one child for ever: its entries and the cursor behind them enter in one write, once, whatever is killed when. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError, isCitywatchError} from '../../lib/errors.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {LogEntry, Position} from '../../model/log-entry.ts'
import type {EntryOrigin} from '../../model/origin.ts'
import type {EventPage} from '../contract.ts'
import {type EntryFilter, filterQuery} from '../filter.ts'
import {call, type Endpoint} from '../http-call.ts'
import type {ChildState, ChildTally} from '../store/child.ts'
import type {Store} from '../store/port.ts'
import {eventsAfter, passedInOrder} from '../watch-page.ts'
import {resync} from './resync.ts'

/** How long the child may wait for something to tell, s; an empty answer is the proof that it lives. */
const WAIT_S = 5
const BACKOFF_FIRST_MS = 250
const BACKOFF_MAX_MS = 15_000
/** Small, so that a child that was away for a moment is found soon; it has few parents to be flooded by. */
const BACKOFF_FACTOR = 1.3
/** How often what is open there is compared with what is open here. */
const CHECK_MS = 30_000
/** After a comparison that is not even, and not before, the child's open alarms are taken anew; then no sooner than this. */
const MEND_MS = 5 * 60_000

export interface LinkOptions {
  readonly name: string
  readonly endpoint: Endpoint
  readonly filter: EntryFilter
  readonly store: Store
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly random?: () => number
  /** Whether another child has this log already, or it is this platform's own: then nothing is taken. */
  readonly isTaken: (epoch: string) => string | undefined
}

export interface LinkState {
  readonly link: 'connecting' | 'live' | 'lost' | 'refused'
  readonly detail: SafeText
  readonly answeredAt?: number
  readonly head: number
  readonly lagMs?: number
}

export class Link {
  readonly #options: LinkOptions
  #state: LinkState = {link: 'connecting', detail: safeText(''), head: 0}
  #child: ChildState | undefined
  #failures = 0
  #checkAt = 0
  #mendAt = 0

  constructor(options: LinkOptions, child: ChildState | undefined) {
    this.#options = options
    this.#child = child
  }

  get state(): LinkState {
    return this.#state
  }

  /** As it was written last; undefined before the child was reached for the first time. */
  get child(): ChildState | undefined {
    return this.#child
  }

  /** Until the signal aborts. Never rejects. */
  async run(reread: () => Promise<ChildState | undefined>): Promise<void> {
    const {clock, signal, random = Math.random} = this.#options
    while (!signal.aborted) {
      try {
        await this.#follow()
      } catch (error) {
        if (signal.aborted) return
        const link = error instanceof Refused ? 'refused' : 'lost'
        this.#state = {...this.#state, link, detail: reasonOf(error)}
      }
      // Full jitter: somewhere between at once and the cap, which grows.
      const cap = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * BACKOFF_FACTOR ** Math.min(this.#failures++, 40))
      await clock.sleep(random() * cap, signal).catch(() => undefined)
      // A write that failed may be on the disk all the same.
      this.#child = (await reread().catch(() => undefined)) ?? this.#child
    }
  }

  /** Page after page; the next one is asked for while this one is written. */
  async #follow(): Promise<void> {
    const stop = new AbortController()
    try {
      await this.#pages(AbortSignal.any([this.#options.signal, stop.signal]))
    } finally {
      stop.abort()
    }
  }

  async #pages(signal: AbortSignal): Promise<void> {
    let cursor = await this.#begin()
    let coming = this.#page(cursor, signal)
    let tally: ChildTally | undefined
    while (!signal.aborted) {
      const page = await coming
      if (page === undefined) {
        cursor = await this.#resync('its log cannot be read on from here')
        tally = undefined
        coming = this.#page(cursor, signal)
        continue
      }
      const isDue = this.#options.clock.now() >= this.#checkAt
      const next = {epoch: page.epoch, seq: Math.max(cursor.seq, page.upTo)}
      if (!isDue) coming = this.#page(next, signal)
      await this.#adopt(cursor, page, tally)
      cursor = next
      if (tally && tally.seq <= cursor.seq) tally = undefined
      if (!isDue) continue
      if (this.#needsMending()) cursor = await this.#resync('not as many alarms were open there as here')
      else tally = await this.#tally(cursor)
      coming = this.#page(cursor, signal, tally === undefined ? WAIT_S : 0)
    }
  }

  /** Where to go on. The child's log from its beginning, the first time. */
  async #begin(): Promise<Position> {
    const {endpoint, signal, isTaken} = this.#options
    const {epoch} = await call(endpoint, 'GET /v1/status', {}, null, signal)
    const other = isTaken(epoch)
    if (other !== undefined) throw new Refused(`it is ${other}: its alarms would be here twice`)
    this.#answered()
    return this.#child ?? {epoch, seq: 0}
  }

  /** Undefined: the log cannot be read on from there. Nobody need be waiting for it when it fails. */
  #page(after: Position, signal: AbortSignal, waitS = WAIT_S): Promise<EventPage | undefined> {
    const {endpoint, filter} = this.#options
    const page = eventsAfter(endpoint, after, {filter, waitS}, signal).catch((error) => {
      if (isCitywatchError(error, 'CW_CONFLICT')) return undefined
      throw error
    })
    page.catch(() => undefined)
    return page
  }

  async #adopt(cursor: Position, page: EventPage, tally: ChildTally | undefined): Promise<void> {
    const {name, store, clock} = this.#options
    const passed = passedInOrder(page, cursor.seq)
    const entries = passed.flatMap((one) => (one.type === 'entry' ? [one.entry] : []))
    this.#requireNoLoop(entries)
    this.#answered()
    const upTo = Math.max(cursor.seq, page.upTo)
    const isNews = upTo > cursor.seq || tally !== undefined || this.#child === undefined
    const last = entries.at(-1)
    if (isNews) {
      const {epoch, seq} = cursor
      const write = {at: clock.now(), child: name, after: {epoch, seq}, upTo, head: page.head, entries}
      this.#child = await store.adopt(tally === undefined ? write : {...write, tally})
    }
    const lag = last === undefined ? {} : {lagMs: clock.now() - last.at}
    this.#state = {...this.#state, head: Math.max(page.head, upTo), ...lag}
  }

  async #resync(why: string): Promise<Position> {
    const {name, endpoint, filter, store, clock, signal} = this.#options
    const after = this.#child ?? null
    const picture = await resync({name, endpoint, filter, store, signal})
    const cursor = after && {epoch: after.epoch, seq: after.seq}
    this.#child = await store.resync({at: clock.now(), child: name, why: safeText(why), after: cursor, ...picture})
    this.#checkAt = 0
    return picture.position
  }

  /** What is open at the child now: compared when the cursor comes to that position. */
  async #tally({epoch}: Position): Promise<ChildTally | undefined> {
    const {endpoint, filter, signal, clock} = this.#options
    const {types: _types, ...query} = filterQuery(filter)
    const count = await call(endpoint, 'GET /v1/alarms/count', query, null, signal)
    this.#checkAt = clock.now() + CHECK_MS
    const {position} = count
    return position.epoch === epoch ? {seq: position.seq, new: count.new, acked: count.acked} : undefined
  }

  #needsMending(): boolean {
    const {check} = this.#child ?? {}
    if (check === undefined || isEven(check) || this.#options.clock.now() < this.#mendAt) return false
    this.#mendAt = this.#options.clock.now() + MEND_MS
    return true
  }

  #answered(): void {
    this.#failures = 0
    this.#state = {...this.#state, link: 'live', detail: safeText(''), answeredAt: this.#options.clock.now()}
  }

  /** An entry that has been here already would go round for ever. */
  #requireNoLoop(entries: readonly LogEntry[]): void {
    const {store} = this.#options
    const own = entries.find(({origin}) => epochsOf(origin).includes(store.epoch))
    if (own) throw new Refused(`it follows this platform: entry ${own.seq} comes from here`)
  }
}

/** The child must not be followed, now and when it is tried again: somebody has to change the set-up. */
class Refused extends CitywatchError {
  constructor(detail: string) {
    super('CW_CONFLICT', {what: 'child', detail})
  }
}

function epochsOf(origin: EntryOrigin | undefined): string[] {
  return origin === undefined ? [] : [origin.epoch, ...epochsOf(origin.origin)]
}

function isEven({there, here}: NonNullable<ChildState['check']>): boolean {
  return there.new === here.new && there.acked === here.acked
}

function reasonOf(error: unknown): SafeText {
  if (!isCitywatchError(error)) return safeText(error instanceof Error ? error.message : String(error), 200)
  return safeText(`${error.code} ${error.params.detail ?? ''}`.trim(), 200)
}
