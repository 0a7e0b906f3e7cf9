/** Group commit: whatever is asked while one batch is being written goes into the next one. */
import {CitywatchError} from '../../../lib/errors.ts'
import type {Commit, Failure, Outcome, Write} from './writer.ts'

/** Writes in one transaction, and writes that may wait; more are refused, so that the sender keeps them. */
const MAX_BATCH = 4_000
const MAX_WAITING = 40_000

interface Waiting {
  readonly write: Write
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
  #ended: Failure | undefined
  #idle: (() => void) | undefined

  constructor(options: CommitQueueOptions) {
    this.#options = options
  }

  /** Resolves once the write is durable. Rejects with the refusal, or with why the batch failed. */
  async write<T extends Outcome['type']>(write: Write & {type: T}): Promise<Extract<Outcome, {type: T}>> {
    if (this.#ended) throw revived(this.#ended)
    if (this.#waiting.length >= MAX_WAITING) {
      const detail = `the disk is too slow: ${MAX_WAITING} writes are waiting`
      throw new CitywatchError('CW_IO', {path: this.#options.path, detail})
    }
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      this.#waiting.push({write, resolve, reject})
      this.#next()
    })
    if (outcome.type === 'refused') throw revived(outcome.error)
    return outcome as Extract<Outcome, {type: T}>
  }

  /** The writer's answer to the batch in hand. */
  done(commit: Commit): void {
    const batch = this.#writing
    this.#writing = []
    this.#options.onCommit(commit)
    if (commit.type === 'failed') for (const {reject} of batch) reject(revived(commit.error))
    else for (const [index, {resolve}] of batch.entries()) resolve(commit.outcomes[index]!)
    this.#next()
  }

  /** Refuses everything from now on, what waits included. */
  end(error: Failure): void {
    this.#ended = error
    for (const {reject} of [...this.#writing, ...this.#waiting]) reject(revived(error))
    this.#writing = []
    this.#waiting = []
    this.#idle?.()
  }

  /** Resolves when nothing waits and nothing is being written. */
  async drained(): Promise<void> {
    if (this.#writing.length + this.#waiting.length === 0) return
    await new Promise<void>((resolve) => {
      this.#idle = resolve
    })
  }

  #next(): void {
    if (this.#writing.length > 0) return
    this.#writing = this.#waiting.splice(0, MAX_BATCH)
    if (this.#writing.length > 0) this.#options.send(this.#writing.map(({write}) => write))
    else this.#idle?.()
  }
}

/** A failure that crossed the thread's border, with its stack on this side. */
function revived({code, params}: Failure): CitywatchError {
  return new CitywatchError(...([code, params] as ConstructorParameters<typeof CitywatchError>))
}
