/** One message over one path: sent, repeated while nothing answers, dialled again when the connection ends. */
import type {Clock} from '../lib/clock.ts'
import {isCitywatchError} from '../lib/errors.ts'
import {type ByteStream, dialTcp} from '../net/byte-stream.ts'
import {drive} from '../net/drive.ts'
import {dialUdp} from '../net/udp.ts'
import type {Cipher} from '../protocol/dc09/cipher.ts'
import {Dialler, type DialResult, type Verdict} from '../protocol/dc09/dialler.ts'
import type {Frame} from '../protocol/dc09/frame.ts'

export type Transport = 'tcp' | 'udp'

/** Where a receiver listens. */
export interface ReceiverAddress {
  readonly host: string
  readonly port: number
}

export interface AttemptOptions extends ReceiverAddress {
  readonly transport: Transport
  /** How often the message is sent in all, the repetition after a NAK not counted. */
  readonly attempts: number
  /** How long each attempt waits, ms. */
  readonly waitMs: number
  /** Receiver's time − own time as learnt before, ms. */
  readonly offsetMs: number
  readonly cipher?: Cipher | undefined
  readonly signal?: AbortSignal | undefined
}

export type AttemptResult = Omit<DialResult, 'verdict'> & {
  readonly verdict: Verdict | 'unreachable'
  /** Why it could not be reached: the system's word. */
  readonly detail?: string
}

/** A connection that ends without an answer is dialled again while attempts are left; the clock is set once in all. */
export async function attempt(message: Frame, options: AttemptOptions, clock: Clock): Promise<AttemptResult> {
  let done = 0
  let {offsetMs} = options
  let clockSet = false
  for (;;) {
    const limit = options.attempts + (clockSet ? 1 : 0)
    const result = await once(message, {...options, offsetMs, attempts: limit - done, clockSet}, clock)
    done += result.attempts
    offsetMs = result.offsetMs
    clockSet = result.clockSet === true
    const left = options.attempts + (clockSet ? 1 : 0) - done
    const again = result.verdict === 'closed' && left > 0 && !options.signal?.aborted
    if (!again) return {...result, attempts: done}
  }
}

async function once(
  message: Frame,
  options: AttemptOptions & {readonly clockSet: boolean},
  clock: Clock,
): Promise<AttemptResult> {
  const {transport, waitMs, signal, cipher, attempts, offsetMs, clockSet} = options
  const stop = new AbortController()
  const abort = () => stop.abort()
  signal?.addEventListener('abort', abort, {once: true})
  try {
    const stream = await dial(options, stop.signal)
    stop.signal.addEventListener('abort', () => stream.close(), {once: true})
    const datagrams = transport === 'udp'
    const dialler = new Dialler(
      {message, stamped: true, attempts, waitMs, offsetMs, clockSet, datagrams, ...(cipher ? {cipher} : {})},
      clock.now(),
    )
    const result = await drive(dialler, stream, clock)
    // No connection can end over UDP: the host says that nobody listens there.
    const deaf = datagrams && result.verdict === 'closed' && !stop.signal.aborted
    return deaf ? {...result, verdict: 'unreachable', detail: 'ECONNREFUSED'} : result
  } catch (error) {
    if (!isCitywatchError(error, 'CW_UNREACHABLE') && !isCitywatchError(error, 'CW_TIMEOUT')) throw error
    const detail = String(error.params.detail ?? 'no connection in time')
    return {verdict: 'unreachable', attempts: 0, offsetMs, ...(clockSet ? {clockSet} : {}), ignored: 0, detail}
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function dial({transport, host, port, waitMs}: AttemptOptions, signal: AbortSignal): Promise<ByteStream> {
  return transport === 'udp' ? dialUdp(host, port) : dialTcp(host, port, waitMs, signal)
}
