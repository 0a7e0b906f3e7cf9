/** Asks an RTSP port for a stream's description without a login: who answers it shows its pictures to anybody. */
import {connect as connectTcp} from 'node:net'
import {connect as connectTls} from 'node:tls'
import {isCitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import {offeredSchemes, parseChallenges} from '../../protocol/http-auth/digest.ts'
import {decode, encode, type RtspResponse} from '../../protocol/rtsp/message.ts'
import type {DoorFact, SchemesFact} from './facts.ts'
import type {LookOptions} from './ports.ts'

export interface RtspLook {
  readonly door: DoorFact
  readonly schemes?: SchemesFact
}

export interface RtspAsk {
  readonly host: string
  readonly port: number
  readonly secure: boolean
  /** Path and query of a stream; `/` where none is known. */
  readonly path: string
  readonly known: boolean
}

const ANSWER_MS = 3_000
const UNKNOWN_STREAM = ': the address of a stream is not known without a login (--login)'
const MAX_BYTES = 128 * 1024

export async function lookAtRtsp(ask: RtspAsk, options: LookOptions): Promise<RtspLook> {
  const {host, port, path, secure, known} = ask
  const where = safeText(`${secure ? 'rtsps' : 'rtsp'}://${host}:${port}${path}`, 120)
  const answer = await describe(ask, options)
  if (!answer) return {door: {state: 'unknown', detail: safeText(`no answer to DESCRIBE at ${where}`, 200)}}
  const {status, reason} = answer
  const said = safeText(`${status} ${reason}`, 60)
  if (status === 200) return {door: {state: 'open', detail: safeText(`${where} is described without a login`, 200)}}
  if (status !== 401) {
    return {door: {state: 'unknown', detail: safeText(`${said} at ${where}${known ? '' : UNKNOWN_STREAM}`, 240)}}
  }
  const values = answer.headers.flatMap(([name, value]) => (/^www-authenticate$/i.test(name) ? [value] : []))
  const schemes: SchemesFact = {where, encrypted: secure, ...offered(values)}
  if (known) return {door: {state: 'closed', detail: safeText(`${said} at ${where}`, 200)}, schemes}
  // Who asks for a login there may still show a stream of another name to anybody.
  return {door: {state: 'unknown', detail: safeText(`${said} at ${where}${UNKNOWN_STREAM}`, 240)}, schemes}
}

/** What WWW-Authenticate values offer. */
export function offered(values: readonly string[]): Pick<SchemesFact, 'schemes' | 'algorithms'> {
  return {
    schemes: offeredSchemes(values).slice(0, 8),
    algorithms: [...new Set(parseChallenges(values).map(({algorithm = 'MD5'}) => algorithm))],
  }
}

/** The first response on a connection of its own; undefined where none comes. */
function describe(
  {host, port, path, secure}: RtspAsk,
  {address, remainingMs, clock, signal}: LookOptions,
): Promise<RtspResponse | undefined> {
  return new Promise((resolve) => {
    const socket = secure
      ? connectTls({host: address, port, rejectUnauthorized: false})
      : connectTcp({host: address, port})
    const late = new AbortController()
    let bytes: Uint8Array = new Uint8Array()
    const end = (answer?: RtspResponse) => {
      late.abort('settled')
      signal.removeEventListener('abort', stop)
      socket.destroy()
      resolve(answer)
    }
    const stop = () => end()
    socket.once(secure ? 'secureConnect' : 'connect', () =>
      socket.write(request(`rtsp${secure ? 's' : ''}://${host}:${port}${path}`)),
    )
    socket.on('data', (chunk: Buffer) => {
      bytes = bytes.length > 0 ? Buffer.concat([bytes, chunk]) : chunk
      if (bytes.length > MAX_BYTES) return stop()
      const answer = firstResponse(bytes)
      if (answer !== null) end(answer)
    })
    socket.on('error', stop)
    socket.once('close', stop)
    signal.addEventListener('abort', stop, {once: true})
    clock.sleep(Math.min(ANSWER_MS, remainingMs()), late.signal).then(stop, () => {})
    if (signal.aborted) stop()
  })
}

function request(uri: string): Buffer {
  return encode({
    kind: 'request',
    method: 'DESCRIBE',
    uri,
    headers: [
      ['CSeq', '1'],
      ['Accept', 'application/sdp'],
      ['User-Agent', 'citywatch'],
    ],
    body: new Uint8Array(),
  })
}

/** Null: more bytes are needed; undefined: what comes is no RTSP response. */
function firstResponse(bytes: Uint8Array): RtspResponse | undefined | null {
  try {
    const next = decode(bytes)
    if (!next) return null
    return next.message.kind === 'response' ? next.message : undefined
  } catch (error) {
    if (isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) return undefined
    throw error
  }
}
