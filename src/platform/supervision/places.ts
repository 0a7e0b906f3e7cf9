/** Counts supervised devices by jurisdiction, kind and state, so that a summary looks at places and never at devices. */
import {isWithin, type Jurisdiction} from '../../model/jurisdiction.ts'
import {grown} from './key-table.ts'

/** States that are counted apart, and kinds × states. */
const STATES = 5
const CELLS = 2 * STATES

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

  /** `kind` 0 or 1, `state` 0 to 4. */
  count(number: number, kind: number, state: number, by: number): void {
    const at = number * CELLS + kind * STATES + state
    this.#counts[at] = (this.#counts[at] ?? 0) + by
  }

  /** Devices by state, within a jurisdiction and of one kind, or of both. */
  sum(within: Jurisdiction, kind?: number): readonly number[] {
    const sums = new Array<number>(STATES).fill(0)
    for (const [number, path] of this.#paths.entries()) {
      if (!isWithin(path, within)) continue
      for (let cell = 0; cell < CELLS; cell++) {
        const [cellKind, state] = [Math.floor(cell / STATES), cell % STATES]
        if (kind === undefined || kind === cellKind) sums[state]! += this.#counts[number * CELLS + cell] ?? 0
      }
    }
    return sums
  }
}
