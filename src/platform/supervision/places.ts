/** Counts supervised devices by jurisdiction, kind and state, so that a summary looks at places and never at devices. */
import {isWithin, type Jurisdiction} from '../../model/jurisdiction.ts'
import {grown} from './key-table.ts'

/** Kinds × states that are counted apart. */
const CELLS = 8

export class Places {
  readonly #numbers = new Map<Jurisdiction, number>()
  readonly #paths: Jurisdiction[] = []
  #counts = new Int32Array(0)

  /** Number of a jurisdiction, from 0. */
  numberOf(path: Jurisdiction): number {
    const known = this.#numbers.get(path)
    if (known !== undefined) return known
    const number = this.#paths.length
    this.#numbers.set(path, number)
    this.#paths.push(path)
    if ((number + 1) * CELLS > this.#counts.length) {
      this.#counts = grown(this.#counts, (number + 1) * CELLS, Int32Array)
    }
    return number
  }

  pathOf(number: number): Jurisdiction {
    return this.#paths[number] ?? ''
  }

  /** `kind` 0 or 1, `state` 0 to 3. */
  count(number: number, kind: number, state: number, by: number): void {
    const at = number * CELLS + kind * 4 + state
    this.#counts[at] = (this.#counts[at] ?? 0) + by
  }

  /** Devices in each of the four states, within a jurisdiction and of one kind, or of both. */
  sum(within: Jurisdiction, kind?: number): readonly [number, number, number, number] {
    const sums: [number, number, number, number] = [0, 0, 0, 0]
    for (const [number, path] of this.#paths.entries()) {
      if (!isWithin(path, within)) continue
      for (const one of kind === undefined ? [0, 1] : [kind]) {
        for (const state of [0, 1, 2, 3] as const) sums[state] += this.#counts[number * CELLS + one * 4 + state] ?? 0
      }
    }
    return sums
  }
}
