/** The platform's HTTP border: tokens, browsers, and what hostile clients send. */

import {mkdtempSync, rmSync} from 'node:fs'
import {createServer} from 'node:http'
import {connect} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {request} from 'undici'
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import {Secret} from '../../src/lib/secret.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import {MAX_BODY_BYTES} from '../../src/platform/contract.ts'
import {type Platform, startPlatform} from '../../src/platform/server/platform.ts'
import {realClock as clock} from '../support/clock.ts'
import {testPlatform, testPlatformWithPanel} from '../support/platform.ts'
import {panel, signalOf} from '../support/signals.ts'
import {tempFolder} from '../support/temp-folder.ts'

const JSON_TYPE = {'content-type': 'application/json'}
const token = new Secret('a-token-of-some-length')

async function ask(url: string, options: Parameters<typeof request>[1] = {}) {
  const {statusCode, body, headers} = await request(url, options)
  const text = await body.text()
  return {status: statusCode, reply: text === '' ? undefined : JSON.parse(text), headers}
}

const post = (url: string, body: string | Buffer) => ask(url, {method: 'POST', headers: JSON_TYPE, body})

describe('tokens', () => {
  test('the right one opens, any other and none are refused, health needs none', async () => {
    const {platform} = await testPlatform({token})
    expect(await new PlatformClient({url: platform.url, token}).status()).toMatchObject({head: 0})
    const strangers = [undefined, new Secret('another-token-of-length'), new Secret('a-token-of-some-lengt')]
    for (const wrong of strangers) {
      const client = new PlatformClient({url: platform.url, ...(wrong ? {token: wrong} : {})})
      await expect(client.status()).rejects.toMatchObject({code: 'CW_AUTH', params: {target: platform.url}})
    }
    expect(await ask(`${platform.url}/healthz`)).toMatchObject({status: 200, reply: {ok: true}})
    expect((await ask(`${platform.url}/v1/stream`)).status).toBe(401)
  })

  test.each(['', 'Bearer', 'Bearer ', 'Basic YTpi', `Bearer ${'x'.repeat(600)}`])(
    'authorization %j is refused',
    async (authorization) => {
      const {platform} = await testPlatform({token})
      expect(await ask(`${platform.url}/v1/status`, {headers: {authorization}})).toMatchObject({
        status: 401,
        reply: {error: {code: 'CW_AUTH', params: {target: 'platform'}}},
      })
    },
  )

  test('a watcher with a wrong token is told, and keeps trying', async () => {
    const {platform} = await testPlatform({token})
    const {epoch} = await platform.status()
    const stop = new AbortController()
    const client = new PlatformClient({url: platform.url})
    const lost: string[] = []
    for await (const message of client.watch({epoch, seq: 0}, {clock, signal: stop.signal, random: () => 0})) {
      if (message.type === 'link' && message.link === 'lost') lost.push(message.detail)
      if (lost.length === 2) break
    }
    expect(lost).toEqual(['CW_AUTH', 'CW_AUTH'])
  })

  test.each(['0.0.0.0', '::', '192.0.2.1', 'example.org'])(
    '%s without a token is refused before anything is made',
    async (host) => {
      const starting = startPlatform({host, httpPort: 0, dc09Port: 0, dataFolder: '/nowhere/at/all', clock})
      await expect(starting).rejects.toMatchObject({code: 'CW_NOT_LOOPBACK', params: {host}})
    },
  )

  test('a token that is too short is refused and not shown', async () => {
    const starting = testPlatform({token: new Secret('hunter2')})
    await expect(starting).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    await expect(starting).rejects.not.toThrow(/hunter2/)
  })
})

describe('browsers', () => {
  test('a name that was rebound to this machine is refused', async () => {
    const {platform} = await testPlatform()
    const {port} = new URL(platform.url)
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1.evil.example', '']) {
      expect((await ask(`${platform.url}/v1/status`, {headers: {host}})).status).toBe(403)
    }
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
      expect((await ask(`${platform.url}/v1/status`, {headers: {host}})).status).toBe(200)
    }
  })

  test.each([undefined, 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'a POST of type %s is refused',
    async (type) => {
      const {platform, client} = await testPlatformWithPanel()
      await platform.accept(signalOf())
      const body = JSON.stringify({id: 1, version: 1, by: 'a page'})
      const headers = type === undefined ? {} : {'content-type': type}
      expect((await ask(`${platform.url}/v1/alarms/ack`, {method: 'POST', headers, body})).status).toBe(415)
      expect(await client.alarm(1)).toMatchObject({handling: 'new'})
    },
  )
})

describe('hostile requests', () => {
  let platform: Platform
  beforeAll(async () => {
    platform = await startPlatform({host: '127.0.0.1', httpPort: 0, dc09Port: 0, dataFolder: folder, clock})
  })
  afterAll(async () => {
    await platform.close()
    rmSync(folder, {recursive: true})
  })
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-test-'))
  const ack = (changes: object) => JSON.stringify({id: 1, version: 1, by: 'anna', ...changes})
  const devices = (...list: unknown[]) => JSON.stringify({devices: list})
  const ontest = (changes: object) =>
    JSON.stringify({account: '1234', reason: 'drill', by: 'anna', forMs: 60_000, ...changes})

  test.each([
    ['no JSON', '/v1/alarms/ack', '{"id":', 'body'],
    ['not UTF-8', '/v1/alarms/ack', Buffer.from('{"by":"\xff"}', 'latin1'), 'body'],
    ['an array', '/v1/alarms/ack', '[]', ''],
    ['null', '/v1/alarms/ack', 'null', ''],
    ['deep nesting', '/v1/alarms/ack', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, ''],
    ['id as text', '/v1/alarms/ack', ack({id: '1'}), 'id'],
    ['id of 1.5', '/v1/alarms/ack', ack({id: 1.5}), 'id'],
    ['huge id', '/v1/alarms/ack', ack({id: 1e300}), 'id'],
    ['no version', '/v1/alarms/ack', ack({version: undefined}), 'version'],
    ['nobody', '/v1/alarms/ack', ack({by: ' '}), 'by'],
    ['members by prototype', '/v1/alarms/ack', '{"__proto__":{"id":1,"version":1,"by":"x"}}', 'by'],
    ['devices that are none', '/v1/devices', JSON.stringify({devices: {length: 3}}), 'devices'],
    ['unknown kind', '/v1/devices', devices({...panel, kind: '__proto__'}), 'devices[0].kind'],
    ['no key', '/v1/devices', devices({...panel, key: ''}), 'devices[0].key'],
    ['key with an escape', '/v1/devices', devices({...panel, key: '\u001b[2J'}), 'devices[0].key'],
    ['account in lower case', '/v1/devices', devices({...panel, account: 'abcd'}), 'devices[0].account'],
    ['zone with a leading zero', '/v1/devices', devices({...panel, kind: 'zone', zone: '03'}), 'devices[0].zone'],
    ['zone without a number', '/v1/devices', devices({...panel, kind: 'zone'}), 'devices[0].zone'],
    ['jurisdiction with a space', '/v1/devices', devices({...panel, jurisdiction: 'a b'}), 'devices[0].jurisdiction'],
    ['second is bad', '/v1/devices', devices(panel, {...panel, key: 'p2', name: 5}), 'devices[1].name'],
    ['a test of nothing', '/v1/ontest', '{}', 'account'],
    ['a test without reason', '/v1/ontest', ontest({reason: ' '}), 'reason'],
    ['a test by nobody', '/v1/ontest', ontest({by: ''}), 'by'],
    ['a test without end', '/v1/ontest', ontest({forMs: null}), 'forMs'],
    ['a test of no zone', '/v1/ontest', ontest({zones: []}), 'zones'],
    ['a test of a zone with a leading zero', '/v1/ontest', ontest({zones: ['1', '03']}), 'zones[1]'],
    ['a test of all partitions by a sign', '/v1/ontest', ontest({partition: '*'}), 'partition'],
    ['a test of an account that nobody has', '/v1/ontest', ontest({account: 'FEED'}), 'account'],
    ['an extension of no test', '/v1/ontest/extend', '{"id":7,"by":"a","forMs":60000}', 'window'],
    ['an end of no test', '/v1/ontest/end', '{"id":7,"by":"a"}', 'window'],
    ['negative base', '/v1/devices', JSON.stringify({devices: [], base: -1}), 'base'],
  ])('%s is refused by name, and changes nothing', async (_name, path, body, field) => {
    expect(await post(platform.url + path, body)).toMatchObject({
      status: 400,
      reply: {error: {code: 'CW_BAD_VALUE', params: {field}}},
    })
    expect(await platform.status()).toMatchObject({head: 0, devices: {site: 0, camera: 0, panel: 0, zone: 0}})
  })

  test.each([
    ['/v1/alarms?limit=0', 'limit'],
    ['/v1/alarms?limit=2001', 'limit'],
    ['/v1/alarms?after=-1', 'after'],
    ['/v1/alarms?all=yes', 'all'],
    ['/v1/devices', 'kind'],
    ['/v1/devices?kind=constructor', 'kind'],
    ['/v1/devices?kind=zone&account=xyz', 'account'],
    ['/v1/ontest?account=12', 'account'],
    ['/v1/ontest?all=perhaps', 'all'],
    ['/v1/ontest?limit=0', 'limit'],
    ['/v1/events', 'after'],
    ['/v1/events?after=1', 'after'],
    ['/v1/events?after=a-1&wait=61', 'wait'],
    ['/v1/stream?after=x', 'after'],
  ])('GET %s is refused by name', async (path, field) => {
    expect(await ask(platform.url + path)).toMatchObject({
      status: 400,
      reply: {error: {code: 'CW_BAD_VALUE', params: {field}}},
    })
  })

  test.each([
    ['GET', '/v1/nothing', 404],
    ['GET', '/__proto__', 404],
    ['GET', '//evil.example/v1/status', 404],
    ['DELETE', '/v1/alarms', 405],
    ['OPTIONS', '/v1/alarms/ack', 405],
    ['POST', '/v1/stream', 405],
  ] as const)('%s %s answers %d', async (method, path, status) => {
    const {hostname, port} = new URL(platform.url)
    const answer = await exchange(
      Number(port),
      `${method} ${path} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`,
    )
    expect(answer.split('\r\n')[0]).toContain(` ${status} `)
  })

  test('a body over the limit is refused while it is being sent', async () => {
    const {platform, client} = await testPlatform()
    const {port} = new URL(platform.url)
    const size = MAX_BODY_BYTES + 1
    const head = `POST /v1/devices HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${size}\r\n\r\n`
    const answer = await exchange(Number(port), head + ' '.repeat(size))
    expect(answer.split('\r\n')[0]).toContain(' 413 ')
    expect(await client.status()).toMatchObject({head: 0})
  })

  test('noise instead of HTTP closes the connection, and the platform serves on', async () => {
    const {platform, client} = await testPlatform()
    expect(await exchange(Number(new URL(platform.url).port), '\u0000\u0001\u0002 noise\r\n\r\n')).toBe('')
    expect(await client.status()).toMatchObject({head: 0})
  })

  test('texts are made safe before they are kept', async () => {
    const {platform, client} = await testPlatform()
    const camera = {
      kind: 'camera',
      key: 'c1',
      name: 'Gate\u001b]0;x\u0007',
      site: '',
      jurisdiction: '',
      extra: {__proto__x: 'a\r\nb'},
    }
    const body = JSON.stringify({devices: [camera]}).replace('__proto__x', '__proto__')
    expect((await post(`${platform.url}/v1/devices`, body)).status).toBe(200)
    const {devices} = await client.inventory()
    expect(devices).toEqual([{kind: 'camera', key: 'c1', name: 'Gate␛]0;x␇', site: '', jurisdiction: '', extra: {}}])
  })

  test('a camera address with a password is refused without showing it', async () => {
    const {platform} = await testPlatform()
    const camera = {
      kind: 'camera',
      key: 'c1',
      name: 'Gate',
      site: '',
      jurisdiction: '',
      xaddr: 'http://admin:hunter2@10.0.0.1/',
    }
    const {status, reply} = await post(`${platform.url}/v1/devices`, devices(camera))
    expect(status).toBe(400)
    expect(JSON.stringify(reply)).not.toContain('hunter2')
  })
})

describe('inventory', () => {
  test('a batch is all or nothing, and a plan made on an older revision is a conflict', async () => {
    const {platform, client} = await testPlatform()
    expect(await client.putDevices({devices: [panel], base: 0})).toEqual({
      created: 1,
      updated: 0,
      unchanged: 0,
      revision: 1,
    })
    expect(await client.putDevices({devices: [panel]})).toEqual({created: 0, updated: 0, unchanged: 1, revision: 1})
    expect(await client.planDevices({devices: [panel, {...panel, kind: 'site', key: 'site-9'}], base: 1})).toEqual({
      created: 1,
      updated: 0,
      unchanged: 1,
      revision: 1,
    })
    const renamed = {...panel, name: safeText('Harbour Street 6')}
    const other = {...panel, key: 'panel-2', account: 'ABCD'}
    await expect(client.putDevices({devices: [renamed, other], base: 0})).rejects.toMatchObject({code: 'CW_CONFLICT'})
    await expect(client.putDevices({devices: [renamed, {...other, account: '1234'}]})).rejects.toMatchObject({
      code: 'CW_CONFLICT',
      params: {what: 'account 1234'},
    })
    expect(await client.inventory()).toEqual({devices: [panel], revision: 1})
    expect(await client.putDevices({devices: [renamed, other], base: 1})).toEqual({
      created: 1,
      updated: 1,
      unchanged: 0,
      revision: 2,
    })
    expect((await platform.status()).devices).toEqual({site: 0, camera: 0, panel: 2, zone: 0})
  })

  test('5,000 cameras come back whole, in key order', async () => {
    const {client} = await testPlatform()
    const cameras = Array.from({length: 5_000}, (_, index) => ({
      kind: 'camera' as const,
      key: `c${String(index).padStart(5, '0')}`,
      name: safeText(`Camera ${index}`),
      site: 's',
      jurisdiction: 'a.b',
    }))
    await client.putDevices({devices: cameras})
    expect(await client.inventory()).toEqual({devices: cameras, revision: 1})
  })
})

describe('long poll', () => {
  test('waits for the next entry, answers empty when none comes, and 410 for another log', async () => {
    const {platform} = await testPlatformWithPanel()
    const {epoch} = await platform.status()
    const waiting = ask(`${platform.url}/v1/events?after=${epoch}-0&wait=60`)
    await platform.accept(signalOf())
    expect(await waiting).toMatchObject({status: 200, reply: {epoch, head: 1, items: [{seq: 1, type: 'signal'}]}})
    expect((await ask(`${platform.url}/v1/events?after=${epoch}-1`)).reply).toEqual({
      epoch,
      head: 1,
      upTo: 1,
      items: [],
    })
    expect((await ask(`${platform.url}/v1/events?after=f-0`)).status).toBe(410)
    expect((await ask(`${platform.url}/v1/events?after=${epoch}-2`)).status).toBe(410)
  })

  test('a poll that waits does not hold up the end of the platform', async () => {
    const {platform} = await testPlatform()
    const waiting = ask(`${platform.url}/v1/events?after=${(await platform.status()).epoch}-0&wait=60`)
    await ask(`${platform.url}/healthz`)
    await platform.close()
    expect(await waiting).toMatchObject({status: 200, reply: {items: []}})
  })
})

describe('starting', () => {
  test('a port in use is named, and the data folder is free again', async () => {
    const {platform} = await testPlatform()
    const dataFolder = tempFolder()
    const httpPort = Number(new URL(platform.url).port)
    await expect(testPlatform({dataFolder, httpPort})).rejects.toMatchObject({
      code: 'CW_PORT_IN_USE',
      params: {address: `127.0.0.1:${httpPort}`},
    })
    expect(await (await testPlatform({dataFolder})).platform.status()).toMatchObject({head: 0})
  })

  test('a second platform on the same folder is refused', async () => {
    const {folder} = await testPlatform()
    await expect(testPlatform({dataFolder: folder})).rejects.toMatchObject({code: 'CW_LOCKED'})
  })
})

describe('a platform that is none', () => {
  test.each([
    ['not JSON', 200, 'hello', 'CW_PROTOCOL_REMOTE'],
    ['wrong shape', 200, '{"version":1}', 'CW_PROTOCOL_REMOTE'],
    ['an error of its own', 500, 'oops', 'CW_PROTOCOL_REMOTE'],
    ['an error code that is not ours', 400, '{"error":{"code":"__proto__","params":{}}}', 'CW_PROTOCOL_REMOTE'],
    [
      'an error of ours',
      409,
      '{"error":{"code":"CW_CONFLICT","params":{"what":"a\\u001b[2J","detail":7}}}',
      'CW_CONFLICT',
    ],
  ])('%s gives a named error', async (_name, status, body, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const {port} = server.address() as {port: number}
    const asking = new PlatformClient({url: `http://127.0.0.1:${port}`}).status()
    await expect(asking).rejects.toMatchObject({code})
    await expect(asking).rejects.not.toThrow(/\u001b/)
  })

  test('nobody there', async () => {
    const {platform} = await testPlatform()
    await platform.close()
    await expect(new PlatformClient({url: platform.url}).status()).rejects.toMatchObject({
      code: 'CW_NO_PLATFORM',
      params: {url: platform.url, detail: 'ECONNREFUSED'},
    })
  })

  test('somebody who takes the connection and never answers', async () => {
    const server = createServer(() => {})
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.closeAllConnections()
      server.close()
    })
    const {port} = server.address() as {port: number}
    const client = new PlatformClient({url: `http://127.0.0.1:${port}`, timeoutMs: 50})
    await expect(client.status()).rejects.toMatchObject({code: 'CW_TIMEOUT', params: {timeoutMs: 50}})
  })
})

/** Sends bytes and collects what comes back until the other side closes. */
async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Uint8Array[] = []
  socket.on('error', () => {}) // a reset is an end too
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.write(bytes)
  await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return Buffer.concat(chunks).toString('utf8')
}
