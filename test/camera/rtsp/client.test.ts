import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {type ClientOptions, RtspClient, type WatchOutcome} from '../../../src/camera/rtsp/client.ts'
import {RtspClientLogin} from '../../../src/camera/rtsp/login.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {formatChallenge} from '../../../src/protocol/http-auth/digest.ts'
import {buildRtp} from '../../../src/protocol/rtp/packet.ts'
import {buildSenderReport} from '../../../src/protocol/rtp/sender-report.ts'
import {
  decode,
  encode,
  type Header,
  headerOf,
  type RtspRequest,
  type RtspResponse,
} from '../../../src/protocol/rtsp/message.ts'
import {parseRtspUrl} from '../../../src/protocol/rtsp/url.ts'
import {pictureGroup} from '../../../src/sim/camera/media/group.ts'

// The session played with plain numbers and a scripted camera: no socket, no clock.
const START = 1_000_000
const TIMEOUT_MS = 5_000
const PORTS = [
  [6000, 6001],
  [6002, 6003],
] as const
const SDP = `v=0\r\ns=x\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:trackID=1\r\n`

type Reply = {
  readonly status: number
  readonly reason?: string
  readonly headers?: readonly Header[]
  readonly body?: string
}
type Script = (request: RtspRequest, index: number) => Reply | null

const OK: Record<string, Reply> = {
  OPTIONS: {status: 200},
  DESCRIBE: {status: 200, headers: [['Content-Base', 'rtsp://10.0.0.5:554/s/']], body: SDP},
  SETUP: {
    status: 200,
    headers: [
      ['Session', 'A1;timeout=60'],
      ['Transport', 'RTP/AVP/TCP;unicast;interleaved=0-1'],
    ],
  },
  PLAY: {status: 200},
}

interface Played {
  readonly client: RtspClient
  readonly requests: readonly RtspRequest[]
  readonly logins: readonly boolean[]
  readonly result: WatchOutcome | null
}

/** Answers every request of the client from the script until it is silent; null answers nothing. */
function play(script: Script, options: Partial<ClientOptions> = {}): Played {
  const logins: boolean[] = []
  const login = new RtspClientLogin(
    {user: 'admin', password: new Secret('secret')},
    {mayLogin: () => true, loginResult: (ok) => void logins.push(ok)},
    'cnonce',
  )
  const client = new RtspClient({
    url: parseRtspUrl('rtsp://10.0.0.5/s')!,
    login,
    keepBytes: 0,
    deadline: START + TIMEOUT_MS,
    timeoutMs: TIMEOUT_MS,
    transport: 'auto',
    measureMs: 0,
    ...options,
  })
  const requests: RtspRequest[] = []
  for (let sent = client.take(); sent.length > 0; sent = client.take()) {
    for (const bytes of sent) {
      const message = decode(bytes)?.message
      if (message?.kind !== 'request') throw new Error('the client sent something else than a request')
      requests.push(message)
      const reply = script(message, requests.length)
      if (reply) client.receive(encode(response(message, reply)), START)
    }
    if (client.portsWanted > 0) client.opened(PORTS.slice(0, client.portsWanted))
  }
  return {client, requests, logins, result: client.result}
}

function response(request: RtspRequest, {status, reason = '', headers = [], body = ''}: Reply): RtspResponse {
  const cseq: Header = ['CSeq', headerOf(request, 'CSeq') ?? '']
  return {kind: 'response', status, reason, headers: [cseq, ...headers], body: Buffer.from(body)}
}

/** The good camera, but for one method. */
const but =
  (method: string, reply: Reply | null): Script =>
  (request) =>
    request.method === method ? reply : (OK[request.method] ?? null)

const good: Script = ({method}) => OK[method] ?? null
const steps = ({requests}: Played) => requests.map(({method, uri}) => `${method} ${uri}`)
const why = ({result}: Played) =>
  result?.kind === 'failed' ? [result.failure.why, result.failure.detail] : result?.kind

test('RTSP client: the whole way, each request to its own address', () => {
  const played = play(good)
  expect(steps(played)).toEqual([
    'OPTIONS rtsp://10.0.0.5:554/s',
    'DESCRIBE rtsp://10.0.0.5:554/s',
    'SETUP rtsp://10.0.0.5:554/s/trackID=1',
    'PLAY rtsp://10.0.0.5:554/s/',
  ])
  expect(headerOf(played.requests[3]!, 'Session')).toBe('A1')
  expect(played.result).toBeNull()
})

test('RTSP client: addresses of other hosts in Content-Base and control lead nowhere else', () => {
  const body = SDP.replace('trackID=1', 'rtsp://169.254.169.254/meta/t1').replace(
    'control:*',
    'control:rtsp://evil.example/all',
  )
  const played = play(but('DESCRIBE', {status: 200, headers: [['Content-Base', 'rtsp://192.168.1.64/x/']], body}))
  expect(steps(played).slice(2)).toEqual(['SETUP rtsp://10.0.0.5:554/meta/t1', 'PLAY rtsp://10.0.0.5:554/all'])
})

test('RTSP client: a redirect is an error, not a way', () => {
  const played = play(but('DESCRIBE', {status: 302, reason: 'Moved', headers: [['Location', 'rtsp://evil.example/']]}))
  expect([steps(played).length, why(played)]).toEqual([2, ['rtsp-error', 'DESCRIBE: 302 Moved']])
})

describe('RTSP client: what a camera answers, and what we say of it', () => {
  test.each<[string, Script, unknown]>([
    ['no OPTIONS at all goes on', but('OPTIONS', {status: 501}), undefined],
    ['404', but('DESCRIBE', {status: 404, reason: 'Not Found'}), ['rtsp-error', 'DESCRIBE: 404 Not Found']],
    [
      '403 is no proof of a login',
      but('DESCRIBE', {status: 403, reason: 'Forbidden'}),
      ['rtsp-error', 'DESCRIBE: 403 Forbidden'],
    ],
    [
      '453 to SETUP',
      but('SETUP', {status: 453, reason: 'Not Enough Bandwidth'}),
      ['rtsp-error', 'SETUP: 453 Not Enough Bandwidth'],
    ],
    ['461 to SETUP over TCP and then over UDP', but('SETUP', {status: 461}), 'no-tcp'],
    [
      'a session that cannot be named again',
      but('SETUP', {status: 200, headers: [['Session', 'A\u00071']]}),
      ['rtsp-malformed', 'SETUP without a Session'],
    ],
    ['SETUP without a session', but('SETUP', {status: 200}), ['rtsp-malformed', 'SETUP without a Session']],
    [
      'UDP where TCP was asked for',
      but('SETUP', {
        status: 200,
        headers: [
          ['Session', '1'],
          ['Transport', 'RTP/AVP;client_port=1-2'],
        ],
      }),
      ['rtsp-malformed', 'SETUP asked for tcp and got udp'],
    ],
    ['no description', but('DESCRIBE', {status: 200}), ['rtsp-malformed', 'SDP: neither v= nor m= line']],
    [
      'audio alone',
      but('DESCRIBE', {status: 200, body: 'v=0\r\nm=audio 0 RTP/AVP 0\r\n'}),
      ['wrong-codec', 'describes audio, no video'],
    ],
    [
      'a codec of another century',
      but('DESCRIBE', {status: 200, body: 'v=0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H261/90000\r\n'}),
      ['wrong-codec', 'video is H261'],
    ],
    ['500 to PLAY', but('PLAY', {status: 500, reason: 'Oops'}), ['rtsp-error', 'PLAY: 500 Oops']],
  ])('%s', (_name, script, said) => {
    expect(why(play(script))).toEqual(said)
  })
})

test('RTSP client: a session that was set up is torn down, also after a failure', () => {
  expect(steps(play(but('PLAY', {status: 500}))).at(-1)).toBe('TEARDOWN rtsp://10.0.0.5:554/s/')
})

test.each([
  ['before any answer', 'OPTIONS', ['rtsp-unreachable', 'no RTSP answer within 5000 ms']],
  ['at DESCRIBE', 'DESCRIBE', ['rtsp-error', 'no answer to DESCRIBE within 5000 ms']],
  ['at PLAY', 'PLAY', ['rtsp-error', 'no answer to PLAY within 5000 ms']],
  ['after PLAY', 'never', ['no-frames', 'PLAY accepted, no packet within 5000 ms']],
])('RTSP client: the deadline %s', (_name, method, said) => {
  const played = play(but(method, null))
  expect([played.result, played.client.deadline]).toEqual([null, START + TIMEOUT_MS])
  played.client.expire(START + TIMEOUT_MS)
  expect(why({...played, result: played.client.result})).toEqual(said)
})

test('RTSP client: a late answer to an earlier request is passed over', () => {
  const played = play(but('DESCRIBE', null))
  played.client.receive(Buffer.from('RTSP/1.0 500 Late\r\nCSeq: 1\r\n\r\n'), START)
  expect(played.client.result).toBeNull()
})

describe('RTSP client: logging in', () => {
  const challenge = (nonce: string, stale = false): Reply => ({
    status: 401,
    headers: [['WWW-Authenticate', formatChallenge({realm: 'r', nonce, qop: ['auth'], stale})]],
  })
  const nonces = ({requests}: Played) =>
    requests.map((request) =>
      /nonce="(\w+)".* nc=(\d+)/
        .exec(headerOf(request, 'Authorization') ?? '')
        ?.slice(1)
        .join(' '),
    )

  test('one challenge, one answer, counted on from there', () => {
    const played = play((request) => (headerOf(request, 'Authorization') ? good(request, 0) : challenge('n1')))
    expect(nonces(played)).toEqual([undefined, 'n1 00000001', 'n1 00000002', 'n1 00000003', 'n1 00000004'])
    expect(played.logins).toEqual([true])
  })

  test('a stale nonce is answered again and is no failed login', () => {
    const played = play((request, index) =>
      index === 1 ? challenge('n1') : index === 2 ? challenge('n2', true) : good(request, 0),
    )
    expect(nonces(played).slice(0, 4)).toEqual([undefined, 'n1 00000001', 'n2 00000001', 'n2 00000002'])
    expect(played.logins).toEqual([true])
  })

  test('a camera that calls every nonce stale is given up as a failed login', () => {
    const played = play((_request, index) => challenge(`n${index}`, true))
    expect([why(played), played.logins, played.requests.length]).toEqual([
      ['rtsp-auth', '401 after a login'],
      [false],
      3,
    ])
  })

  test('a second 401 is a failed login, and the last', () => {
    const played = play((_request, index) => challenge(`n${index}`))
    expect([why(played), played.logins, played.requests.length]).toEqual([
      ['rtsp-auth', '401 after a login'],
      [false],
      2,
    ])
  })

  test('a camera with a new nonce for every request is followed once it has accepted us', () => {
    const played = play((request, index) => {
      const expected = `n${Math.floor(index / 2)}`
      return headerOf(request, 'Authorization')?.includes(`nonce="${expected}"`)
        ? good(request, 0)
        : challenge(`n${Math.floor((index + 1) / 2)}`)
    })
    expect([steps(played).at(-1), played.logins]).toEqual(['PLAY rtsp://10.0.0.5:554/s/', [true]])
  })

  test.each([
    ['Basic alone', 'Basic realm="r"', 'offers only Basic, which would send the password in the clear'],
    ['a scheme that nobody knows', 'Negotiate', 'asks for negotiate, which citywatch does not know'],
    ['auth-int alone', 'Digest realm="r", nonce="n", qop="auth-int"', 'asks for digest, which citywatch does not know'],
  ])('%s is not answered', (_name, header, detail) => {
    const played = play(() => ({status: 401, headers: [['WWW-Authenticate', header]]}))
    expect([why(played), played.requests.length, played.logins]).toEqual([['rtsp-auth', detail], 1, []])
  })

  test('the password is in no request', () => {
    const played = play((request) => (headerOf(request, 'Authorization') ? good(request, 0) : challenge('n1')))
    expect(played.requests.map((request) => encode(request).toString()).join()).not.toContain('secret')
  })
})

test('RTSP client: UDP ports are asked for, and packets come as datagrams', () => {
  const played = play(
    but('SETUP', {
      status: 200,
      headers: [
        ['Session', '1'],
        ['Transport', 'RTP/AVP;unicast;client_port=6000-6001;server_port=7000-7001'],
      ],
    }),
    {transport: 'udp'},
  )
  expect(headerOf(played.requests[2]!, 'Transport')).toBe('RTP/AVP;unicast;client_port=6000-6001')
  played.client.datagram(Buffer.from('no RTP at all'), START)
  played.client.expire(START + TIMEOUT_MS)
  expect(why({...played, result: played.client.result})).toEqual([
    'no-frames',
    'PLAY accepted, no packet within 5000 ms, 1 that are not of the stream',
  ])
})

const UDP: Reply = {
  status: 200,
  headers: [
    ['Session', '1'],
    ['Transport', 'RTP/AVP;unicast;client_port=6000-6001'],
  ],
}
const udpOnly =
  (status: number): Script =>
  (request) => {
    if (request.method !== 'SETUP') return good(request, 0)
    return headerOf(request, 'Transport')?.startsWith('RTP/AVP;') ? UDP : {status}
  }

describe('RTSP client: a camera that refuses interleaved transport', () => {
  test.each([461, 501])('%d: is asked again for UDP in the same connection', (status) => {
    const played = play(udpOnly(status))
    expect(played.requests.map(({method}) => method)).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'SETUP', 'PLAY'])
    expect(headerOf(played.requests[3]!, 'Transport')).toBe('RTP/AVP;unicast;client_port=6000-6001')
    expect(played.result).toBeNull()
  })

  test('is not asked for UDP when TCP alone is wanted', () => {
    const played = play(udpOnly(461), {transport: 'tcp'})
    expect(why(played)).toEqual(['rtsp-error', 'SETUP: 461 '])
  })

  test('and then ends the connection may be asked in another', () => {
    const played = play(({method}) => (method === 'SETUP' ? {status: 461} : OK[method]!), {transport: 'auto'})
    expect(why(played)).toBe('no-tcp')
    const silent = play((request) =>
      headerOf(request, 'Transport')?.startsWith('RTP/AVP;') ? null : udpOnly(461)(request, 0),
    )
    expect(silent.result).toBeNull()
    silent.client.end(START)
    expect(why({...silent, result: silent.client.result})).toBe('no-tcp')
  })
})

const group = pictureGroup({width: 64, height: 48})
const SESSION_S = 10
const measuring =
  (method: string): Script =>
  (request) => {
    if (request.method === 'OPTIONS') return {status: 200, headers: [['Public', `DESCRIBE, ${method}`]]}
    if (request.method === 'DESCRIBE')
      return {status: 200, body: `${SDP}m=audio 0 RTP/AVP 0\r\na=control:trackID=2\r\n`}
    if (request.method !== 'SETUP') return {status: 200}
    return {status: 200, headers: [['Session', `A1;timeout=${SESSION_S}`]]}
  }

describe('RTSP client: measuring', () => {
  const PICTURE_MS = 40
  /** Plays a picture every 40 ms over channel 0 and 160 samples every 20 ms over channel 2, up to `untilMs` after PLAY. */
  function stream(client: RtspClient, untilMs: number, fromMs = 0): void {
    const send = (channel: number, payload: Uint8Array, atMs: number) =>
      client.receive(encode({kind: 'data', channel, payload}), START + atMs)
    for (let ms = fromMs; ms < untilMs && !client.result; ms += 20) {
      if (client.deadline !== null && START + ms >= client.deadline) client.expire(START + ms)
      const sound = {payloadType: 0, marker: false, sequence: ms / 20, timestamp: ms * 8, ssrc: 2}
      send(2, buildRtp({...sound, payload: new Uint8Array(160)}), ms)
      const picture = ms / PICTURE_MS
      for (const [index, payload] of (Number.isInteger(picture) ? group.payloads[picture % 25]! : []).entries()) {
        const last = index === group.payloads[picture % 25]!.length - 1
        sequence += 1
        send(0, buildRtp({payloadType: 96, marker: last, sequence, timestamp: ms * 90, ssrc: 1, payload}), ms)
      }
    }
  }
  let sequence = 65_000

  test('sets up the sound as well, and says what both were like when the time is over', () => {
    const {client, requests} = play(measuring('GET_PARAMETER'), {measureMs: 2_000})
    expect(requests.map(({method}) => method)).toEqual(['OPTIONS', 'DESCRIBE', 'SETUP', 'SETUP', 'PLAY'])
    expect(headerOf(requests[3]!, 'Transport')).toBe('RTP/AVP/TCP;unicast;interleaved=2-3')
    const report = {ssrc: 1, at: START + 7_000, timestamp: 0, packets: 0, octets: 0, cname: 'x'}
    client.receive(encode({kind: 'data', channel: 1, payload: buildSenderReport(report)}), START)
    stream(client, 2_100)
    const watch = client.result?.kind === 'seen' ? client.result.watch : undefined
    expect(watch?.facts).toMatchObject({
      ...{codec: 'H264', profile: 'Baseline', width: 64, height: 48, lost: 0},
      measured: {
        ...{forMs: 2_000, damaged: 0, frameRate: 25, keyFrameIntervalMs: 1_000, keyFrameIntervalPictures: 25},
        ...{jitterMs: 0, longestGapMs: 40, reordered: 0, duplicates: 0, clockOffsetMs: 7_000},
      },
      audio: {codec: 'PCMU', clockRate: 8_000, lost: 0, sampleRate: 8_000},
    })
    expect(watch?.stopped).toBeUndefined()
  })

  test.each(['GET_PARAMETER', 'OPTIONS'])('renews the session with %s when half of its time is over', (method) => {
    const {client} = play(measuring(method), {measureMs: 12_000})
    stream(client, 12_100)
    const sent = client.take().map((bytes) => decode(bytes)?.message)
    const methods = sent.map((message) => (message?.kind === 'request' ? message.method : ''))
    expect(methods).toEqual([method, method, 'TEARDOWN'])
    expect(client.result?.kind).toBe('seen')
  })

  test('pictures that stop are told, with what was seen of them', () => {
    const {client} = play(measuring('OPTIONS'), {measureMs: 8_000})
    stream(client, 3_000)
    client.expire(START + 5_000)
    client.expire(START + 8_000)
    expect(client.result).toMatchObject({
      kind: 'seen',
      watch: {stopped: 'pictures for 2960 ms, then none for 5040 ms', facts: {measured: {frameRate: 25, pictures: 75}}},
    })
  })

  test('a connection that ends too early is told', () => {
    const {client} = play(measuring('OPTIONS'), {measureMs: 8_000})
    stream(client, 1_000)
    client.end(START + 1_000)
    expect(client.result).toMatchObject({
      kind: 'seen',
      watch: {stopped: 'closed the connection after 1000 ms of pictures'},
    })
  })

  test('a camera that will not give its sound is measured by its picture', () => {
    const {client, requests} = play(
      (request, index) => (request.uri.endsWith('trackID=2') ? {status: 454} : measuring('OPTIONS')(request, index)),
      {measureMs: 1_000},
    )
    expect(requests.at(-1)?.method).toBe('PLAY')
    stream(client, 1_100)
    expect(client.result).toMatchObject({kind: 'seen', watch: {facts: {measured: {frameRate: 25}}}})
    expect(client.result).not.toHaveProperty('watch.facts.audio')
  })
})

test('RTSP client: whatever a camera sends at whatever moment, the session goes on or ends with a named failure', () => {
  const head = fc.constantFrom(
    '',
    '$\0\0\x10',
    'RTSP/1.0 200 OK\r\nCSeq: 4\r\n',
    'RTSP/1.0 401 No\r\nWWW-Authenticate: ',
  )
  const moment = fc.constantFrom('OPTIONS', 'DESCRIBE', 'SETUP', 'PLAY', 'never')
  fc.assert(
    fc.property(moment, head, fc.uint8Array({maxLength: 100}), (method, start, noise) => {
      const {client} = play(but(method, null))
      client.receive(Buffer.concat([Buffer.from(start, 'latin1'), noise]), START)
      client.end(START + 1)
      expect(client.result?.kind).toMatch(/failed|no-tcp/)
    }),
  )
})
