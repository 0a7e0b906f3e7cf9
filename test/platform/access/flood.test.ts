/** Limits of a running platform: requests, connections, bodies; and what it writes of them. */
import {createServer} from 'node:http'
import {type AddressInfo, connect} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {logTo} from '../../../src/cli/log.ts'
import type {LogFields, LogLevel} from '../../../src/lib/log.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {PlatformClient} from '../../../src/platform/client.ts'
import {Connections} from '../../../src/platform/server/connections.ts'
import {ask, guardedPlatform} from '../../support/access.ts'
import {manualClock, realClock} from '../../support/clock.ts'
import type {testPlatform} from '../../support/platform.ts'

function notebook() {
  const events: {level: LogLevel; event: string; fields: LogFields | undefined}[] = []
  return {
    events,
    names: () => events.map(({event}) => event),
    log: {write: (level: LogLevel, event: string, fields?: LogFields) => void events.push({level, event, fields})},
  }
}

test('a token that asks too often is told when to come back; another one is not touched', async () => {
  const hand = manualClock(1_790_000_000_000)
  const clock = {now: hand.now, sleep: realClock.sleep}
  const {log, events} = notebook()
  const {url, token, chiefToken} = await guardedPlatform({clock, maxRequests: 5, log})
  const busy = await token('busy', 'viewer')
  const answers = []
  for (let n = 0; n < 30; n++) answers.push(await ask(`${url}/v1/status`, {token: busy}))
  expect(answers.slice(0, 20).map(({status}) => status)).toEqual(Array(20).fill(200))
  expect(answers.slice(20).map(({status, code, headers}) => [status, code, headers['retry-after']])).toEqual(
    Array(10).fill([429, 'CW_TOO_MANY_REQUESTS', '1']),
  )
  expect((await ask(`${url}/v1/status`, {token: chiefToken})).status).toBe(200)
  hand.advance(1_000)
  expect((await ask(`${url}/v1/status`, {token: busy})).status).toBe(200)
  const told = events.filter(({event}) => event === 'request.limited')
  expect(told).toEqual([expect.objectContaining({level: 'warn', fields: expect.objectContaining({who: 'token busy'})})])
  const client = new PlatformClient({url, token: new Secret(busy)})
  for (let n = 0; n < 10; n++) await client.status().catch(() => undefined)
  await expect(client.status()).rejects.toMatchObject({code: 'CW_TOO_MANY_REQUESTS', params: {waitS: 1}})
})

test('no limit when none is wanted', async () => {
  const {url, chiefToken} = await guardedPlatform({maxRequests: 0})
  const answers = await Promise.all(Array.from({length: 200}, () => ask(`${url}/v1/status`, {token: chiefToken})))
  expect(new Set(answers.map(({status}) => status))).toEqual(new Set([200]))
})

test('one address has so many connections; the next is closed, and one that ends makes room', async () => {
  const server = createServer((_request, response) => response.end('ok'))
  const {log, names} = notebook()
  const connections = new Connections(server, {max: 3, log, now: () => 0, isFree: () => false})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    connections.cut()
    server.close()
  })
  const {port} = server.address() as AddressInfo
  const open = () =>
    new Promise<{socket: ReturnType<typeof connect>; answer: string}>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'))
      socket.on('error', () => undefined)
      socket.once('data', (data) => resolve({socket, answer: data.toString('latin1').split(' ')[1] ?? ''}))
      socket.once('close', () => resolve({socket, answer: 'closed'}))
    })
  const [first] = [await open(), await open(), await open()]
  expect((await open()).answer).toBe('closed')
  expect((await open()).answer).toBe('closed')
  expect(names()).toEqual(['connection.refused'])
  first.socket.destroy()
  await expect.poll(() => connections.size).toBe(2)
  expect((await open()).answer).toBe('200')
})

test('a log-in is a small body; a large one is not even read to its end', async () => {
  const {url} = await guardedPlatform()
  const {status} = await ask(`${url}/v1/login`, {method: 'POST', body: {user: 'a', password: 'x'.repeat(9_000)}})
  expect(status).toBe(413)
})

test('what happens is in the log, without a secret: start, log-ins, refusals, stop', async () => {
  const {log, events, names} = notebook()
  const {url, user, login, platform, token, chiefToken} = await guardedPlatform({log})
  await user('anna', 'viewer')
  const session = await login('anna')
  await login('anna', new Secret('canary-password')).catch(() => undefined)
  await ask(`${url}/v1/status`, {token: 'cw_canary-token'})
  await ask(`${url}/v1/users`, {token: await token('v', 'viewer')})
  await platform.close()
  expect(names()).toEqual([
    'platform.start',
    'login',
    'login.failed',
    'token.refused',
    'access.refused',
    'platform.stop',
  ])
  const text = JSON.stringify(events)
  for (const secret of ['canary', session.token, chiefToken]) expect(text).not.toContain(secret)
})

test('a disk that takes nothing is told of once, and its recovery, too; who logs in meanwhile gets in', async () => {
  const {log, names} = notebook()
  const {user, login, client, platform} = await guardedPlatform({
    ...{log, maxPages: 80, heartbeatMs: 20, acceptUnknown: true},
  })
  await user('anna', 'viewer')
  await fill(platform)
  await expect.poll(names).toContain('store.failing')
  const {token} = await login('anna')
  expect(await client(token).whoami()).toMatchObject({name: 'anna', role: 'viewer'})
  await client(token)
    .logout()
    .catch(() => undefined)
  await expect(client(token).whoami()).rejects.toMatchObject({code: 'CW_AUTH'})
})

/** Signals until the store is full. */
async function fill(platform: Awaited<ReturnType<typeof testPlatform>>['platform']): Promise<void> {
  for (let n = 0; n < 5_000; n++) {
    const signal = {account: '1234', scheme: 'sia', code: 'RP', qualifier: 'new', raw: `x${'y'.repeat(400)}`} as const
    const failed = await platform.accept(signal as never).then(
      () => false,
      () => true,
    )
    if (failed) return
  }
}

test('log lines: one line each, whatever is in a field', () => {
  const written: string[] = []
  const out = {write: (text: string) => written.push(text)}
  const clock = manualClock(Date.UTC(2026, 0, 2))
  const hostile = {from: '10.0.0.1', who: 'x\n2026 error forged=1\u001b[2J', n: 3, none: undefined}
  logTo(out, {'log-format': 'text', 'log-level': 'warn'}, clock).write('warn', 'token.refused', hostile)
  logTo(out, {'log-format': 'json', 'log-level': 'warn'}, clock).write('error', 'token.refused', hostile)
  logTo(out, {'log-format': 'json', 'log-level': 'warn'}, clock).write('info', 'login', hostile)
  expect(written).toEqual([
    '2026-01-02T00:00:00.000Z warn  token.refused from=10.0.0.1 who="x⏎2026 error forged=1␛[2J" n=3\n',
    '{"at":"2026-01-02T00:00:00.000Z","level":"error","event":"token.refused","from":"10.0.0.1","who":"x⏎2026 error forged=1␛[2J","n":3}\n',
  ])
})
