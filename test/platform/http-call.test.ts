import {createServer, type Socket} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {isCitywatchError} from '../../src/lib/errors.ts'
import {safeName} from '../../src/lib/safe-text.ts'
import {listening} from '../../src/net/listen.ts'
import {PlatformClient} from '../../src/platform/client.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

const REFUSAL = JSON.stringify({error: {code: 'CW_CONFLICT', params: {what: 'alarm 1', detail: 'answered'}}})
const REPLY = `HTTP/1.1 409 Conflict\r\ncontent-type: application/json\r\ncontent-length: ${REFUSAL.length}\r\n\r\n${REFUSAL}`

/** A peer that drops the first connections as soon as a request has come, and answers on the later ones. */
async function dropping(drops: number): Promise<{client: PlatformClient; requests: () => number}> {
  let requests = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => {
      requests += 1
      if (requests <= drops) socket.destroy()
      else socket.end(REPLY)
    })
  })
  const port = await listening(server, '127.0.0.1', 0)
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {client: new PlatformClient({url: `http://127.0.0.1:${port}`}), requests: () => requests}
}

const ack = (client: PlatformClient) => client.ack({id: 1, version: 1, by: safeName('tester')})
const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'resolved',
    (error) => (isCitywatchError(error) ? error.code : String(error)),
  )

test('a connection that breaks under an acknowledgement is tried once more', async () => {
  const {client, requests} = await dropping(1)
  expect(await codeOf(ack(client))).toBe('CW_CONFLICT')
  expect(requests()).toBe(2)
})

test('once more, not for ever', async () => {
  const {client, requests} = await dropping(9)
  expect(await codeOf(ack(client))).toBe('CW_NO_PLATFORM')
  expect(requests()).toBe(2)
})

test('a change of the inventory is never sent twice: what the first one did is not known', async () => {
  const {client, requests} = await dropping(1)
  expect(await codeOf(client.putDevices({devices: []}))).toBe('CW_NO_PLATFORM')
  expect(requests()).toBe(1)
})
