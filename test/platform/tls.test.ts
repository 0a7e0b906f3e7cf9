/** TLS at the platform: what is served, and which certificates a client takes. */
import {readFileSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {connect} from 'node:net'
import {join} from 'node:path'
import {connect as connectTls, createServer} from 'node:tls'
import {describe, expect, onTestFinished, test} from 'vitest'
import {Secret} from '../../src/lib/secret.ts'
import {listening} from '../../src/net/listen.ts'
import {selfSigned} from '../../src/net/self-signed.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import {parseFingerprint} from '../../src/platform/pinned.ts'
import {realClock as clock} from '../support/clock.ts'
import {testPlatform} from '../support/platform.ts'
import {signalOf} from '../support/signals.ts'
import {tempFolder} from '../support/temp-folder.ts'

const tls = {type: 'self-signed'} as const
const OTHER = Array.from({length: 32}, () => 'AB').join(':')

async function tlsPlatform(options: Parameters<typeof testPlatform>[0] = {}) {
  const {platform, folder} = await testPlatform({tls, ...options})
  const fingerprint = platform.certificate?.fingerprint ?? ''
  const client = (pin = fingerprint) =>
    new PlatformClient({
      url: platform.url,
      ...(pin === '' ? {} : {fingerprint: pin}),
      ...(options.token ? {token: options.token} : {}),
    })
  return {platform, folder, fingerprint, client}
}

/** Two files of one pair, or of two. */
function files({cert, key} = selfSigned(['127.0.0.1'], Date.now())) {
  const folder = tempFolder()
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  writeFileSync(certFile, cert)
  writeFileSync(keyFile, key)
  return {type: 'files', certFile, keyFile} as const
}

describe('a certificate of its own', () => {
  test('is made once, kept for the owner only, and stays the same over a restart', async () => {
    const {platform, folder, fingerprint, client} = await tlsPlatform()
    expect(platform.url).toMatch(/^https:/)
    expect(await client().status()).toMatchObject({head: 0})
    const path = join(folder, 'tls.pem')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    await platform.close()
    const second = await tlsPlatform({dataFolder: folder})
    expect(second.fingerprint).toBe(fingerprint)
    await second.platform.close()
    rmSync(path)
    expect((await tlsPlatform({dataFolder: folder})).fingerprint).not.toBe(fingerprint)
  })

  test('that was spoilt is refused by name, and not replaced', async () => {
    const folder = tempFolder()
    const path = join(folder, 'tls.pem')
    writeFileSync(path, 'no certificate')
    await expect(testPlatform({tls, dataFolder: folder})).rejects.toMatchObject({
      code: 'CW_BAD_VALUE',
      params: {value: path},
    })
    expect(readFileSync(path, 'utf8')).toBe('no certificate')
    expect((await testPlatform({dataFolder: folder})).platform.url).toMatch(/^http:/) // the folder is free again
  })
})

describe('files', () => {
  test('a pair is served as it is', async () => {
    const choice = files()
    expect(await (await tlsPlatform({tls: choice})).client().status()).toMatchObject({head: 0})
  })

  test('a key of another pair, a file that is none, and no file are refused by name', async () => {
    const [one, other] = [files(), files()]
    const refused = (choice: Partial<typeof one>) => testPlatform({tls: {...one, ...choice}})
    await expect(refused({keyFile: other.keyFile})).rejects.toMatchObject({
      code: 'CW_BAD_VALUE',
      params: {value: other.keyFile, expected: `the key of ${one.certFile}`},
    })
    await expect(refused({certFile: one.keyFile})).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    await expect(refused({keyFile: one.certFile})).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    await expect(refused({keyFile: '/nowhere.pem'})).rejects.toMatchObject({code: 'CW_FILE_NOT_FOUND'})
  })
})

describe('a client', () => {
  test('with the fingerprint calls and watches; another fingerprint, and none, are CW_CERTIFICATE', async () => {
    const {platform, client} = await tlsPlatform({acceptUnknown: true})
    await platform.accept(signalOf())
    const {epoch} = await client().status()
    const stop = new AbortController()
    for await (const message of client().watch({epoch, seq: 0}, {clock, signal: stop.signal})) {
      if (message.type === 'entry') break
    }
    const changed = client(OTHER).status()
    await expect(changed).rejects.toMatchObject({code: 'CW_CERTIFICATE'})
    await expect(changed).rejects.toThrow(OTHER)
    await expect(client('').status()).rejects.toMatchObject({
      code: 'CW_CERTIFICATE',
      params: {target: platform.url, detail: 'DEPTH_ZERO_SELF_SIGNED_CERT'},
    })
    for await (const message of client(OTHER).watch({epoch, seq: 0}, {clock, signal: stop.signal})) {
      if (message.type !== 'link' || message.link !== 'lost') continue
      expect(message.detail).toContain('CW_CERTIFICATE')
      break
    }
  })

  test('that is shown another certificate hangs up without a word: the token has not left', async () => {
    const {cert, key} = selfSigned(['127.0.0.1'], Date.now())
    const impostor = createServer({cert, key})
    onTestFinished(() => void impostor.close())
    const words: unknown[] = []
    impostor.on('secureConnection', (socket) => socket.on('data', (bytes) => words.push(bytes)).on('error', () => {}))
    const over = new Promise((resolve) => impostor.once('connection', (socket) => socket.once('close', resolve)))
    const port = await listening(impostor, '127.0.0.1', 0)
    const token = new Secret('a-token-of-some-length')
    const client = new PlatformClient({url: `https://127.0.0.1:${port}`, token, fingerprint: OTHER})
    await expect(client.status()).rejects.toMatchObject({code: 'CW_CERTIFICATE'})
    await over
    expect(words).toEqual([])
  })

  test('with a fingerprint never speaks in clear', async () => {
    const {platform} = await testPlatform()
    const client = new PlatformClient({url: platform.url, fingerprint: OTHER})
    await expect(client.status()).rejects.toMatchObject({code: 'CW_CERTIFICATE'})
  })
})

describe('limits', () => {
  test('a connection that never shakes hands does not keep the platform from closing', async () => {
    const {platform} = await tlsPlatform()
    const socket = connect(Number(new URL(platform.url).port), '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await new Promise((resolve) => socket.once('connect', resolve))
    const gone = new Promise((resolve) => socket.once('close', resolve).resume())
    await platform.close()
    await gone
  })

  test('noise instead of a handshake, and a head that is too large, end their own connection only', async () => {
    const {platform, client} = await tlsPlatform()
    const port = Number(new URL(platform.url).port)
    const noise = connect(port, '127.0.0.1')
    noise.on('error', () => {}).resume()
    noise.write('GET / HTTP/1.1\r\n\r\n')
    await new Promise((resolve) => noise.once('close', resolve))
    const large = connectTls({port, host: '127.0.0.1', rejectUnauthorized: false})
    large.on('error', () => {}).resume()
    large.write(`GET /healthz HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)
    await new Promise((resolve) => large.once('close', resolve))
    expect(await client().status()).toMatchObject({head: 0})
  })

  test('TLS 1.1 is not spoken', async () => {
    const {platform} = await tlsPlatform()
    const port = Number(new URL(platform.url).port)
    const old = connectTls({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
    })
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => old.once('error', resolve))
    expect(error.code).toMatch(/^ERR_SSL_/)
  })
})

test.each([
  ['ab'.repeat(32), OTHER],
  [OTHER, OTHER],
  [`sha256:${OTHER.toLowerCase()}`, OTHER],
])('fingerprint %s', (text, expected) => {
  expect(parseFingerprint(text)).toBe(expected)
})

test.each(['', 'ab', 'g'.repeat(64), `${OTHER}:AB`, 'ab'.repeat(20)])('fingerprint %j is none', (text) => {
  expect(() => parseFingerprint(text)).toThrow(/CW_BAD_VALUE/)
})
