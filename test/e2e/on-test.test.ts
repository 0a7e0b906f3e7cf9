/** Testing a panel safely, as a technician does it: on test, send, off test; and what the audit log says afterwards. */
import {appendFileSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {citywatch, newHome, start} from '../support/cli.ts'

const home = newHome()
const auditFile = join(home.folder, 'state', 'audit.jsonl')

test('a receiver that is not this machine: refused, then under a test, then refused again', async () => {
  const serving = start(home, ['platform', 'serve', '--port', '0', '--dc09-port', '0', '--json'])
  const {url, dc09Port} = JSON.parse(await serving.line((line) => line.includes('url')))
  const at = ['--platform', url]
  const zones = join(home.folder, 'zones.csv')
  writeFileSync(zones, 'kind,key,account,zone,name\npanel,p1,AB12,,Bank\nzone,,AB12,3,Door\n')
  expect((await citywatch(home, ['site', 'import', zones, '--apply', ...at])).exitCode).toBe(0)
  // 0.0.0.0 leads to this machine, and the guard does not know.
  const send = (zone: number) =>
    citywatch(home, ['panel', 'send', `0.0.0.0:${dc09Port}`, '--account', 'AB12', `BA zone ${zone}`, ...at, '--json'])

  const before = await send(3)
  expect([before.exitCode, before.stderr.split('\n')[0]]).toEqual([
    4,
    'not on test: codes that send somebody out are refused',
  ])
  const here = ['panel', 'send', `127.0.0.1:${dc09Port}`, '--account', 'AB12', 'BA zone 3']
  expect((await citywatch(home, here)).exitCode).toBe(0)
  const ontest = (...args: string[]) => citywatch(home, ['panel', 'ontest', ...args, ...at, '--by', 'anna', '--json'])
  const started = await ontest('start', 'AB12', '--reason', 'walk test', '--for', '2h', '--zone', '003')
  expect(started.json()).toMatchObject({window: {id: 1, account: 'AB12', zones: ['3'], by: 'anna', state: 'open'}})

  const during = await send(3)
  expect([during.exitCode, during.stderr.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/^on test: #1 until .*\d\d:\d\d \(walk test\), 1 h \d+ min left$/),
  ])
  expect((await send(4)).exitCode).toBe(4)
  const listed = (await citywatch(home, ['alarm', 'list', ...at, '--json'])).json()
  expect(listed).toMatchObject({alarms: [{id: 1, zone: '3', count: 1, onTest: 1}]})
  expect((await ontest('end', 'AB12')).json()).toMatchObject({window: {state: 'ended', endedBy: 'anna'}})
  expect((await send(3)).exitCode).toBe(4)

  const {entries} = (await citywatch(home, ['panel', 'audit', '--account', 'ab12', '--json'])).json<{
    entries: {what: string; window?: number; event?: string; by: string}[]
  }>()
  expect(entries.map(({what, window, event}) => [what, window, event])).toEqual([
    ['refusal', undefined, undefined],
    ['send', undefined, 'BA zone 3'],
    ['ontest-start', 1, undefined],
    ['send', 1, 'BA zone 3'],
    ['refusal', undefined, undefined],
    ['ontest-end', 1, undefined],
    ['refusal', undefined, undefined],
  ])
  expect(entries[2]).toMatchObject({by: 'anna', detail: '2h: walk test'})
  expect((await serving.stop()).exitCode).toBe(130)
})

test('without a platform nothing is on test, and the line says why', async () => {
  const send = ['panel', 'send', '0.0.0.0:1', '--account', 'AB12', '--platform', 'http://127.0.0.1:1']
  const {exitCode, stderr} = await citywatch(home, [...send, 'BA'])
  expect(exitCode).toBe(4)
  expect(stderr.split('\n')[0]).toMatch(/^not on test \(no platform answers at http:\/\/127\.0\.0\.1:1: .*\): codes/)
  const override = await citywatch(home, [...send, 'BA', '--i-know', '--timeout', '100'])
  expect([override.exitCode, override.stderr.split('\n')[0]]).toEqual([5, 'override by --i-know'])
  const here = await citywatch(home, ['panel', 'send', '127.0.0.1:1', '--account', 'AB12', 'BA'])
  expect([here.exitCode, here.stderr.split('\n')[0]]).toEqual([5, 'loopback: nothing leaves this machine'])
})

test('panel audit --verify: whole, then cut short, repaired by the next command, then tampered with', async () => {
  const verify = () => citywatch(home, ['panel', 'audit', '--verify', '--json'])
  const whole = await verify()
  expect([whole.exitCode, whole.json()]).toMatchObject([0, {state: 'intact', repaired: []}])
  const lines = readFileSync(auditFile, 'utf8').trim().split('\n').length
  appendFileSync(auditFile, '{"at":17')
  const torn = await citywatch(home, ['panel', 'audit', '--verify'])
  expect([torn.exitCode, torn.stdout]).toEqual([3, expect.stringContaining(`torn at line ${lines + 1}`)])
  expect((await citywatch(home, ['panel', 'audit', '-o', 'csv'])).stdout).toContain(`${lines + 1},,,unreadable`)
  await citywatch(home, ['panel', 'send', '127.0.0.1:1', '--account', 'AB12', 'RP'])
  const repaired = await verify()
  expect([repaired.exitCode, repaired.json()]).toMatchObject([0, {state: 'intact', repaired: [lines + 1]}])
  writeFileSync(auditFile, readFileSync(auditFile, 'utf8').replace('"window":1', '"window":7'))
  const broken = await verify()
  expect([broken.exitCode, broken.json()]).toMatchObject([3, {state: 'broken', line: 4}])
})

test('panel audit: several commands at a time, some of them killed, leave one chain', async () => {
  const other = {...home, env: {...home.env, CITYWATCH_STATE_DIR: join(home.folder, 'killed')}}
  const senders = ['A001', 'A002', 'A003'].map((account) =>
    start(other, ['panel', 'send', '127.0.0.1:1', '--account', account, '-o', 'jsonl', ...Array(200).fill('RP')]),
  )
  for (const sender of senders) await sender.line((line) => line.includes('"seq":5,'))
  await senders[0]?.stop('SIGKILL')
  await senders[1]?.stop('SIGKILL')
  await senders[2]?.line((line) => line.includes('"seq":60,'))
  await senders[2]?.stop('SIGKILL')
  await citywatch(other, ['panel', 'send', '127.0.0.1:1', '--account', 'A004', 'RP'])
  const verdict = await citywatch(other, ['panel', 'audit', '--verify', '--json'])
  expect([verdict.exitCode, verdict.json()]).toMatchObject([0, {state: 'intact'}])
  const {entries} = (await citywatch(other, ['panel', 'audit', '--account', 'A003', '--json'])).json<{
    entries: {seq: number}[]
  }>()
  expect(entries.slice(0, 60).map(({seq}) => seq)).toEqual(Array.from({length: 60}, (_, index) => index + 1))
})
