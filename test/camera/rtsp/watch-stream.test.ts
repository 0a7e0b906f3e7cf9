import {createServer} from 'node:net'
import {afterEach, describe, expect, test} from 'vitest'
import {DeviceFailure} from '../../../src/camera/failure.ts'
import type {WatchOptions} from '../../../src/camera/rtsp/stream-watch.ts'
import {watchStream} from '../../../src/camera/rtsp/watch-stream.ts'
import {type Credential, Secret} from '../../../src/lib/secret.ts'
import {selfSigned as made} from '../../../src/net/self-signed.ts'
import {trusting} from '../../../src/net/trust.ts'
import type {SimCamera} from '../../../src/sim/camera/camera.ts'
import {listenRtsp} from '../../../src/sim/camera/rtsp/listen.ts'
import {patientClock, realClock} from '../../support/clock.ts'
import {isInstalled, runTool} from '../../support/media-tool.ts'
import {selfSigned} from '../../support/self-signed.ts'
import {simCamera, TEST_CREDENTIAL} from '../../support/sim-camera.ts'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function listen(camera: SimCamera): Promise<SimCamera> {
  open.push(await listenRtsp([camera]))
  return camera
}

interface Logins {
  asked: number
  readonly results: boolean[]
}

async function watch(
  camera: Pick<SimCamera, 'rtspPort'> & Partial<SimCamera>,
  options: Partial<WatchOptions> = {},
  credential: Credential | undefined = TEST_CREDENTIAL,
  host = '127.0.0.1',
) {
  const logins: Logins = {asked: 0, results: []}
  const outcome = await watchStream(
    `rtsp${camera.spec?.stream?.tls ? 's' : ''}://${host}:${camera.rtspPort}/stream1`,
    credential,
    {
      timeoutMs: 10_000,
      transport: 'auto',
      mayLogin: () => {
        logins.asked += 1
        return true
      },
      loginResult: (ok) => void logins.results.push(ok),
      clock: realClock,
      ...options,
    },
  ).catch((error: unknown) => {
    if (error instanceof DeviceFailure) return error
    throw error
  })
  return {outcome, logins}
}

describe.each(['tcp', 'udp'] as const)('watching a healthy camera over %s', (transport) => {
  test('finds codec, size and a whole key frame with one login', async () => {
    const camera = await listen(simCamera({width: 1920, height: 1080}))
    const {outcome, logins} = await watch(camera, {transport, keepBytes: 64 * 1024})
    expect(outcome).toMatchObject({facts: {codec: 'H264', width: 1920, height: 1080, transport, lost: 0}})
    expect(logins).toEqual({asked: 1, results: [true]})
    expect(camera.failedLogins).toBe(0)
  })

  test.skipIf(!isInstalled('ffmpeg'))('keeps a picture that ffmpeg decodes', async () => {
    const {outcome} = await watch(await listen(simCamera()), {transport, keepBytes: 64 * 1024})
    const picture = 'picture' in outcome ? outcome.picture : undefined
    const args = [
      '-v',
      'warning',
      '-xerror',
      '-f',
      'h264',
      '-i',
      'pipe:0',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
      '-s',
      '8x1',
      '-',
    ]
    const {stdout, stderr} = await runTool('ffmpeg', args, picture)
    expect([stdout.length > 0, stderr]).toEqual([true, ''])
  })
})

test('watching: nothing is kept when nothing is asked for, and only whole units when little is', async () => {
  const camera = await listen(simCamera())
  expect((await watch(camera)).outcome).not.toHaveProperty('picture')
  const {outcome} = await watch(camera, {keepBytes: 100})
  const kept = 'picture' in outcome ? outcome.picture! : Buffer.alloc(0)
  expect([kept.length < 100, kept.toString('hex').match(/00000001../g)]).toEqual([true, ['0000000167', '0000000168']])
})

test.each([
  ['udp-only', 'auto', {facts: {transport: 'udp'}}],
  ['udp-only', 'tcp', {why: 'rtsp-error', detail: 'SETUP: 461 Unsupported Transport'}],
  ['tcp-only', 'auto', {facts: {transport: 'tcp'}}],
  ['tcp-only', 'udp', {why: 'rtsp-error', detail: 'SETUP: 461 Unsupported Transport'}],
] as const)('watching a camera that is %s by way of %s', async (fault, transport, said) => {
  const {outcome, logins} = await watch(await listen(simCamera({stream: {fault}})), {transport})
  expect(outcome).toMatchObject(said)
  // In one connection: the login was not made again.
  expect(logins).toEqual({asked: 1, results: [true]})
})

describe('watching a camera in TLS', () => {
  const tls = selfSigned()

  test('whose certificate nobody has vouched for: no login is made', async () => {
    const {outcome, logins} = await watch(await listen(simCamera({stream: {tls}})))
    expect(outcome).toMatchObject({
      why: 'tls-untrusted',
      detail: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    })
    expect(logins).toEqual({asked: 0, results: []})
  })

  test.each(['tcp', 'udp'] as const)('that is trusted: plays over %s', async (transport) => {
    const {outcome} = await watch(await listen(simCamera({stream: {tls}})), {transport, trust: trusting(tls.cert)!})
    expect(outcome).toMatchObject({facts: {codec: 'H264', transport, secure: true}})
  })

  test('with a certificate for another name', async () => {
    const other = made(['10.0.0.5'], Date.now())
    const {outcome} = await watch(await listen(simCamera({stream: {tls: other}})), {trust: trusting(other.cert)!})
    expect(outcome).toMatchObject({
      why: 'tls-hostname',
      detail: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    })
  })

  test('that speaks none', async () => {
    const {rtspPort} = await listen(simCamera())
    const {outcome} = await watch({rtspPort, spec: simCamera({stream: {tls}}).spec})
    expect(outcome).toMatchObject({why: expect.stringMatching(/^tls|rtsp-unreachable$/)})
  })

  test('and Basic: the password goes out in TLS, and in the clear never', async () => {
    const secure = await watch(await listen(simCamera({stream: {tls, fault: 'basic-only'}})), {
      trust: trusting(tls.cert)!,
    })
    expect([secure.outcome, secure.logins]).toMatchObject([{facts: {secure: true}}, {asked: 1, results: [true]}])
    const camera = await listen(simCamera({stream: {fault: 'basic-only'}}))
    const clear = await watch(camera)
    expect([clear.outcome, clear.logins]).toMatchObject([{why: 'rtsp-auth'}, {asked: 0, results: []}])
    expect(camera.failedLogins).toBe(0)
  })

  test('and Basic with a wrong password: tried once', async () => {
    const camera = await listen(simCamera({stream: {tls, fault: 'basic-only'}}))
    const {outcome, logins} = await watch(
      camera,
      {trust: trusting(tls.cert)!},
      {user: 'admin', password: new Secret('wrong')},
    )
    expect([outcome, logins]).toMatchObject([{why: 'rtsp-auth'}, {asked: 1, results: [false]}])
    expect(camera.failedLogins).toBe(1)
  })
})

// Every sickness of the RTSP side → what the probe must say. Where time runs out it does so before the first key frame is due.
const short = {timeoutMs: 400, clock: patientClock()}
test.each([
  ['wrong-password', {}, 'rtsp-auth', '401 after a login'],
  ['locked-out', {}, 'rtsp-auth', '401 after a login'],
  ['rtsp-refused', {}, 'rtsp-unreachable', 'ECONNREFUSED'],
  ['refused', {}, 'rtsp-unreachable', 'ECONNREFUSED'],
  ['rtsp-error', {}, 'rtsp-error', 'DESCRIBE: 503 Service Unavailable'],
  ['no-frames', short, 'no-frames', 'PLAY accepted, no packet within 400 ms'],
  ['no-key-frame', short, 'no-key-frame', 'no key frame within 400 ms'],
  ['silent', short, 'rtsp-unreachable', 'no RTSP answer within 400 ms'],
  ['slow-drip', short, 'rtsp-unreachable', 'no RTSP answer within 400 ms'],
] as const)('watching a camera that is %s', async (fault, options, why, detail) => {
  const {outcome} = await watch(await listen(simCamera({fault})), options)
  expect(outcome).toMatchObject({why, detail: expect.stringContaining(detail)})
})

test('watching: a wrong password is tried once and reported once', async () => {
  const camera = await listen(simCamera())
  const {outcome, logins} = await watch(camera, {}, {user: 'admin', password: new Secret('wrong')})
  expect(outcome).toMatchObject({why: 'rtsp-auth'})
  expect([logins, camera.failedLogins]).toEqual([{asked: 1, results: [false]}, 1])
})

test('watching: no login is risked when none is allowed, and none can be made without a credential', async () => {
  const camera = await listen(simCamera())
  expect((await watch(camera, {mayLogin: () => false})).outcome).toMatchObject({why: 'login-withheld'})
  const none = await watchStream(`rtsp://admin:guess@127.0.0.1:${camera.rtspPort}/stream1`, undefined, {
    ...{timeoutMs: 10_000, transport: 'tcp', clock: realClock},
    mayLogin: () => true,
    loginResult: () => {},
  }).catch((error: unknown) => error)
  expect(none).toMatchObject({why: 'no-credential'})
  expect(camera.failedLogins).toBe(0)
})

test('watching: an address that is no rtsp:// URL is malformed', async () => {
  const failure = await watchStream('http://127.0.0.1/x', undefined, {
    ...{timeoutMs: 1_000, transport: 'tcp', clock: realClock},
    mayLogin: () => true,
    loginResult: () => {},
  }).catch((error: unknown) => error)
  expect(failure).toMatchObject({why: 'rtsp-malformed'})
})

test.each([
  ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'rtsp-malformed', 'neither request nor response'],
  ['the end of the connection', '', 'rtsp-unreachable', 'before it closed the connection'],
])('watching: a port that answers with %s', async (_name, greeting, why, detail) => {
  const server = createServer((socket) => void socket.resume().end(greeting))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({close: () => new Promise((resolve) => server.close(resolve))})
  const address = server.address()
  const rtspPort = typeof address === 'object' && address ? address.port : 0
  expect((await watch({rtspPort})).outcome).toMatchObject({why, detail: expect.stringContaining(detail)})
})

test('watching: a name that nobody has is unreachable', async () => {
  const {outcome} = await watch({rtspPort: 554}, {}, TEST_CREDENTIAL, 'camera.invalid')
  expect(outcome).toMatchObject({why: 'rtsp-unreachable', detail: expect.stringContaining('camera.invalid')})
})

test('watching: Ctrl-C ends it at once, and the camera is left', async () => {
  const camera = await listen(simCamera({fault: 'silent'}))
  const stop = new AbortController()
  const watching = watch(camera, {signal: stop.signal, timeoutMs: 3_600_000})
  stop.abort()
  expect((await watching).outcome).toMatchObject({why: 'cancelled'})
  expect((await watch(camera, {signal: stop.signal})).outcome).toMatchObject({why: 'cancelled'})
})
