import {expect, test} from 'vitest'
import {fitLine, padded, paddedLeft, widthOf, wrap} from '../../../src/tui/alarm-watch/cells.ts'
import {strokes} from '../../../src/tui/alarm-watch/strokes.ts'
import {ageText} from '../../../src/tui/alarm-watch/words.ts'

test.each([
  ['abc', 5, 'abc  '],
  ['abcdef', 5, 'abcd…'],
  ['北京路', 6, '北京路'],
  ['北京路', 5, '北京…'],
  ['北京路', 4, '北… '],
  ['北京路', 1, '…'],
  ['北京路', 0, ''],
  ['a北b京', 5, 'a北b…'],
  ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
  ['x\ny', 5, 'x⏎y  '],
  ['\u001B[31mred', 9, '␛[31mred '],
  ['', 3, '   '],
])('cells: %j in %i cells is %j', (text, width, expected) => {
  const result = padded(text, width)
  expect([result, widthOf(result)]).toEqual([expected.normalize('NFC'), width])
})

test.each([
  ['12s', 4, ' 12s'],
  ['12345', 4, '123…'],
])('cells: %j to the right of %i', (text, width, expected) => {
  expect(paddedLeft(text, width)).toBe(expected)
})

test.each([
  ['one two three', 8, ['one two', 'three']],
  ['解放大道第三支行', 6, ['解放大', '道第三', '支行']],
  ['abcdefgh', 3, ['abc', 'def', 'gh']],
  ['', 3, ['']],
])('cells: %j broken at %i', (text, width, expected) => {
  expect(wrap(text, width)).toEqual(expected)
})

test('cells: a line of segments is cut where the room ends and keeps its styles', () => {
  const line = [{text: 'abc', bold: true}, {text: '北京'}, {text: 'x'}]
  expect(fitLine(line, 6)).toEqual([{text: 'abc', bold: true}, {text: '北…'}])
  expect(fitLine(line, 10)).toEqual([...line, {text: '  '}])
})

test.each([
  [-5, '0s'],
  [59_999, '59s'],
  [60_000, '1m'],
  [3_599_999, '59m'],
  [3_600_000, '1h'],
  [86_400_000, '1d'],
  [1e12, '999d'],
])('words: %i ms is an age of %s', (ms, expected) => {
  expect(ageText(ms)).toBe(expected)
})

test.each([
  ['a', {}, [['a', 'a', true]]],
  [
    'jjj',
    {},
    [
      ['j', 'j', true],
      ['j', 'j', true],
      ['j', 'j', true],
    ],
  ],
  [
    'ja',
    {},
    [
      ['j', 'j', false],
      ['a', 'a', false],
    ],
  ],
  ['', {upArrow: true}, [['up', '', true]]],
  ['c', {ctrl: true}, [['ctrl-c', '', true]]],
  ['a', {meta: true}, [['', '', true]]],
  ['\r', {return: true}, [['enter', '⏎', true]]],
])('keys: %j with %j', (input, flags, expected) => {
  const press = {ctrl: false, meta: false, ...flags}
  expect(strokes(input, press).map(({name, text, isAlone}) => [name, text, isAlone])).toEqual(expected)
})
