/** A worker: takes tasks under leases, keeps the leases while it works, tells the results, and gives back what it leaves. */
import type {Clock} from '../../lib/clock.ts'
import type {SafeText} from '../../lib/safe-text.ts'
import type {JobKind, LeasedTask, LeaseId} from '../../model/job.ts'
import type {JobClient} from '../../platform/client-jobs.ts'
import {type Claimed, MAX_LEASES} from '../../platform/contract-jobs.ts'
import type {Outbox} from './outbox.ts'
import type {Outcome} from './outcome.ts'
import {type Patience, untilAnswered} from './patience.ts'

export interface WorkerOptions extends Patience {
  readonly client: Pick<JobClient, 'claim' | 'renew' | 'release'>
  readonly outbox: Outbox
  readonly worker: SafeText
  readonly kinds: readonly JobKind[]
  readonly concurrency: number
  readonly leaseMs: number
  /** When it ends by itself: never; when nothing is due; when no job of its kinds is unfinished. */
  readonly until: 'stopped' | 'idle' | 'empty'
  readonly perform: (task: LeasedTask, signal: AbortSignal) => Promise<Outcome>
  /** Told of each task that ends. */
  readonly ended: (outcome: Outcome) => void
  /** Aborts at Ctrl-C. */
  readonly signal: AbortSignal
}

/** What tasks under way get after Ctrl-C before they are broken off, ms. A change of a camera is never broken off. */
const GRACE_MS = 5_000
/** Pauses between two claims while nothing is due, ms. */
const FIRST_PAUSE_MS = 250
const MAX_PAUSE_MS = 2_000
/** Parts of a lease after which it is renewed. */
const RENEWALS = 3

interface Held {
  readonly task: LeasedTask
  readonly stop: AbortController
}

export class Worker {
  readonly #options: WorkerOptions
  readonly #held = new Map<string, Held>()
  readonly #unfinished: LeaseId[] = []
  /** Leases that ran out, or whose job was cancelled, while it worked. */
  lost = 0
  readonly #bell: Bell

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#bell = new Bell(options.clock)
  }

  /** Resolves when it has come to its end, by itself or at `signal`. Throws what the platform refuses for good. */
  async run(): Promise<void> {
    const over = new AbortController()
    const renewing = this.#renewals(over.signal)
    try {
      await this.#claims()
    } finally {
      await this.#leave()
      over.abort()
      await renewing
    }
  }

  async #claims(): Promise<void> {
    const {signal, concurrency} = this.#options
    let pauseMs = FIRST_PAUSE_MS
    while (!signal.aborted) {
      const free = concurrency - this.#held.size
      // A few at a time: a claim for each place that becomes free would be a write for each task.
      if (free < Math.ceil(concurrency / 4)) {
        await this.#bell.wait(MAX_PAUSE_MS, signal)
        continue
      }
      const claimed = await this.#claim(Math.min(free, MAX_LEASES))
      if (claimed === undefined) return
      if (signal.aborted) this.#unfinished.push(...claimed.tasks)
      else for (const task of claimed.tasks) void this.#work(task)
      if (claimed.tasks.length > 0) {
        pauseMs = FIRST_PAUSE_MS
        continue
      }
      if (this.#isOver(claimed)) return
      await this.#bell.wait(pauseMs, signal)
      await this.#options.outbox.empty()
      pauseMs = Math.min(MAX_PAUSE_MS, pauseMs * 2)
    }
  }

  /** Nothing is due, nothing is under way, and it need not wait for what others have or what is tried later. */
  #isOver({unfinished}: Claimed): boolean {
    const {until, outbox} = this.#options
    if (until === 'stopped' || this.#held.size > 0 || outbox.waiting > 0) return false
    return until === 'idle' || unfinished === 0
  }

  #claim(max: number) {
    const {client, worker, kinds, leaseMs, signal} = this.#options
    return untilAnswered(() => client.claim({worker, kinds, max, leaseMs}), this.#options, signal)
  }

  async #work(task: LeasedTask): Promise<void> {
    const held: Held = {task, stop: new AbortController()}
    this.#held.set(nameOf(task), held)
    const outcome = await this.#options.perform(task, held.stop.signal)
    // The platform may have given it to this worker once more: that is another lease.
    if (this.#held.get(nameOf(task)) === held) this.#held.delete(nameOf(task))
    if (outcome.type === 'unfinished') this.#unfinished.push(task)
    else this.#options.outbox.put(task, outcome)
    this.#options.ended(outcome)
    this.#bell.ring()
  }

  async #renewals(over: AbortSignal): Promise<void> {
    const {client, leaseMs, clock} = this.#options
    while (!over.aborted) {
      await clock.sleep(leaseMs / RENEWALS, over).catch(() => undefined)
      const all = [...this.#held.values()]
      for (let at = 0; at < all.length && !over.aborted; at += MAX_LEASES) {
        const part = all.slice(at, at + MAX_LEASES)
        const answer = await client
          .renew(
            part.map(({task}) => task),
            leaseMs,
          )
          .catch(() => undefined) // tried again next time
        const kept = new Set(answer?.map(nameOf))
        for (const held of answer ? part : []) if (!kept.has(nameOf(held.task))) this.#lose(held)
      }
    }
  }

  /** Somebody else has it, or nobody wants it any more. A result that was under way is told all the same. */
  #lose(held: Held): void {
    if (this.#held.get(nameOf(held.task)) !== held) return // it has ended meanwhile
    this.lost += 1
    held.stop.abort()
  }

  async #leave(): Promise<void> {
    const {clock, client} = this.#options
    const inTime = clock.now() + GRACE_MS
    while (this.#held.size > 0 && clock.now() < inTime) await this.#bell.wait(inTime - clock.now())
    for (const {task, stop} of this.#held.values()) if (task.work.kind === 'probe') stop.abort()
    while (this.#held.size > 0) await this.#bell.wait(GRACE_MS)
    if (this.#unfinished.length === 0) return
    // What the platform does not hear of is due again when its lease runs out.
    for (let at = 0; at < this.#unfinished.length; at += MAX_LEASES) {
      await client.release(this.#unfinished.slice(at, at + MAX_LEASES)).catch(() => undefined)
    }
  }
}

/** Wakes who waits; rung while nobody waited, the next wait is none. */
class Bell {
  readonly #clock: Clock
  #rung = new AbortController()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  ring(): void {
    this.#rung.abort()
  }

  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    const until = signal ? AbortSignal.any([this.#rung.signal, signal]) : this.#rung.signal
    await this.#clock.sleep(ms, until).catch(() => undefined)
    if (this.#rung.signal.aborted) this.#rung = new AbortController()
  }
}

function nameOf({job, n, lease}: LeaseId): string {
  return `${job}/${n}/${lease}`
}
