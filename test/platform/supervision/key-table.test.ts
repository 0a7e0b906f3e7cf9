/** Keys of devices in typed arrays: found by their text, whatever it is made of. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {KeyTable, MAX_KEY_CHARS} from '../../../src/platform/supervision/key-table.ts'

describe('key table', () => {
  test('says of any keys what a map says', () => {
    const key = fc.oneof(
      fc.string({minLength: 1, maxLength: MAX_KEY_CHARS, unit: 'binary'}).filter(({length}) => length <= MAX_KEY_CHARS),
      fc.constantFrom('a', 'b', 'ab', 'ba', '球机', '球', '\u00ff', '\u0100', '44030500001320000001'),
    )
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.tuple(fc.integer({min: 0, max: 1}), key), {maxLength: 12}),
        key,
        (seed, pairs, other) => {
          const table = new KeyTable(seed)
          const map = new Map<string, number>()
          for (const [kind, text] of pairs) {
            const known = map.get(`${kind}${text}`)
            const number = table.add(kind, text)
            expect(number).toBe(known ?? map.size)
            map.set(`${kind}${text}`, number)
            expect([table.kindAt(number), table.keyAt(number)]).toEqual([kind, text])
          }
          for (const [kind, text] of pairs) expect(table.find(kind, text)).toBe(map.get(`${kind}${text}`))
          expect(table.find(0, other)).toBe(map.get(`0${other}`) ?? -1)
        },
      ),
    )
  })

  test('a hundred thousand keys grow the table and stay found', () => {
    const table = new KeyTable(3)
    const keys = Array.from({length: 100_000}, (_, index) => `cam-${index}-${'x'.repeat(index % 100)}`)
    for (const key of keys) table.add(0, key)
    expect(keys.findIndex((key, index) => table.find(0, key) !== index || table.keyAt(index) !== key)).toBe(-1)
    expect([table.find(1, 'cam-1-x'), table.find(0, 'cam-1'), table.find(0, 'x'.repeat(500))]).toEqual([-1, -1, -1])
  })

  test('the longest key is kept whole, narrow and wide', () => {
    const table = new KeyTable(0)
    for (const char of ['x', '防']) {
      const key = char.repeat(MAX_KEY_CHARS)
      expect(table.keyAt(table.add(0, key))).toBe(key)
      expect(table.find(0, char.repeat(MAX_KEY_CHARS - 1))).toBe(-1)
    }
  })
})
