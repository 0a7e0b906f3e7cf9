/** Keys on the screen, with a store and nothing behind it. */
import {cleanup, render} from 'ink-testing-library'
import {afterEach, expect, test} from 'vitest'
import {App} from '../../../src/tui/alarm-watch/app.tsx'
import {type Effect, KEYS} from '../../../src/tui/alarm-watch/keys.ts'
import {Store} from '../../../src/tui/alarm-watch/store.ts'
import {alarmOf, NOON} from '../../support/alarms.ts'
import {manualClock} from '../../support/clock.ts'
import {until} from '../../support/wait.ts'
import {look, watching} from './play.ts'

afterEach(cleanup)

const ALARMS = [alarmOf(1, {name: 'First'}), alarmOf(2, {name: 'Second'}), alarmOf(3, {name: 'Third', priority: 3})]

async function opened() {
  const store = new Store(watching(ALARMS), manualClock(NOON))
  const effects: Effect['type'][] = []
  const app = render(<App store={store} look={look} spareRows={0} onEffect={({type}) => effects.push(type)} />)
  await until(() => app.stdin.listenerCount('readable') > 0)
  const press = (...keys: string[]) => {
    for (const key of keys) app.stdin.write(key)
  }
  const sees = (text: string | RegExp) => until(() => (app.lastFrame() ?? '').search(text) >= 0)
  return {store, effects, app, press, sees, selected: () => store.state().view.selected}
}

test.each([
  ['j', ['j'], 2],
  ['down twice, up once', ['\u001B[B', '\u001B[B', '\u001B[A'], 2],
  ['a key held down', ['jj'], 3],
  ['G and k', ['G', 'k'], 2],
  ['End and g', ['\u001B[F', 'g'], 1],
  ['n goes round', ['n', 'n', 'n'], 1],
  ['page down', ['\u001B[6~'], 3],
  ['a paste that the terminal marks', ['\u001B[200~jj\u001B[201~'], 1],
  ['a key that means nothing', ['z', '\u001Bj'], 1],
])('alarm monitor: %s', async (_name, keys, expected) => {
  const {press, selected} = await opened()
  press(...keys)
  expect(selected()).toBe(expected)
})

test('alarm monitor: a acknowledges the alarm under the cursor', async () => {
  const {press, store, sees} = await opened()
  press('j', 'a')
  expect([...store.state().acks].map(([id, {state}]) => [id, state])).toEqual([[2, 'queued']])
  await sees(/▶ {2}!P2 queued {2}ACTIVE .*Second/)
})

test('alarm monitor: nothing is decided by keys that came together, as a paste would', async () => {
  const {press, store, effects} = await opened()
  press('ja', 'hjq\r', 'Ry')
  expect([store.state().acks.size, store.state().mode.type, effects]).toEqual([0, 'list', []])
})

test('alarm monitor: what is typed after / is the filter, also a and q', async () => {
  const {press, store, effects, app, sees} = await opened()
  press('/', 's', 'eqa', '\u007F', '\u007F', '\u001B[200~co\nnd\u001B[201~')
  expect(store.state().filter.text).toBe('seco⏎nd')
  press('\u0015', 'second', '\r')
  expect(store.state()).toMatchObject({filter: {text: 'second'}, mode: {type: 'list'}})
  await sees('hides 2')
  expect(app.lastFrame()).not.toContain('First')
  expect(effects).toEqual([])
})

test('alarm monitor: a reset needs R and then y', async () => {
  const {press, store, sees} = await opened()
  press('R')
  await sees('Reset says for everybody that alarm 1 is over')
  press('x', 'R', 'y')
  expect(store.state().acks.get(1)).toMatchObject({state: 'queued', wish: {verb: 'reset'}})
})

test.each([
  ['q', 'quit'],
  ['\u0003', 'interrupt'],
  ['r', 'retry'],
  ['\u000C', 'repaint'],
])('alarm monitor: %j asks for %s', async (key, effect) => {
  const {press, effects} = await opened()
  press(key)
  expect(effects).toEqual([effect])
})

test('alarm monitor: Ctrl-C works in every mode', async () => {
  const {press, effects} = await opened()
  press('/', '\u0003')
  press('\r', '?', '\u0003')
  press('?', 'R', '\u0003')
  expect(effects).toEqual(['interrupt', 'interrupt', 'interrupt'])
})

test('alarm monitor: the help names every key, once, and says why one does nothing', async () => {
  const {press, app, store, sees} = await opened()
  press('a', '?')
  await sees('any key closes the help')
  const names = KEYS.flatMap(({keys}) => keys)
  expect(new Set(names).size).toBe(names.length)
  for (const {help} of KEYS) expect(app.lastFrame()).toContain(help.slice(0, 40))
  expect(app.lastFrame()).toContain('acknowledge the selected alarm (not now: already on its way')
  press('j')
  expect(store.state().mode.type).toBe('list')
})
