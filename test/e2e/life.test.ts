/** The life of an alarm with the real binary: acted upon, hidden, handed over to 110, routed, closed; refusals name their reason. */
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'

const home = newHome()
let platform: Running
let url = ''

const run = (...args: string[]) => citywatch(home, [...args, '--platform', url, '--json'])

interface Acted {
  readonly alarms: readonly {
    id: string
    outcome: string
    alarm?: {handling: string; condition: string}
    error?: {code: string}
  }[]
}
const outcomes = async (...args: string[]) =>
  (await run('alarm', ...args))
    .json<Acted>()
    .alarms.map(({id, outcome, alarm, error}) => [id, outcome, error?.code ?? alarm?.handling].join(' '))
const states = async (...args: string[]) =>
  (await run('alarm', 'list', ...args)).json<{alarms: {id: number; handoff?: string}[]}>().alarms

beforeAll(async () => {
  const args = ['--port', '0', '--dc09-port', '0', '--data', join(home.folder, 'data'), '--accept-unknown', '--json']
  platform = start(home, ['platform', 'serve', ...args])
  const ready = JSON.parse(await platform.line((line) => line.includes('url'))) as {url: string; dc09Port: number}
  url = ready.url
  for (const event of ['BA zone 3', 'BA zone 4', 'PA zone 9', 'TA zone 5']) {
    const sent = ['panel', 'send', `127.0.0.1:${ready.dc09Port}`, '--account', 'A1B2', event]
    expect((await citywatch(home, sent)).exitCode).toBe(0)
  }
})

afterAll(() => platform?.stop())

test('several alarms are acknowledged in one go, and one that is not there does not stop the others', async () => {
  expect(await outcomes('ack', '1', '77', '2', '--by', 'anna')).toEqual([
    '1 done acked',
    '77 failed CW_BAD_VALUE',
    '2 done acked',
  ])
})

test('a guard is sent, what he found is a ground to tell 110, and 110 is told once', async () => {
  expect(await outcomes('dispatch', '1', '--unit', 'guard Wang')).toEqual(['1 done dispatched'])
  expect(await outcomes('check', '1', '--found', 'guard-confirms')).toEqual(['1 done dispatched'])
  expect((await states()).find(({id}) => id === 2)?.handoff).toBe('TELL 110 #1')
  const told = [
    'alarm',
    'handoff',
    'record',
    '1',
    '--how',
    'phone',
    '--to',
    '110 desk 4',
    '--what',
    'two zones',
  ] as const
  expect((await run(...told, '--by', 'anna')).exitCode).toBe(0)
  const again = await citywatch(home, [...told, '--by', 'bert', '--platform', url])
  expect(again.exitCode).toBe(6)
  expect(again.stderr).toContain('anna')
  const {json} = await run('alarm', 'handoff', 'answer', '1', '--text', 'patrol sent, case 110-4471')
  expect(json()).toMatchObject({handoff: {state: 'answered', answer: {text: 'patrol sent, case 110-4471'}}})
})

test('panic is never hidden; what is shelved is counted, and comes back', async () => {
  expect((await run('alarm', 'shelve', '3', '--for', '10m', '--reason', 'x')).exitCode).toBe(6)
  expect(await outcomes('shelve', '4', '--for', '10m', '--reason', 'door is being mended')).toEqual(['4 done new'])
  expect((await states('--visibility', 'hidden')).map(({id}) => id)).toEqual([4])
  expect((await run('platform', 'status')).json()).toMatchObject({
    alarms: {new: 2, dispatched: 1, acked: 1, shelved: 1},
    masks: 1,
  })
  expect(await outcomes('unhide', '4')).toEqual(['4 done new'])
  expect((await run('platform', 'status')).json()).toMatchObject({alarms: {shelved: 0}, masks: 0})
})

test('an active alarm is not closed as genuine before somebody says that it is over', async () => {
  expect((await run('alarm', 'close', '1', '--as', 'genuine')).exitCode).toBe(6)
  expect(await outcomes('ack', '1', '--reset')).toEqual(['1 done dispatched'])
  expect(await outcomes('close', '1', '--as', 'genuine')).toEqual(['1 done closed'])
})

test('the unrouted are a queue of their own until somebody gives them a place, and the history has it all', async () => {
  expect((await states('--unrouted')).map(({id}) => id)).toEqual([2, 3, 4])
  expect(await outcomes('route', '2', '--jurisdiction', 'city.north')).toEqual(['2 done acked'])
  expect((await states('--unrouted')).map(({id}) => id)).toEqual([3, 4])
  const {history, complete} = (await run('alarm', 'show', '1')).json<{history: {change: string}[]; complete: boolean}>()
  expect(history.map(({change}) => change)).toEqual(['raised', 'acked', 'dispatched', 'checked', 'reset', 'closed'])
  expect(complete).toBe(true)
})
