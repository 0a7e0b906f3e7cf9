import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {LoadReport} from '../../src/panel/load/report.ts'
import {citywatch, newHome, start} from '../support/cli.ts'
import {until} from '../support/wait.ts'

const home = newHome()

test('panel supervise: a silent panel is missing and raised at a receiver, its message restores it, the record keeps it', async () => {
  const centre = start(home, ['panel', 'listen', '--port', '0', '--json'])
  const {listening: at} = JSON.parse(await centre.line((line) => line.includes('listening')))
  const record = join(home.folder, 'panels.jsonl')
  const raise = ['--raise', `127.0.0.1:${at.port}`, '--raise-as', 'sia', '--record', record]
  const args = ['panel', 'supervise', '--port', '0', '--account', '1234', '--reporting-time', '1s', ...raise, '--json']
  const supervisor = start(home, args)
  const {listening} = JSON.parse(await supervisor.line((line) => line.includes('listening')))
  await supervisor.line((line) => line.includes('"missing"'))
  await centre.line((line) => line.includes('"YC"'))
  const sent = await citywatch(home, ['panel', 'send', `127.0.0.1:${listening.port}`, '--account', '1234', 'heartbeat'])
  expect(sent.exitCode).toBe(0)
  await supervisor.line((line) => line.includes('"restored"'))
  await centre.line((line) => line.includes('"YK"'))
  const {exitCode, stderr} = await supervisor.stop()
  expect(exitCode).toBe(130)
  expect(stderr).toMatch(/1 accounts, missing after 1 s/)
  const types = readFileSync(record, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).type)
  expect([types[0], types.includes('supervision-event'), types.at(-1)]).toEqual(['run', true, 'supervision'])
  expect(JSON.parse(supervisor.lines.at(-1) ?? '')).toMatchObject({
    accounts: 1,
    missing: expect.any(Number),
    messages: 1,
  })
  await centre.stop()
})

test('panel load: what the receiver captured is what it acknowledged; Ctrl-C ends the sending and the books close', async () => {
  const capture = join(home.folder, 'signals.jsonl')
  const receiver = start(home, ['panel', 'listen', '--port', '0', '--capture', capture, '--json'])
  const {listening} = JSON.parse(await receiver.line((line) => line.includes('listening')))
  const to = `127.0.0.1:${listening.port}`
  const record = join(home.folder, 'load.jsonl')
  const shape = ['--panels', '20', '--rate', '100', '--ramp', '0s', '--hold', '1s', '--timeout', '60000']
  const whole = await citywatch(home, [
    'panel',
    'load',
    to,
    ...shape,
    '--capture',
    capture,
    '--record',
    record,
    '--json',
  ])
  const report = whole.json<LoadReport>()
  expect([whole.exitCode, report.planned, report.acked, report.capture?.missing]).toEqual([0, 100, 100, 0])
  expect(readFileSync(record, 'utf8')).toMatch(/^\{"type":"run".*\n\{"type":"load".*\n$/)
  const before = receiver.lines.length
  const long = start(home, [
    'panel',
    'load',
    to,
    '--panels',
    '5',
    '--rate',
    '50',
    '--hold',
    '1h',
    '--timeout',
    '60000',
    '--json',
  ])
  await until(() => receiver.lines.length > before)
  expect((await long.stop()).exitCode).toBe(130)
  const books: LoadReport = JSON.parse(long.lines.join('\n'))
  expect([books.interrupted, books.lost, books.sent - books.acked]).toEqual([true, 0, 0])
  await receiver.stop()
})
