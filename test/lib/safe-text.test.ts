import fc from 'fast-check'
import {expect, test} from 'vitest'
import {MAX_NAME, safeName, safeText} from '../../src/lib/safe-text.ts'

test.each<[string, string, string]>([
  ['plain text stays as it is', 'Mill Street 12', 'Mill Street 12'],
  ['Chinese text stays as it is', '人民路 12 号', '人民路 12 号'],
  ['an escape sequence becomes visible', '\u001B[2Jgone', '␛[2Jgone'],
  ['an OSC 52 clipboard write becomes visible', '\u001B]52;c;eA==\u0007', '␛]52;c;eA==␇'],
  ['an 8-bit control sequence is replaced', '\u009B31mred', '\uFFFD31mred'],
  ['line breaks cannot forge a row', 'a\r\nb\nc\u2028d', 'a⏎b⏎c⏎d'],
  ['a tab is a space', 'a\tb', 'a b'],
  ['bidi overrides are dropped', 'abc\u202Etxt.exe', 'abctxt.exe'],
  ['zero-width characters are dropped', 'P\u200B1\uFEFF', 'P1'],
  ['tag characters are dropped', `x${String.fromCodePoint(0xe0041)}y`, 'xy'],
  ['a lone surrogate is replaced', 'a\uD800b', 'a\uFFFDb'],
  ['a flood of combining marks is cut to four', `e${'\u0317'.repeat(50)}`, `e${'\u0317'.repeat(4)}`],
  ['DEL is replaced', 'a\u007Fb', 'a\uFFFDb'],
])('safe text: %s', (_name, raw, safe) => expect(safeText(raw)).toBe(safe))

test('safe text: a long name is cut and says so', () => {
  const name = safeName('北'.repeat(500))
  expect(Array.from(name)).toHaveLength(MAX_NAME)
  expect(name.endsWith('…')).toBe(true)
})

test('safe text: whatever comes in, nothing that a terminal obeys comes out, and cleaning twice changes nothing', () => {
  fc.assert(
    fc.property(fc.string({unit: 'binary', maxLength: 300}), (raw) => {
      const safe = safeText(raw)
      expect(safe).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u2028\u2029\u202A-\u202E\u2066-\u2069]/)
      expect(safeText(safe)).toBe(safe)
    }),
  )
})
