/** What a camera says in RTSP, spoiled: messages in pieces, transports, addresses, and whole conversations with our client. */
import {RtspClient} from '../../../src/camera/rtsp/client.ts'
import {RtspClientLogin} from '../../../src/camera/rtsp/login.ts'
import {isCitywatchError} from '../../../src/lib/errors.ts'
import {Secret} from '../../../src/lib/secret.ts'
import {decode, encode, type RtspMessage} from '../../../src/protocol/rtsp/message.ts'
import {formatTransport, parseTransports} from '../../../src/protocol/rtsp/transport.ts'
import {formatRtspUrl, parseRtspUrl, resolveControl} from '../../../src/protocol/rtsp/url.ts'
import {type Dice, maybeSpoiled, mustBeSafe, pick, REFUSED, valueOrRefusal} from '../hostile.ts'
import {PIECES as AUTH_PIECES, challengeOf, onOneLine} from './httpauth.ts'
import {descriptionOf} from './sdp.ts'

const URL_ASKED = parseRtspUrl('rtsp://10.0.0.5/s')!
const START = 1_000_000
const CREDENTIAL = {user: 'admin', password: new Secret('x')}

const STATUS = [
  '200 OK',
  '200',
  '401 Unauthorized',
  '461 Unsupported transport',
  '454 x',
  '999 \u202e',
  '302 Moved',
  '100 Continue',
]
const SESSIONS = [
  'A1;timeout=60',
  'A1',
  '',
  ';',
  'A1;timeout=999999',
  'x'.repeat(5_000),
  '\u00e9',
  'a\u0000b',
  '\u0007',
  'A1;timeout=0',
]
const TRANSPORTS = [
  'RTP/AVP/TCP;unicast;interleaved=0-1',
  'RTP/AVP;unicast;client_port=6000-6001;server_port=1-2;ssrc=0123ABCD',
  'RTP/SAVPF;unicast',
  'RTP/AVP/TCP;interleaved=99999',
  '',
  ','.repeat(99),
  'RTP/AVP;multicast',
  'x;'.repeat(2_000),
  'RTP/AVP/TCP;interleaved=255',
]
const URLS = [
  'rtsp://10.0.0.5:554/s/',
  'rtsp://u:p@evil.example/x',
  '*',
  '',
  '/x',
  `rtsp://10.0.0.5/${'x'.repeat(2_040)}`,
  'rtsps://[::1]:322/a?b',
  'http://x',
  'rtsp://h:0/',
  '?a=b',
  '\u0000',
  'trackID=1',
  `${'y'.repeat(1_024)}`,
]
const PIECES = [
  ...AUTH_PIECES,
  '\r\n',
  '\n',
  '\r\n\r\n',
  '$\u0000\u0000\u0004',
  'RTSP/1.0 200 OK\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: -1\r\n',
  ': ',
  ' folded\r\n',
  '\r\n '.repeat(200),
  'CSeq: 9999999999\r\n',
  '\u0000',
]

export function askRtsp(dice: Dice): string {
  const bytes = maybeSpoiled(Buffer.concat(Array.from({length: 1 + dice(3)}, () => messageOf(dice))), dice, PIECES)
  samePieces(bytes, dice(bytes.length + 1))
  const transports = parseTransports(onOneLine(pick(TRANSPORTS, dice)))
  for (const transport of transports) parseTransports(formatTransport(transport))
  const url = parseRtspUrl(pick(URLS, dice)) ?? URL_ASKED
  const resolved = resolveControl(url, pick(URLS, dice))
  if (resolved.host !== url.host || resolved.port !== url.port)
    throw new Error(`leads away: ${formatRtspUrl(resolved)}`)
  return conversation(dice)
}

/** All messages, however the bytes arrive: the same ones, or refused either way. */
function samePieces(bytes: Uint8Array, cutAt: number): void {
  const whole = valueOrRefusal(() => messagesOf([bytes]))
  const cut = valueOrRefusal(() => messagesOf([bytes.subarray(0, cutAt), bytes.subarray(cutAt)]))
  if ((whole === REFUSED) !== (cut === REFUSED))
    throw new Error(`in two pieces it is ${cut === REFUSED ? 'refused' : 'read'}, cut at ${cutAt}`)
  if (whole === REFUSED || cut === REFUSED) return
  if (whole.length !== cut.length)
    throw new Error(`${whole.length} messages at once, ${cut.length} in two pieces, cut at ${cutAt}`)
  for (const message of whole) writeAgain(message)
}

function messagesOf(pieces: readonly Uint8Array[]): RtspMessage[] {
  const messages: RtspMessage[] = []
  let pending: Uint8Array = Buffer.alloc(0)
  for (const piece of pieces) {
    pending = Buffer.concat([pending, piece])
    for (let next = decode(pending); next; next = decode(pending)) {
      messages.push(next.message)
      pending = next.rest
    }
  }
  return messages
}

function writeAgain(message: RtspMessage): void {
  try {
    encode(message)
  } catch (error) {
    if (!isCitywatchError(error, 'CW_PROTOCOL_LOCAL')) throw error
  }
}

/** The client is answered, rightly or not, until it is content or gives up; it never throws. */
function conversation(dice: Dice): string {
  const login = new RtspClientLogin(CREDENTIAL, {mayLogin: () => true, loginResult: () => undefined}, 'cnonce')
  const transport = pick(['auto', 'tcp', 'udp'] as const, dice)
  const client = new RtspClient({
    url: URL_ASKED,
    login,
    transport,
    keepBytes: 4_096,
    deadline: START + 5_000,
    timeoutMs: 5_000,
    measureMs: dice(2) * 1_000,
  })
  let now = START
  for (let turn = 0; turn < 12 && !client.result; turn++) {
    const sent = client.take().length
    if (client.portsWanted > 0)
      client.opened(
        Array.from({length: client.portsWanted}, (_, index) => [6_000 + 2 * index, 6_001 + 2 * index] as const),
      )
    const answer = responseOf(dice, turn)
    now += dice(400)
    client.receive(dice(6) === 0 ? maybeSpoiled(answer, dice, PIECES) : answer, now)
    if (sent === 0 && turn > 4) client.datagram(maybeSpoiled(answer, dice), now)
  }
  if (client.deadline !== null) client.expire(dice(2) === 0 ? now : START + 20_000)
  client.end(now)
  const {result} = client
  if (!result) throw new Error('no result after the end')
  if (result.kind !== 'seen') mustBeSafe([result.failure.detail])
  return result.kind === 'failed' ? result.failure.why : result.kind
}

function messageOf(dice: Dice): Buffer {
  const kind = dice(6)
  if (kind === 0) return Buffer.concat([Buffer.of(0x24, dice(4), 0, 12), Buffer.alloc(dice(14), 0x80)])
  if (kind === 1) return Buffer.from(`ANNOUNCE ${onOneLine(pick(URLS, dice)) || '*'} RTSP/1.0\r\nCSeq: 1\r\n\r\n`)
  return responseOf(dice, dice(6))
}

/** A fitting answer to OPTIONS, DESCRIBE, SETUP and PLAY in turn; or one with a hole. */
function responseOf(dice: Dice, turn: number): Buffer {
  const ok = dice(5) > 0
  const body = turn % 5 === 1 || dice(9) === 0 ? descriptionOf(dice) : Buffer.alloc(0)
  const lines = [
    `RTSP/1.0 ${ok ? '200 OK' : pick(STATUS, dice)}`,
    `CSeq: ${turn + 1}`,
    ...(dice(3) === 0 ? [`WWW-Authenticate: ${onOneLine(challengeOf(dice))}`] : []),
    ...(dice(3) === 0 ? [`Content-Base: ${pick(URLS, dice)}`] : []),
    `Session: ${ok ? 'A1;timeout=60' : pick(SESSIONS, dice)}`,
    ...(dice(2) === 0 ? [`Transport: ${ok ? TRANSPORTS[0] : pick(TRANSPORTS, dice)}`] : []),
    ...(dice(4) === 0 ? [`Public: OPTIONS, GET_PARAMETER`] : []),
    ...(dice(12) === 0 ? Array.from({length: dice(80)}, (_, index) => `X-${index}: y`) : []),
    ...(body.length > 0 ? [`Content-Length: ${body.length}`] : []),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body])
}
