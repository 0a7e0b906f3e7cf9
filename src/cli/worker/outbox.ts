/** Brings a worker's results to the platform, many in one request, and keeps those that it does not take yet. */
import {isCitywatchError} from '../../lib/errors.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {LeaseId} from '../../model/job.ts'
import type {JobClient} from '../../platform/client-jobs.ts'
import type {DoneReport, FailedReport} from '../../platform/contract-jobs.ts'
import type {Outcome} from './outcome.ts'
import {type Patience, untilAnswered} from './patience.ts'

/** Results in one request, and how long a result waits for others, ms. */
const MAX_BATCH = 100
const GATHER_MS = 100

export interface OutboxOptions extends Patience {
  readonly client: Pick<JobClient, 'report'>
  readonly worker: SafeText
  /** Aborts when what is left is given up. */
  readonly signal: AbortSignal
}

interface Letter {
  readonly id: LeaseId
  readonly outcome: Exclude<Outcome, {type: 'unfinished'}>
}

export class Outbox {
  readonly #options: OutboxOptions
  #letters: Letter[] = []
  #sending: Promise<void> | undefined
  #counted = 0
  #failure: unknown

  constructor(options: OutboxOptions) {
    this.#options = options
  }

  /** Results that counted: the others were late, or their job is cancelled. */
  get counted(): number {
    return this.#counted
  }

  /** Results that the platform does not have. */
  get waiting(): number {
    return this.#letters.length
  }

  put({job, n, lease}: LeaseId, outcome: Letter['outcome']): void {
    this.#letters.push({id: {job, n, lease}, outcome})
    this.#start()
  }

  /** Resolves once nothing waits, or it was given up or refused. */
  async settled(): Promise<void> {
    await this.#sending
  }

  /** Resolves as `settled` does. Throws what the platform refused for good. */
  async empty(): Promise<void> {
    await this.#sending
    if (this.#failure !== undefined) throw this.#failure
  }

  #start(): void {
    this.#sending ??= this.#run().finally(() => {
      this.#sending = undefined
    })
  }

  async #run(): Promise<void> {
    const {clock, signal} = this.#options
    try {
      while (this.#letters.length > 0 && !signal.aborted && this.#failure === undefined) {
        if (this.#letters.length < MAX_BATCH) await clock.sleep(GATHER_MS)
        const batch = this.#letters.slice(0, MAX_BATCH)
        if (!(await this.#send(batch))) return
        this.#letters.splice(0, batch.length)
      }
    } catch (error) {
      this.#failure = error
    }
  }

  /** False when it was given up. One that the platform cannot read is told as failed, so that no task is left without an end. */
  async #send(batch: readonly Letter[]): Promise<boolean> {
    try {
      const {client, worker, signal} = this.#options
      const results = {worker, done: batch.flatMap(doneOf), failed: batch.flatMap(failedOf)}
      const counted = await untilAnswered(() => client.report(results), this.#options, signal)
      this.#counted += counted ?? 0
      return counted !== undefined
    } catch (error) {
      if (!isCitywatchError(error, 'CW_BAD_VALUE')) throw error
      const [only] = batch
      if (batch.length > 1 || only === undefined) {
        const half = Math.ceil(batch.length / 2)
        return (await this.#send(batch.slice(0, half))) && (await this.#send(batch.slice(half)))
      }
      if (only.outcome.type === 'failed') throw error
      const reason = safeText(`the platform does not take its report: ${error.params.field} is ${error.params.value}`)
      return this.#send([{...only, outcome: {type: 'failed', reason, isFinal: true}}])
    }
  }
}

function doneOf({id, outcome}: Letter): DoneReport[] {
  return outcome.type === 'done'
    ? [
        {
          ...id,
          healthy: outcome.healthy,
          result: outcome.result,
          ...(outcome.verdict ? {verdict: outcome.verdict} : {}),
        },
      ]
    : []
}

function failedOf({id, outcome}: Letter): FailedReport[] {
  return outcome.type === 'failed' ? [{...id, reason: outcome.reason, isFinal: outcome.isFinal}] : []
}
