/** The values of a question, each with the place that it has in the text: parts of a question need not know one another. */
import {bigintArray, byteaArray, textArray} from './binary-array.ts'
import type {Value} from './link.ts'

export class Params {
  readonly values: Value[] = []

  text(value: string): string {
    return this.#place(value, 'text')
  }

  /** A whole number that JavaScript holds exactly. */
  bigint(value: number): string {
    return this.#place(value, 'bigint')
  }

  boolean(value: boolean): string {
    return this.#place(value, 'boolean')
  }

  texts(values: readonly (string | null)[]): string {
    return this.#place(textArray(values), 'text[]')
  }

  bigints(values: readonly number[]): string {
    return this.#place(bigintArray(values), 'bigint[]')
  }

  booleans(values: readonly boolean[]): string {
    return this.#place(values.map(String), 'boolean[]')
  }

  bytes(values: readonly Buffer[]): string {
    return this.#place(byteaArray(values), 'bytea[]')
  }

  #place(value: Value, type: string): string {
    this.values.push(value)
    return `$${this.values.length}::${type}`
  }
}
