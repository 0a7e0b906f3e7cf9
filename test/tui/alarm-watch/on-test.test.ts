/** Accounts on test in the monitor's state: counted, ended, warned of; never mixed up by replays. */
import {expect, test} from 'vitest'
import {headerLine, newsLine} from '../../../src/tui/alarm-watch/header.ts'
import {accountsOnTest} from '../../../src/tui/alarm-watch/on-test.ts'
import type {State} from '../../../src/tui/alarm-watch/state.ts'
import {alarmOf, entryOf, NOON} from '../../support/alarms.ts'
import {testOf, trialOf, windowOf} from '../../support/on-test.ts'
import {entry, fed, head, live, look, opened, play, snapshot} from './play.ts'

const text = (state: State) =>
  [headerLine(state, look), newsLine(state, look)].map((line) => line.map((part) => part.text).join('')).join('|')
const started = (windows: Parameters<typeof windowOf>[0][], scope = '') =>
  play(opened(80, 24, scope), fed(snapshot([], 100, 'e1', windows.map(windowOf)), live, head(100)))

test('accounts are counted, not windows', () => {
  const state = started([
    {id: 1, zones: ['1']},
    {id: 2, zones: ['2']},
    {id: 3, account: 'AAAA'},
  ])
  expect(text(state)).toContain('  2 on test  ')
  expect(text(started([]))).not.toContain('on test')
})

test('a window leaves when it ends or expires, and not by an older version that is replayed', () => {
  let state = started([{id: 1, version: 3}])
  state = play(
    state,
    fed(entry(testOf(101, {id: 1, version: 1})), entry(testOf(102, {id: 1, version: 2, state: 'ended'}, 'ended'))),
  )
  expect(accountsOnTest(state)).toBe(1)
  state = play(state, fed(entry(testOf(103, {id: 1, version: 4, state: 'expired'}, 'expired'))))
  expect(accountsOnTest(state)).toBe(0)
})

test('a new snapshot says what is on test', () => {
  const state = play(started([{id: 1}]), fed(snapshot([], 1, 'e2', [windowOf({id: 5, state: 'ended'})])))
  expect(accountsOnTest(state)).toBe(0)
})

test('the warning stands until the test is extended', () => {
  const soon = {id: 1, version: 2, endsAt: NOON + 240_000, warnedAt: NOON}
  let state = play(started([{id: 1}]), fed(entry(testOf(101, soon, 'expiring'))))
  expect(text(state)).toContain('test of 1234 ends 12:04:00')
  state = play(state, fed(entry(testOf(102, {id: 1, version: 3, endsAt: NOON + 999_000}, 'extended'))))
  expect(text(state)).not.toContain('test of')
})

test('test signals are counted apart from those that are only logged', () => {
  const logged = {...entryOf(101, alarmOf(1)), alarm: undefined as never, change: undefined as never}
  const state = play(started([{id: 1}]), fed(entry(logged), entry(trialOf(102, 1)), entry(trialOf(103, 1))))
  expect(state).toMatchObject({logged: 1, trials: 2})
  expect(state.items.size).toBe(0)
})

test('tests outside the scope are not counted', () => {
  const windows = [{id: 1}, {id: 2, account: 'AAAA', jurisdiction: 'baltimore.north'}]
  expect(accountsOnTest(started(windows, 'baltimore.central'))).toBe(1)
})
