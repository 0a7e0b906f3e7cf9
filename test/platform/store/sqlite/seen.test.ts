import {createHash} from 'node:crypto'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {KEY_BYTES, packed, Seen, unpacked} from '../../../../src/platform/store/sqlite/seen.ts'

const keyOf = (name: string) => createHash('sha256').update(name).digest().subarray(0, KEY_BYTES)

/** A key whose place in the table is its first letter alone, so that chains are long. */
const crowded = (name: string) => {
  const key = Buffer.alloc(KEY_BYTES)
  key.writeUInt32LE((name.codePointAt(0) ?? 0) % 3, 0)
  key.write(name.padEnd(8).slice(0, 8), 4)
  return key
}

/** The same with a Map, which remembers insertion order. */
class Model {
  readonly #known = new Map<string, number>()
  readonly #capacity: number

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  add(name: string, value: number): void {
    if (!this.#known.has(name) && this.#known.size === this.#capacity) {
      const [oldest = ''] = this.#known.keys()
      this.#known.delete(oldest)
    }
    this.#known.set(name, value)
  }

  find(name: string): number | undefined {
    return this.#known.get(name)
  }
}

test.each([
  ['keys as they are', keyOf],
  ['keys that all fall into few places', crowded],
])('seen: %s: the latest are found with their number, the others are forgotten', (_name, key) => {
  const names = fc.array(fc.integer({min: 0, max: 40}).map(String), {maxLength: 200})
  fc.assert(
    fc.property(names, fc.integer({min: 1, max: 17}), (added, capacity) => {
      const seen = new Seen(capacity)
      const model = new Model(capacity)
      for (const [value, name] of added.entries()) {
        seen.add(key(name), value)
        model.add(name, value)
        for (let other = 0; other <= 40; other++) {
          expect(seen.find(key(String(other)))).toBe(model.find(String(other)))
        }
      }
    }),
    {numRuns: 60},
  )
})

test('seen: what is packed comes out again, and a torn end is left out', () => {
  const entries = ['a', 'b', 'c'].map((name, index) => ({key: keyOf(name), value: 1e12 + index}))
  const bytes = packed(entries)
  expect([...unpacked(bytes)].map(({value}) => value)).toEqual([1e12, 1e12 + 1, 1e12 + 2])
  expect([...unpacked(bytes)].map(({key}) => key.toString('hex'))).toEqual(entries.map(({key}) => key.toString('hex')))
  expect([...unpacked(bytes.subarray(0, -1))]).toHaveLength(2)
})
