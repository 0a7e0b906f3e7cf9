/** Sizes as people write them. */
import {expect, test} from 'vitest'
import {parseSize, sizeText} from '../../src/lib/size.ts'

test.each([
  ['1GB', 1e9],
  ['20gb', 20e9],
  ['1.5 TB', 1.5e12],
  ['2500MB', 2.5e9],
])('%s is %d bytes', (text, bytes) => {
  expect(parseSize(text, '--retain-size', 1e9)).toBe(bytes)
})

test.each(['', '20', '20G', '999MB', '-1GB', '1e3GB', '1GB2', '0GB', '1..5GB', '9999999GB'])(
  '%s is refused and the flag is named',
  (text) => {
    expect(() => parseSize(text, '--retain-size', 1e9)).toThrow(
      expect.objectContaining({
        code: 'CW_BAD_VALUE',
        params: {field: '--retain-size', value: text, expected: 'a size such as 500MB or 20GB, at least 1.0 GB'},
      }),
    )
  },
)

test('sizes are told with the unit that fits', () => {
  expect([0, 1, 999_000_000, 17_349_000_000, 2.04e12].map(sizeText)).toEqual([
    '0 MB',
    '1 MB',
    '999 MB',
    '17.3 GB',
    '2.0 TB',
  ])
})
