import {expect, test} from 'vitest'
import {extendedBlock} from '../../src/panel/extended-data.ts'
import {digitsIn} from '../../src/panel/receiver-address.ts'
import {readText, writeText} from '../../src/protocol/dc09/text.ts'

test.each([
  ['Ihall', 'Ihall'],
  ['IT\u00fcr 5 \u20ac', 'IT\xfcr 5 \x80'],
  ['I\u5927\u95e8', `I${Buffer.from('\u5927\u95e8').toString('latin1')}`],
  ['X115000', 'X115000'],
  [`R${'r'.repeat(256)}`, `R${'r'.repeat(256)}`],
])('extended data: %s goes out as bytes', (text, bytes) => {
  expect(extendedBlock(text)).toBe(bytes)
})

test.each([
  ['a key', 'KCANARY0123456789', 'a key is never sent'],
  ['no letter that is known', 'Bx', 'a letter of'],
  ['nothing', '', 'a letter of'],
  ['a letter alone', 'I', '1 to 256 bytes'],
  ['too much text', `J${'1'.repeat(2)}`, '1 to 1 bytes'],
  ['too many bytes', `I${'\u5927'.repeat(86)}`, '1 to 256 bytes'],
  ['a bracket', 'Ia]b', 'without brackets'],
  ['a line end', 'Ia\rb', 'without brackets'],
  ['Chinese where ASCII must be', 'M\u5927\u95e8', 'ASCII only'],
])('extended data: %s is refused', (_, text, why) => {
  expect(() => extendedBlock(text)).toThrow(why)
  expect(() => extendedBlock(text)).not.toThrow('CANARY')
})

test('text: what is written is read as itself, in Windows-1252 where that is enough', () => {
  for (const text of ['T\u00fcr', '\u20ac', '\u5927\u95e8', '\u00c3\u00bc', 'a', ''])
    expect(readText(writeText(text))).toBe(text)
  expect([writeText('T\u00fcr'), writeText('\u00c3\u00bc').length]).toEqual(['T\xfcr', 4])
})

test('receiver number and line: 1 to 6 hex digits', () => {
  expect([digitsIn('--line', '0'), digitsIn('--line', 'c0ffee')]).toEqual(['0', 'C0FFEE'])
  for (const text of ['', 'G', '1234567', '-1', '0x1']) expect(() => digitsIn('--line', text)).toThrow('CW_BAD_VALUE')
})
