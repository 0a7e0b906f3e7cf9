/** Keeps observations batch by batch, and counts what was kept and what was refused. */
import type {Observation} from '../health/observation.ts'
import {appendObservations} from '../health/store/append.ts'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {VERDICTS, type Verdict} from '../model/probe.ts'

export interface HealthRun {
  readonly folder: string
  /** Observations on the disk. */
  readonly stored: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  /** Reports that could not be read or contradict themselves; none of them is stored. */
  readonly refused: number
  /** The first of them: which one, counted from 1, and why. */
  readonly refusals: readonly {readonly report: number; readonly why: string}[]
}

const BATCH = 200
const MAX_REFUSALS = 20
/** A report from further ahead than this would stand in the way of everything that is measured meanwhile. */
const MAX_AHEAD_MS = 86_400_000

/** Keeps what `read` gives, batch by batch. What was interrupted is no observation. */
export class Keeper {
  readonly #folder: string
  readonly #now: () => number
  #waiting: Observation[] = []
  #stored = 0
  #reports = 0
  #refused = 0
  readonly #refusals: {report: number; why: string}[] = []
  readonly #verdicts: Record<Verdict, number> = {healthy: 0, answers: 0, impaired: 0, sick: 0, dead: 0, unknown: 0}

  constructor(folder: string, now: () => number) {
    this.#folder = folder
    this.#now = now
  }

  async keep(read: () => Observation): Promise<void> {
    this.#reports += 1
    const observation = this.#checked(read)
    if (!observation || observation.cause === 'cancelled') return
    this.#waiting.push(observation)
    if (this.#waiting.length >= BATCH) await this.flush()
  }

  async flush(): Promise<void> {
    const batch = this.#waiting
    this.#waiting = []
    if (batch.length === 0) return
    this.#stored += await appendObservations(this.#folder, batch)
    for (const {verdict} of batch) this.#verdicts[verdict] += 1
  }

  end(): HealthRun {
    const verdicts = Object.fromEntries(VERDICTS.map((name) => [name, this.#verdicts[name]])) as Record<Verdict, number>
    return {folder: this.#folder, stored: this.#stored, verdicts, refused: this.#refused, refusals: this.#refusals}
  }

  #checked(read: () => Observation): Observation | undefined {
    try {
      const observation = read()
      if (observation.at <= this.#now() + MAX_AHEAD_MS) return observation
      throw new CitywatchError('CW_BAD_VALUE', {field: 'at', value: observation.at, expected: 'a time that has come'})
    } catch (error) {
      if (!isCitywatchError(error, 'CW_BAD_VALUE')) throw error
      const {field, value, expected} = error.params
      this.#refused += 1
      if (this.#refusals.length < MAX_REFUSALS)
        this.#refusals.push({report: this.#reports, why: `${field} cannot be ${value}: expected ${expected}`})
      return undefined
    }
  }
}
