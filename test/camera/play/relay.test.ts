import {execFile} from 'node:child_process'
import {once} from 'node:events'
import {connect} from 'node:net'
import {promisify} from 'node:util'
import {describe, expect, onTestFinished, test} from 'vitest'
import {localDescription} from '../../../src/camera/play/local-description.ts'
import {Relay} from '../../../src/camera/play/relay.ts'
import {type StreamRelay, serveRelay} from '../../../src/camera/play/serve.ts'
import {RtspClientLogin} from '../../../src/camera/rtsp/login.ts'
import {streamLogin} from '../../../src/camera/stream-login.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {decode, encode, type Header, type RtspResponse} from '../../../src/protocol/rtsp/message.ts'
import type {StreamSpec} from '../../../src/sim/camera/media/stream-spec.ts'
import {realClock} from '../../support/clock.ts'
import {countingLedger} from '../../support/ledger.ts'
import {isInstalled} from '../../support/media-tool.ts'
import {PROBE_LOGIN, probeFleetOf} from '../../support/probe.ts'

const run = promisify(execFile)
const LOCAL = 'rtsp://127.0.0.1:4000/abc'
const CAMERA = {host: '10.0.0.5', port: 554, path: '/cam?channel=1'}
const NOBODY = {mayLogin: () => true, loginResult: () => {}}

async function relayOf(stream: StreamSpec = {}, credential = PROBE_LOGIN) {
  const fleet = await probeFleetOf({stream})
  const [camera] = fleet.cameras
  const ledger = countingLedger()
  const relay = await serveRelay({
    url: `rtsp://${camera?.spec.address}:${camera?.rtspPort}/stream1`,
    credential,
    login: () => streamLogin(ledger, 'camera', credential),
    timeoutMs: 5_000,
    port: 0,
    clock: realClock,
  })
  onTestFinished(() => relay.close())
  return {relay, camera: camera!, ledger}
}

describe.skipIf(!isInstalled('ffprobe'))('relay: a player without the password', () => {
  test.each<[StreamSpec, string]>([
    [{}, 'h264,1280,720'],
    [{codec: 'H265'}, 'hevc,1280,720'],
    [{codec: 'JPEG'}, 'mjpeg,1280,720'],
  ])(
    'sees %j',
    async (stream, expected) => {
      const {relay, ledger} = await relayOf(stream)
      const show = ['-select_streams', 'v:0', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0']
      const {stdout} = await run('ffprobe', ['-v', 'error', '-rtsp_transport', 'tcp', ...show, relay.url])
      expect(stdout.trim().split('\n')[0]).toBe(expected)
      expect([relay.failure(), ledger.failures.size]).toEqual([undefined, 0])
    },
    30_000,
  )
})

/** Sends requests one after the other on a connection of its own; an answer each. */
async function viewer(relay: StreamRelay) {
  const socket = connect(Number(new URL(relay.url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  let pending = Buffer.alloc(0)
  let seen = ''
  const answer = async (): Promise<RtspResponse> => {
    for (;;) {
      const next = decode(pending)
      if (next) {
        pending = Buffer.from(next.rest)
        if (next.message.kind === 'response') return next.message
        continue
      }
      const [bytes] = (await once(socket, 'data')) as [Buffer]
      seen += bytes.toString('latin1')
      pending = Buffer.concat([pending, bytes])
    }
  }
  return {
    socket,
    seen: () => seen,
    ask(method: string, uri: string, headers: readonly Header[] = []) {
      socket.write(encode({kind: 'request', method, uri, headers: [['CSeq', '1'], ...headers], body: Buffer.alloc(0)}))
      return answer()
    },
  }
}

test('relay: nothing but its own addresses, methods and ways is taken; the viewer sees neither camera nor login', async () => {
  const {relay, camera} = await relayOf()
  const {ask, seen} = await viewer(relay)
  const statuses: number[] = []
  for (const [method, uri, ...headers] of [
    ['OPTIONS', relay.url],
    ['DESCRIBE', relay.url.replace(/.$/, 'x')],
    ['DESCRIBE', 'rtsp://192.0.2.1/stream1'],
    ['DESCRIBE', `${relay.url}/../other`],
    ['ANNOUNCE', relay.url],
    ['DESCRIBE', relay.url],
    ['SETUP', `${relay.url}/0`, ['Transport', 'RTP/AVP;unicast;client_port=4000-4001']],
    ['SETUP', `${relay.url}/7`, ['Transport', 'RTP/AVP/TCP;interleaved=0-1']],
    ['SETUP', `${relay.url}/0`, ['Transport', 'RTP/AVP/TCP;interleaved=0-1']],
  ] as readonly (readonly [string, string, ...Header[]])[]) {
    statuses.push((await ask(method, uri, headers)).status)
  }
  expect(statuses).toEqual([200, 404, 404, 404, 405, 200, 461, 404, 200])
  expect(seen()).not.toMatch(/Authenticate|Authorization|Canary|401/)
  expect(seen()).not.toContain(`:${camera.rtspPort}`)
})

test('relay: a second viewer is not let in while there is one', async () => {
  const {relay} = await relayOf()
  const first = await viewer(relay)
  expect((await first.ask('OPTIONS', relay.url)).status).toBe(200)
  const second = connect(Number(new URL(relay.url).port), '127.0.0.1')
  second.on('error', () => {})
  await once(second, 'close')
  expect((await first.ask('DESCRIBE', relay.url)).status).toBe(200)
})

test('relay: a wrong password is one failed login, and the reason is told', async () => {
  const {relay, ledger} = await relayOf({}, {user: 'admin', password: new Secret('wrong')})
  for (let viewers = 0; viewers < 3; viewers++) {
    const {socket, ask} = await viewer(relay)
    ask('DESCRIBE', relay.url).catch(() => {})
    await once(socket, 'close')
  }
  expect([relay.failure()?.why, ledger.tried.get('camera')]).toEqual(['rtsp-auth', 1])
})

const SDP = ['v=0', 's=x', 'a=control:rtsp://192.0.2.9/else', 'm=video 0 RTP/AVP 96', 'a=control:rtsp://192.0.2.9:8554/t?x=1', 'm=audio 0 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000'].join('\r\n') // biome-ignore format: one description

test('relay: what a camera places elsewhere is asked on the camera, whether bytes come whole or one by one', () => {
  const exchange = (split: boolean) => {
    const relay = new Relay({camera: CAMERA, local: LOCAL, login: new RtspClientLogin(undefined, NOBODY, 'c')})
    const feed = (side: 'viewer' | 'camera', bytes: Uint8Array) => {
      for (const part of split ? [...bytes].map((byte) => Buffer.of(byte)) : [bytes]) relay[side](part)
    }
    const request = (method: string, uri: string, ...headers: Header[]) =>
      feed(
        'viewer',
        encode({kind: 'request', method, uri, headers: [['CSeq', '7'], ...headers], body: Buffer.alloc(0)}),
      )
    request('DESCRIBE', LOCAL)
    feed(
      'camera',
      encode({
        kind: 'response',
        status: 200,
        reason: 'OK',
        headers: [
          ['CSeq', '1'],
          ['Content-Base', 'rtsp://192.0.2.9/cam?channel=1'],
        ],
        body: Buffer.from(SDP),
      }),
    )
    request('SETUP', `${LOCAL}/0`, ['Transport', 'RTP/AVP/TCP;interleaved=0-1'])
    request('SETUP', `${LOCAL}/1`, ['Transport', 'RTP/AVP/TCP;interleaved=2-3'])
    request('PLAY', `${LOCAL}/`)
    feed('viewer', encode({kind: 'data', channel: 1, payload: Buffer.from('rr')}))
    const {toCamera, toViewer} = relay.take()
    return {
      asked: toCamera.map((bytes) => Buffer.from(bytes).toString('latin1').split('\r\n', 1)[0]),
      told: Buffer.concat(toViewer).toString('latin1'),
    }
  }
  const whole = exchange(false)
  expect(whole.asked).toEqual([
    'DESCRIBE rtsp://10.0.0.5:554/cam?channel=1 RTSP/1.0',
    'SETUP rtsp://10.0.0.5:554/t?x=1 RTSP/1.0',
    'SETUP rtsp://10.0.0.5:554/cam?channel=1 RTSP/1.0',
    'PLAY rtsp://10.0.0.5:554/else RTSP/1.0',
    '$\u0001\u0000\u0002rr',
  ])
  expect(whole.told).not.toMatch(/192\.0\.2\.9|10\.0\.0\.5/)
  expect(exchange(true)).toEqual(whole)
})

test('relay: noise from either side ends it, as a matter of RTSP', () => {
  for (const side of ['viewer', 'camera'] as const) {
    const relay = new Relay({camera: CAMERA, local: LOCAL, login: new RtspClientLogin(undefined, NOBODY, 'c')})
    relay[side](Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    expect(relay.failure?.why).toBe('rtsp-malformed')
  }
})

test('local description: every medium is numbered, whatever the camera calls it', () => {
  expect(localDescription(SDP)).toEqual({
    text: 'v=0\r\ns=x\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=control:0\r\nm=audio 0 RTP/AVP 0\r\na=control:1\r\na=rtpmap:0 PCMU/8000\r\n',
    controls: ['rtsp://192.0.2.9:8554/t?x=1', undefined],
    sessionControl: 'rtsp://192.0.2.9/else',
  })
  expect(localDescription('').text).toBe('a=control:*\r\n')
})
