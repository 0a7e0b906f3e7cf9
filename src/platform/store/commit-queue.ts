/** Group commit: whatever is asked while one batch is being written goes into the next one. */
import {CitywatchError} from '../../lib/errors.ts'
import type {By} from './behalf.ts'
import type {Commit, Failure, Outcome, Write} from './book/write.ts'
import {type QueueWrite, queuedWeight} from './book/write-jobs.ts'
import type {CommitStats} from './port.ts'

/** Writes in one transaction, and writes that may wait; more are refused, so that the sender keeps them. */
const MAX_BATCH = 4_000
const MAX_WAITING = 40_000
/** Characters of foreign events that weigh as much as one write. */
const CHARS_A_WRITE = 1_024
/** Devices that fell silent together and weigh as much as one write: most of them are a small row and no entry. */
const ITEMS_A_WRITE = 4

/** Sizes by which transactions are counted. */
const SIZES = [1, 4, 16, 64, 256, 1_024, 4_000] as const

interface Waiting {
  readonly write: Write
  /** How many ordinary writes it stands for. */
  readonly weight: number
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: CitywatchError) => void
}

export interface CommitQueueOptions {
  readonly path: string
  readonly send: (batch: readonly Write[]) => void
  /** Called for every commit before its callers are answered. */
  readonly onCommit: (commit: Commit) => void
}

export class CommitQueue {
  readonly #options: CommitQueueOptions
  #waiting: Waiting[] = []
  #writing: Waiting[] = []
  /** Weight of what waits. */
  #load = 0
  readonly #upTo = SIZES.map(() => 0)
  readonly #totals = {count: 0, sum: 0, failed: 0}
  #ended: Failure | undefined
  #idle: (() => void) | undefined

  constructor(options: CommitQueueOptions) {
    this.#options = options
  }

  /** Resolves once the write is durable. Rejects with the refusal, or with why the batch failed. `by`: on whose behalf. */
  async write<W extends Write>(asked: W, by?: By): Promise<Extract<Outcome, {type: W['type']}>> {
    const write: Write = by === undefined ? asked : {...asked, by}
    if (this.#ended) throw revived(this.#ended)
    const weight = weightOf(write)
    // One alone is taken whatever it weighs: it could never be sent otherwise.
    if (this.#load > 0 && this.#load + weight > MAX_WAITING) {
      const detail = `the disk is too slow: ${this.#waiting.length} writes are waiting`
      throw new CitywatchError('CW_IO', {path: this.#options.path, detail})
    }
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      this.#waiting.push({write, weight, resolve, reject})
      this.#load += weight
      this.#next()
    })
    if (outcome.type === 'refused') throw revived(outcome.error)
    return outcome as Extract<Outcome, {type: W['type']}>
  }

  /** The writer's answer to the batch in hand. */
  done(commit: Commit): void {
    const batch = this.#writing
    this.#writing = []
    this.#count(commit, batch.length)
    this.#options.onCommit(commit)
    if (commit.type === 'failed') for (const {reject} of batch) reject(revived(commit.error))
    else for (const [index, {resolve}] of batch.entries()) resolve(commit.outcomes[index]!)
    this.#next()
  }

  stats(): CommitStats {
    const upTo = SIZES.map((bound, index) => [bound, this.#upTo[index] ?? 0] as const)
    return {...this.#totals, upTo, waiting: Math.round(this.#load)}
  }

  /** Refuses everything from now on, what waits included. */
  end(error: Failure): void {
    this.#ended = error
    for (const {reject} of [...this.#writing, ...this.#waiting]) reject(revived(error))
    this.#writing = []
    this.#waiting = []
    this.#load = 0
    this.#idle?.()
  }

  /** Resolves when nothing waits and nothing is being written. */
  async drained(): Promise<void> {
    if (this.#writing.length + this.#waiting.length === 0) return
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
  }

  #count({type}: Commit, writes: number): void {
    if (type === 'failed') {
      this.#totals.failed++
      return
    }
    this.#totals.count++
    this.#totals.sum += writes
    for (const [index, bound] of SIZES.entries()) if (writes <= bound) this.#upTo[index]!++
  }

  /** How many of those that wait go into one transaction: at least one. */
  #fitting(): number {
    let weight = 0
    const end = this.#waiting.findIndex((waiting) => {
      weight += waiting.weight
      return weight > MAX_BATCH
    })
    return end < 0 ? this.#waiting.length : Math.max(1, end)
  }

  #next(): void {
    if (this.#writing.length > 0) return
    this.#writing = this.#waiting.splice(0, this.#fitting())
    for (const {weight} of this.#writing) this.#load -= weight
    if (this.#writing.length > 0) this.#options.send(this.#writing.map(({write}) => write))
    else this.#idle?.()
  }
}

/** Weight of a write: a batch as many as are in it, large events more. */
function weightOf(write: Write): number {
  if (write.type === 'supervision') return 1 + write.items.length / ITEMS_A_WRITE
  if (write.type === 'adopt') return 1 + write.entries.length
  if (write.type === 'resync') return 1 + write.alarms.length + write.others.length
  if (isQueued(write)) return queuedWeight(write)
  if (write.type !== 'events') return 1
  return write.items.reduce((sum, item) => sum + 1 + (item.type === 'event' ? item.chars / CHARS_A_WRITE : 0), 0)
}

function isQueued(write: Write): write is QueueWrite & Pick<Write, 'by'> {
  return write.type.startsWith('job-')
}

/** A failure that crossed the thread's border, with its stack on this side. */
function revived({code, params}: Failure): CitywatchError {
  return new CitywatchError(...([code, params] as ConstructorParameters<typeof CitywatchError>))
}
