/** Observations in, one book a camera out, whatever the order in which they come. */
import {CameraBook, type Cell, type Cells, DAY_MS, daysOf, emptyCell, type Period} from './book.ts'
import {type Observation, observationLine} from './observation.ts'
import type {Profile} from './profile.ts'
import type {Code} from './tree.ts'

export interface Tally {
  readonly profile: Profile
  readonly period: Period
  /** By key of the camera, in the order of the keys. */
  readonly books: readonly CameraBook[]
  /** Counts over all cameras for each day of the period; they add up to those of the books. */
  readonly days: readonly Cells[]
  /** Observations inside the period that were counted, each once. */
  readonly observations: number
}

/** Counts stretch by stretch: give it all of one day (or more) at a time, days in their order. */
export class Tallying {
  readonly #profile: Profile
  readonly #period: Period
  readonly #watch: ((observation: Observation) => void) | undefined
  readonly #books = new Map<string, CameraBook>()
  readonly #days: Cells[]
  #observations = 0
  #until = Number.NEGATIVE_INFINITY

  /** `watch` sees every observation that is counted, in order. */
  constructor(profile: Profile, period: Period, watch?: (observation: Observation) => void) {
    this.#profile = profile
    this.#period = period
    this.#watch = watch
    this.#days = Array.from({length: daysOf(period)}, () => new Map())
  }

  /** In any order among themselves, none of them older than those added before. Throws a RangeError when one is. */
  add(observations: readonly Observation[]): void {
    const inside = observations.filter(({at}) => at >= this.#period.from && at < this.#period.to)
    for (const observation of inOrder(inside)) {
      if (observation.at < this.#until) throw new RangeError('observations of an earlier stretch come too late')
      this.#until = observation.at
      this.#observations += 1
      this.#bookOf(observation).add(observation)
      this.#watch?.(observation)
    }
  }

  close(): Tally {
    const books = [...this.#books.values()].sort((one, other) => order(one.camera, other.camera))
    for (const book of books) book.close()
    for (const [number, cells] of this.#days.entries()) {
      for (const [code, cell] of cells) cell.due = books.length * (code === 'A11' ? this.#secondsOf(number) : 1)
    }
    return {profile: this.#profile, period: this.#period, books, days: this.#days, observations: this.#observations}
  }

  #secondsOf(day: number): number {
    const from = this.#period.from + day * DAY_MS
    return Math.floor(Math.min(this.#period.to, from + DAY_MS) / 1_000) - Math.floor(from / 1_000)
  }

  #bookOf(observation: Observation): CameraBook {
    const known = this.#books.get(observation.camera)
    if (known) return known
    const fresh = new CameraBook(observation, this.#profile, this.#period, (day, code) => this.#dayCell(day, code))
    this.#books.set(observation.camera, fresh)
    return fresh
  }

  #dayCell(day: number, code: Code): Cell {
    const cells = this.#days[day] ?? new Map<Code, Cell>()
    const known = cells.get(code)
    if (known) return known
    const fresh = emptyCell()
    cells.set(code, fresh)
    return fresh
  }
}

/** All at once. */
export function tallyOf(observations: readonly Observation[], profile: Profile, period: Period): Tally {
  const tallying = new Tallying(profile, period)
  tallying.add(observations)
  return tallying.close()
}

/** By time, then camera, then content; what was stored twice counts once. */
function inOrder(observations: readonly Observation[]): readonly Observation[] {
  const lines = new Map<Observation, string>()
  const lineOf = (observation: Observation) => {
    const line = lines.get(observation) ?? observationLine(observation)
    lines.set(observation, line)
    return line
  }
  const isSame = (one: Observation, other: Observation) => one.at === other.at && one.camera === other.camera
  const sorted = observations.toSorted(
    (one, other) =>
      one.at - other.at || order(one.camera, other.camera) || (one === other ? 0 : order(lineOf(one), lineOf(other))),
  )
  return sorted.filter((observation, index) => {
    const before = sorted[index - 1]
    return !before || !isSame(before, observation) || lineOf(before) !== lineOf(observation)
  })
}

/** By code unit: alike on every machine, whatever its language. */
export function order(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
