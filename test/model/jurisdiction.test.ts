import {expect, test} from 'vitest'
import {isCitywatchError} from '../../src/lib/errors.ts'
import {isWithin, jurisdictionOf} from '../../src/model/jurisdiction.ts'

test.each<[string[], string]>([
  [['Baltimore', 'Central', '111'], 'baltimore.central.111'],
  [['North Western', ' 6/11 '], 'north-western.6-11'],
  [['44', '4403', '440305'], '44.4403.440305'],
  [['新城', '１２'], '新城.12'],
])('the path of %j', (levels, path) => expect(jurisdictionOf(levels)).toBe(path))

test.each([[['Central', '']], [['***']], [Array(9).fill('a')], [['x'.repeat(65)]]])('no path of %j', (levels) => {
  expect(() => jurisdictionOf(levels)).toThrowError(
    expect.toSatisfy((error) => isCitywatchError(error, 'CW_BAD_VALUE')),
  )
})

test.each<[string, string, boolean]>([
  ['a.b.c', 'a.b', true],
  ['a.b', 'a.b', true],
  ['a.bc', 'a.b', false],
  ['a.b', 'a.b.c', false],
  ['a', '', true],
  ['', 'a', false],
])('%j lies in %j: %j', (path, prefix, within) => expect(isWithin(path, prefix)).toBe(within))
