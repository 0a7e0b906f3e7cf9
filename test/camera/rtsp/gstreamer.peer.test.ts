import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {execa, execaSync} from 'execa'
import {afterEach, describe, expect, test} from 'vitest'
import type {StreamWatch, WatchOptions} from '../../../src/camera/rtsp/stream-watch.ts'
import {watchStream} from '../../../src/camera/rtsp/watch-stream.ts'
import {type Credential, Secret} from '../../../src/lib/secret.ts'
import {trusting} from '../../../src/net/trust.ts'
import {realClock} from '../../support/clock.ts'
import {isInstalled, runTool} from '../../support/media-tool.ts'
import {selfSigned} from '../../support/self-signed.ts'
import {tempFolder} from '../../support/temp-folder.ts'

// Somebody else's RTSP server: GStreamer's, with the system's Python. Skipped by name where it is not installed.
const PYTHON = '/usr/bin/python3'
const NEEDS = `import gi
gi.require_version("Gst", "1.0"); gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gst, GstRtspServer
Gst.init(None)
names = "x264enc x265enc jpegenc rtph264pay rtph265pay rtpjpegpay alawenc mulawenc voaacenc rtppcmapay rtppcmupay rtpmp4gpay"
assert all(Gst.ElementFactory.find(name) for name in names.split())`
const isThere = execaSync(PYTHON, ['-c', NEEDS], {reject: false, stdin: 'ignore'}).exitCode === 0
const script = new URL('../../fixtures/gst-rtsp-server.py', import.meta.url).pathname
const LOGIN: Credential = {user: 'operator', password: new Secret('gst p@ss')}

const running: {kill(): unknown}[] = []
afterEach(() => {
  for (const one of running.splice(0)) one.kill()
})

interface Kind {
  readonly transport?: 'any' | 'udp'
  readonly login?: 'digest' | 'basic'
  /** PEM texts; the server speaks TLS then. */
  readonly tls?: {readonly cert: string; readonly key: string}
}

/** Starts it and returns its address without a path. */
async function gstreamer({transport = 'any', login = 'digest', tls}: Kind = {}): Promise<string> {
  const pem = tls ? [join(tempFolder(), 'server.pem')] : []
  if (tls && pem[0]) writeFileSync(pem[0], tls.cert + tls.key)
  const server = execa(PYTHON, [script, LOGIN.user, LOGIN.password.reveal(), transport, login, ...pem], {
    reject: false,
    stdin: 'ignore',
    buffer: false,
  })
  running.push(server)
  for await (const line of createInterface({input: server.stdout})) return `rtsp${tls ? 's' : ''}://127.0.0.1:${line}`
  throw new Error('the GStreamer server did not start')
}

async function watch(url: string, options: Partial<WatchOptions> = {}, credential = LOGIN) {
  const logins: boolean[] = []
  const outcome = await watchStream(url, credential, {
    ...{timeoutMs: 15_000, transport: 'tcp', keepBytes: 256 * 1024, clock: realClock},
    mayLogin: () => true,
    loginResult: (ok) => void logins.push(ok),
    ...options,
  }).catch((error: unknown) => error)
  return {outcome, logins}
}

const SIZE = {width: 352, height: 288}
const near = (value: number, by: number) => ({
  asymmetricMatch: (seen: unknown) => typeof seen === 'number' && Math.abs(seen - value) <= by,
})

describe.skipIf(!isThere)('watching GStreamer’s RTSP server', () => {
  test.each([
    ['/h264', 'tcp', {codec: 'H264', ...SIZE, transport: 'tcp', lost: 0}],
    ['/h264', 'udp', {codec: 'H264', ...SIZE, transport: 'udp', lost: 0}],
    ['/h265', 'tcp', {codec: 'H265', profile: 'Main', ...SIZE, transport: 'tcp', lost: 0}],
    ['/h265', 'udp', {codec: 'H265', profile: 'Main', ...SIZE, transport: 'udp', lost: 0}],
    ['/jpeg', 'tcp', {codec: 'JPEG', ...SIZE, transport: 'tcp', lost: 0}],
    ['/jpeg', 'udp', {codec: 'JPEG', ...SIZE, transport: 'udp', lost: 0}],
  ] as const)('%s over %s', async (path, transport, facts) => {
    const {outcome, logins} = await watch(`${await gstreamer()}${path}`, {transport})
    expect(outcome).toMatchObject({facts})
    expect(logins).toEqual([true])
  })

  test.skipIf(!isInstalled('ffprobe')).each([
    ['/h265', 'hevc'],
    ['/jpeg', 'mjpeg'],
  ])('ffprobe reads the first picture of %s', async (path, format) => {
    const {outcome} = await watch(`${await gstreamer()}${path}`)
    const picture = (outcome as StreamWatch).picture
    const args = ['-v', 'error', '-f', format, '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0']
    expect(await runTool('ffprobe', [...args, '-i', 'pipe:0'], picture)).toEqual({
      stdout: `${format},352,288`,
      stderr: '',
    })
  })

  // The encoder makes 25 pictures a second, each 25th a key frame; the sound has its rate. All are measured at the same time.
  test('pictures and sound are measured', async () => {
    const cases = [
      ['/pcma', 'tcp', {codec: 'H264', keys: 25}, {codec: 'PCMA', clockRate: 8_000, lost: 0}],
      ['/pcmu', 'udp', {codec: 'H265', keys: 25}, {codec: 'PCMU', clockRate: 8_000, lost: 0}],
      ['/aac', 'tcp', {codec: 'H264', keys: 25}, {codec: 'MPEG4-GENERIC', clockRate: 16_000, lost: 0}],
      ['/jpeg', 'tcp', {codec: 'JPEG', keys: 1}, undefined],
    ] as const
    const url = await gstreamer()
    const seen = cases.map(([path, transport]) => watch(`${url}${path}`, {transport, measureMs: 3_000}))
    for (const [index, {outcome}] of (await Promise.all(seen)).entries()) {
      const [, , {codec, keys}, audio] = cases[index]!
      const {facts, stopped} = outcome as StreamWatch
      expect(facts).toMatchObject({
        ...{codec, ...SIZE},
        measured: {frameRate: near(25, 1), keyFrameIntervalPictures: keys, damaged: 0, reordered: 0},
        ...(audio ? {audio} : {}),
      })
      if (audio) expect(facts.audio?.sampleRate).toEqual(near(audio.clockRate, audio.clockRate / 2))
      expect([facts.measured?.bitRate, stopped]).toEqual([expect.any(Number), undefined])
    }
  })

  test('refuses TCP: auto goes on with UDP, tcp alone says so', async () => {
    const url = `${await gstreamer({transport: 'udp'})}/h264`
    const {outcome, logins} = await watch(url, {transport: 'auto'})
    expect(outcome).toMatchObject({facts: {codec: 'H264', transport: 'udp'}})
    // One connection, one login: it was not asked anew.
    expect(logins).toEqual([true])
    expect((await watch(url)).outcome).toMatchObject({
      why: 'rtsp-error',
      detail: 'SETUP: 461 Unsupported transport',
    })
  })

  test('refuses another password, which was tried once', async () => {
    const {outcome, logins} = await watch(
      `${await gstreamer()}/h264`,
      {},
      {user: LOGIN.user, password: new Secret('x')},
    )
    expect(outcome).toMatchObject({why: 'rtsp-auth'})
    expect(logins).toEqual([false])
  })

  test('in TLS: not trusted unless told otherwise', async () => {
    const tls = selfSigned()
    const url = `${await gstreamer({tls})}/h265`
    const {outcome, logins} = await watch(url)
    expect([outcome, logins]).toMatchObject([{why: 'tls-untrusted'}, []])
    expect((await watch(url, {trust: trusting(tls.cert)!})).outcome).toMatchObject({
      facts: {codec: 'H265', ...SIZE, secure: true},
    })
  })

  test('Basic is answered in TLS and nowhere else', async () => {
    const tls = selfSigned()
    const secure = await watch(`${await gstreamer({tls, login: 'basic'})}/h264`, {trust: trusting(tls.cert)!})
    expect([secure.outcome, secure.logins]).toMatchObject([{facts: {codec: 'H264', secure: true}}, [true]])
    const clear = await watch(`${await gstreamer({login: 'basic'})}/h264`)
    expect([clear.outcome, clear.logins]).toMatchObject([
      {why: 'rtsp-auth', detail: 'offers only Basic, which would send the password in the clear'},
      [],
    ])
  })
})
