import {describe, expect, test} from 'vitest'
import {coversSignal, isOnTest, type OnTestScope, scopesOverlap} from '../../src/model/on-test.ts'
import {windowOf} from '../support/on-test.ts'
import {signalOf} from '../support/signals.ts'

const ACCOUNT = {account: '1234'}
const PARTITION = {...ACCOUNT, partition: '2'}
const ZONES = {...ACCOUNT, zones: ['3', '4']}
const BOTH = {...ACCOUNT, partition: '2', zones: ['3']}

describe('on test: which signals lie in the scope', () => {
  test.each<[string, OnTestScope, Parameters<typeof signalOf>[0], boolean]>([
    ['any signal of the account', ACCOUNT, {}, true],
    ['one without zone', ACCOUNT, {code: 'PA', zone: undefined as never}, true],
    ['one of another account', ACCOUNT, {account: '1235'}, false],
    ['one of an account that begins so', ACCOUNT, {account: '12345'}, false],
    ['one of the partition', PARTITION, {partition: '2'}, true],
    ['one of another partition', PARTITION, {partition: '1'}, false],
    ['one that names no partition, when one is on test', PARTITION, {}, false],
    ['one of a zone', ZONES, {zone: '4'}, true],
    ['one of a zone in any partition', ZONES, {zone: '4', partition: '7'}, true],
    ['one of another zone', ZONES, {zone: '34'}, false],
    ['one that names no zone, when zones are on test', ZONES, {zone: undefined as never}, false],
    ['a user whose number is that of a zone', ZONES, {code: 'OP', zone: '3'}, false],
    ['a duress of a user whose number is that of a zone', ZONES, {scheme: 'contact-id', code: '121', zone: '3'}, false],
    ['the zone of the partition', BOTH, {zone: '3', partition: '2'}, true],
    ['the zone of another partition', BOTH, {zone: '3', partition: '1'}, false],
  ])('%s', (_, scope, changes, covered) => {
    expect(coversSignal(scope, signalOf(changes))).toBe(covered)
  })
})

test.each<[OnTestScope, OnTestScope, boolean]>([
  [ACCOUNT, ACCOUNT, true],
  [ACCOUNT, {account: '9999'}, false],
  [ACCOUNT, BOTH, true],
  [PARTITION, {...ACCOUNT, partition: '1'}, false],
  [PARTITION, ZONES, true],
  [ZONES, {...ACCOUNT, zones: ['5']}, false],
  [ZONES, {...ACCOUNT, zones: ['5', '4']}, true],
  [BOTH, {...BOTH, partition: '1'}, false],
])('on test: %j and %j', (one, other, overlap) => {
  expect([scopesOverlap(one, other), scopesOverlap(other, one)]).toEqual([overlap, overlap])
})

test('on test: over at its end to the millisecond, whether anybody noticed or not', () => {
  const window = windowOf({endsAt: 1_000})
  expect([isOnTest(window, 999), isOnTest(window, 1_000)]).toEqual([true, false])
  expect(isOnTest({...window, state: 'ended'}, 5)).toBe(false)
})
