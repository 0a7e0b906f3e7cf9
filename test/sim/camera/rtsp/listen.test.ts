import {createServer} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {authorization, type DigestChallenge, parseChallenges} from '../../../../src/protocol/http-auth/digest.ts'
import {parseRtp} from '../../../../src/protocol/rtp/packet.ts'
import {type Header, headerOf, headerValues} from '../../../../src/protocol/rtsp/message.ts'
import {parseSdp} from '../../../../src/protocol/sdp/sdp.ts'
import type {SimCamera} from '../../../../src/sim/camera/camera.ts'
import {listenRtsp} from '../../../../src/sim/camera/rtsp/listen.ts'
import {LOCKS_AFTER} from '../../../../src/sim/camera/rtsp/login.ts'
import {manualClock} from '../../../support/clock.ts'
import {callRtsp, type RtspCaller} from '../../../support/rtsp-caller.ts'
import {simCamera, TEST_CREDENTIAL} from '../../../support/sim-camera.ts'
import {until} from '../../../support/wait.ts'

const open: {close(): unknown}[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close()
})

async function listen(...cameras: SimCamera[]): Promise<void> {
  open.push(await listenRtsp(cameras))
}

async function call(camera: SimCamera): Promise<RtspCaller> {
  const caller = await callRtsp(camera.rtspPort, camera.spec.address)
  open.push(caller)
  return caller
}

const STREAM = 'rtsp://127.0.0.1/stream1'

/** A caller that logs in to every request, each with its own count. */
async function login(camera: SimCamera, password = TEST_CREDENTIAL.password.reveal(), algorithm = 'SHA-256') {
  const caller = await call(camera)
  const refusal = await caller.ask('DESCRIBE', STREAM)
  const challenge = parseChallenges(headerValues(refusal, 'WWW-Authenticate')).find(
    (one) => one.algorithm === algorithm,
  )!
  let nc = 0
  const header = (method: string, uri: string): Header => {
    nc += 1
    const credential = {user: TEST_CREDENTIAL.user, password}
    return ['Authorization', authorization({challenge, credential, method, uri, cnonce: 'c', nc})]
  }
  const ask = (method: string, uri = STREAM, headers: Header[] = []) =>
    caller.ask(method, uri, [header(method, uri), ...headers])
  return {caller, ask, header, challenge}
}

const TCP: Header = ['Transport', 'RTP/AVP/TCP;unicast;interleaved=4-5']

test('camera RTSP: OPTIONS needs no login, DESCRIBE offers SHA-256 before MD5', async () => {
  const camera = simCamera()
  await listen(camera)
  const caller = await call(camera)
  const options = await caller.ask('OPTIONS', '*')
  expect([options.status, headerOf(options, 'CSeq')]).toEqual([200, '1'])
  const refusal = await caller.ask('DESCRIBE', STREAM)
  const challenges = parseChallenges(headerValues(refusal, 'WWW-Authenticate'))
  expect([refusal.status, challenges.map((one: DigestChallenge) => one.algorithm)]).toEqual([401, ['SHA-256', 'MD5']])
})

test.each(['SHA-256', 'MD5'])(
  'camera RTSP: describes, sets up and plays after a %s login, until torn down',
  async (algorithm) => {
    const camera = simCamera()
    await listen(camera)
    const {caller, ask} = await login(camera, undefined, algorithm)
    const described = await ask('DESCRIBE')
    expect(parseSdp(Buffer.from(described.body).toString()).media.map(({kind, control}) => [kind, control])).toEqual([
      ['video', 'trackID=1'],
    ])
    const setup = await ask('SETUP', `${STREAM}/trackID=1`, [TCP])
    expect(headerOf(setup, 'Transport')).toMatch(/^RTP\/AVP\/TCP;unicast;interleaved=4-5;ssrc=[0-9A-F]{8}$/)
    const session: Header = ['Session', headerOf(setup, 'Session')!.split(';')[0]!]
    const playing = await ask('PLAY', STREAM, [session])
    const [report, first] = [await caller.next(), await caller.next()]
    expect([report?.kind === 'data' && report.channel, first?.kind === 'data' && first.channel]).toEqual([5, 4])
    const packet = parseRtp(first?.kind === 'data' ? first.payload : Buffer.alloc(0))
    expect(headerOf(playing, 'RTP-Info')).toBe(
      `url=rtsp://127.0.0.1:554/stream1/trackID=1;seq=${packet.sequence};rtptime=${packet.timestamp}`,
    )
    expect((await ask('GET_PARAMETER', STREAM, [session])).status).toBe(200)
    expect((await ask('TEARDOWN', STREAM, [session])).status).toBe(200)
    expect((await ask('PLAY', STREAM, [session])).status).toBe(454)
  },
)

test.each([
  ['another path', 'DESCRIBE', 'rtsp://127.0.0.1/nothing', [], 404],
  ['no address at all', 'DESCRIBE', '*', [], 404],
  ['a method that cameras do not have', 'RECORD', STREAM, [], 405],
  ['PLAY before SETUP', 'PLAY', STREAM, [], 454],
  ['a transport that nobody knows', 'SETUP', STREAM, [['Transport', 'RAW/RAW/UDP']], 461],
  ['UDP without ports', 'SETUP', STREAM, [['Transport', 'RTP/AVP;unicast']], 461],
  ['a keep-alive before SETUP', 'GET_PARAMETER', STREAM, [], 200],
] as const)('camera RTSP: %s is answered with its status', async (_name, method, uri, headers, status) => {
  const camera = simCamera()
  await listen(camera)
  const {ask} = await login(camera)
  expect((await ask(method, uri, [...headers])).status).toBe(status)
})

test('camera RTSP: a second SETUP on the same connection is not valid', async () => {
  const camera = simCamera()
  await listen(camera)
  const {ask} = await login(camera)
  expect([(await ask('SETUP', STREAM, [TCP])).status, (await ask('SETUP', STREAM, [TCP])).status]).toEqual([200, 455])
})

test('camera RTSP: what is no RTSP is answered with 400 and the end of the connection', async () => {
  const camera = simCamera()
  await listen(camera)
  const caller = await call(camera)
  caller.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  expect([await caller.next(), await caller.next()]).toMatchObject([{status: 400}, null])
})

test('camera RTSP: a request without CSeq is a bad one', async () => {
  const camera = simCamera()
  await listen(camera)
  const caller = await call(camera)
  caller.send('OPTIONS * RTSP/1.0\r\n\r\n')
  expect(await caller.next()).toMatchObject({status: 400, headers: []})
})

test('camera RTSP: a login recorded and sent again is stale, and no failed login', async () => {
  const camera = simCamera()
  await listen(camera)
  const {caller, header} = await login(camera)
  const recorded = header('DESCRIBE', STREAM)
  expect((await caller.ask('DESCRIBE', STREAM, [recorded])).status).toBe(200)
  const again = await caller.ask('DESCRIBE', STREAM, [recorded])
  expect([
    again.status,
    parseChallenges(headerValues(again, 'WWW-Authenticate'))[0]?.stale,
    camera.failedLogins,
  ]).toEqual([401, true, 0])
})

test(`camera RTSP: ${LOCKS_AFTER} failed logins lock the account for the right password too`, async () => {
  const camera = simCamera()
  await listen(camera)
  const wrong = await login(camera, 'wrong')
  for (let attempt = 1; attempt < LOCKS_AFTER; attempt++) await wrong.ask('DESCRIBE')
  const right = await login(camera)
  expect([(await right.ask('DESCRIBE')).status, camera.failedLogins]).toEqual([200, 0])
  for (let attempt = 1; attempt <= LOCKS_AFTER; attempt++) await wrong.ask('DESCRIBE')
  expect((await right.ask('DESCRIBE')).status).toBe(401)
})

test('camera RTSP: a session from which nothing is heard ends after its time-out', async () => {
  const clock = manualClock(1_000_000)
  const camera = simCamera({}, clock)
  await listen(camera)
  const {ask, caller} = await login(camera)
  const setup = await ask('SETUP', STREAM, [TCP])
  const session: Header = ['Session', headerOf(setup, 'Session')!.split(';')[0]!]
  await ask('PLAY', STREAM, [session])
  clock.advance(61_000)
  // The player notices when it wakes for its next picture; the connection stays and can set up again.
  let status = 0
  await until(async () => {
    clock.advance(1_000)
    status = (await ask('SETUP', STREAM, [TCP])).status
    return status === 200
  })
  expect(status).toBe(200)
  caller.close()
})

test('camera RTSP: the next key frame comes a second after the first', async () => {
  const clock = manualClock(1_000_000)
  const camera = simCamera({width: 16, height: 16}, clock)
  await listen(camera)
  const {ask, caller} = await login(camera)
  const setup = await ask('SETUP', STREAM, [TCP])
  await ask('PLAY', STREAM, [['Session', headerOf(setup, 'Session')!.split(';')[0]!]])
  clock.advance(0)
  const timestamps: number[] = []
  while (timestamps.length < 2) {
    const message = await caller.next()
    const packet = message?.kind === 'data' && message.channel === 4 ? parseRtp(message.payload) : undefined
    if (packet && (packet.payload[0]! & 0x1f) === 5) timestamps.push(packet.timestamp)
    if (packet?.marker) clock.advance(40)
  }
  expect((timestamps[1]! - timestamps[0]!) >>> 0).toBe(90_000)
})

test.each(['dead', 'refused', 'rtsp-refused'] as const)(
  'camera RTSP: a camera that is %s has a port, and it is closed',
  async (fault) => {
    const camera = simCamera({fault})
    await listen(camera)
    expect(camera.rtspPort).toBeGreaterThan(0)
    await expect(callRtsp(camera.rtspPort)).rejects.toThrow('ECONNREFUSED')
  },
)

test('camera RTSP: when one port is taken no camera is left listening', async () => {
  const taken = createServer()
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
  open.push({close: () => new Promise((resolve) => taken.close(resolve))})
  const address = taken.address()
  const good = simCamera()
  const bad = simCamera({rtspPort: typeof address === 'object' && address ? address.port : 0})
  await expect(listenRtsp([good, bad])).rejects.toThrow('CW_PORT_IN_USE')
  await expect(callRtsp(good.rtspPort)).rejects.toThrow('ECONNREFUSED')
})

test('camera RTSP: after a pause nothing comes, and the next PLAY begins with a key frame', async () => {
  const clock = manualClock(1_000_000)
  const camera = simCamera({width: 16, height: 16}, clock)
  await listen(camera)
  const {ask, caller} = await login(camera)
  const session: Header = ['Session', headerOf(await ask('SETUP', STREAM, [TCP]), 'Session')!.split(';')[0]!]
  const nextUnit = async () => {
    const message = await caller.next()
    return message?.kind === 'data' && message.channel === 4
      ? parseRtp(message.payload).payload[0]! & 0x1f
      : message?.kind
  }
  await ask('PLAY', STREAM, [session])
  clock.advance(0)
  expect([await nextUnit(), await nextUnit(), await nextUnit(), await nextUnit()]).toEqual(['data', 7, 8, 5])
  clock.advance(40)
  expect(await nextUnit()).toBe(1)
  await ask('PAUSE', STREAM, [session])
  clock.advance(400)
  await ask('PLAY', STREAM, [session])
  clock.advance(0)
  expect([await nextUnit(), await nextUnit(), await nextUnit(), await nextUnit()]).toEqual(['data', 7, 8, 5])
})
