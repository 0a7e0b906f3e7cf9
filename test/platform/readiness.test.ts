/** /readyz: ready is tried, not assumed, and asking often costs nothing. */
import {createServer} from 'node:net'
import {DatabaseSync} from 'node:sqlite'
import {request} from 'undici'
import {expect, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import {Secret} from '../../src/lib/secret.ts'
import {listening} from '../../src/net/listen.ts'
import type {Platform} from '../../src/platform/server/platform.ts'
import {readiness} from '../../src/platform/server/readiness.ts'
import {manualClock} from '../support/clock.ts'
import {testPlatform} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'

const READY = {ready: true, store: 'ok', receiver: 'ok'}

async function readyz({url}: Platform) {
  const {statusCode: status, body} = await request(`${url}/readyz`)
  return {status, reply: await body.json()}
}

/** A port where somebody listens until the returned function is called. */
async function port() {
  const server = createServer((socket) => socket.destroy())
  const at = await listening(server, '127.0.0.1', 0)
  return {receiver: {host: '127.0.0.1', port: at}, end: () => new Promise((resolve) => server.close(resolve))}
}

test('a platform that serves is ready, to whoever asks, and the trial leaves nothing in the log', async () => {
  const {platform} = await testPlatform({clock: manualClock(Date.now()), token: new Secret('a-token-of-some-length')})
  expect(await readyz(platform)).toEqual({status: 200, reply: READY})
  expect((await platform.status()).head).toBe(0)
})

test('a full disk is not ready; health goes on', async () => {
  const {platform} = await testPlatform({clock: manualClock(Date.now()), maxPages: 60, acceptUnknown: true})
  const fill = async () => {
    for (;;) await platform.accept(signalOf({raw: safeText('x'.repeat(1_000))}))
  }
  await expect(fill()).rejects.toMatchObject({code: 'CW_DISK_FULL'})
  expect(await readyz(platform)).toEqual({status: 503, reply: {...READY, ready: false, store: 'CW_DISK_FULL'}})
  const {statusCode, body} = await request(`${platform.url}/healthz`)
  await body.dump()
  expect(statusCode).toBe(200)
})

test('a disk that another holds is not ready', async () => {
  const {platform, folder} = await testPlatform({clock: manualClock(Date.now())})
  const holder = new DatabaseSync(`${folder}/platform.db`, {timeout: 60_000})
  holder.exec('BEGIN IMMEDIATE')
  expect(await readyz(platform)).toEqual({status: 503, reply: {...READY, ready: false, store: 'CW_IO'}})
  holder.close()
})

test('a receiver that does not listen, and a disk that never answers, are named', async () => {
  const {receiver, end} = await port()
  const clock = manualClock()
  const closing = new AbortController().signal
  const stuck = readiness({clock, closing, receiver, tryWrite: () => new Promise(() => {})})()
  clock.advance(3_000)
  expect(await stuck).toMatchObject({ready: false, store: 'CW_TIMEOUT'})
  await end()
  const deaf = readiness({clock, closing, receiver, tryWrite: async () => {}})
  expect(await deaf()).toEqual({ready: false, store: 'ok', receiver: 'CW_UNREACHABLE'})
})

test('one trial at a time and one a second, however many ask', async () => {
  const {receiver, end} = await port()
  const clock = manualClock()
  let writes = 0
  const tryWrite = async () => void writes++
  const ready = readiness({clock, closing: new AbortController().signal, receiver, tryWrite})
  const ask = () => Promise.all(Array.from({length: 50}, ready))
  expect(await ask()).toEqual(Array.from({length: 50}, () => READY))
  await ask()
  expect(writes).toBe(1)
  clock.advance(1_000)
  await ask()
  expect(writes).toBe(2)
  await end()
})

test('a platform that closes is not ready', async () => {
  const closing = new AbortController()
  const receiver = {host: '127.0.0.1', port: 1}
  const ready = readiness({clock: manualClock(), closing: closing.signal, receiver, tryWrite: async () => {}})
  closing.abort()
  expect(await ready()).toEqual({ready: false, store: 'closing', receiver: 'closing'})
})
