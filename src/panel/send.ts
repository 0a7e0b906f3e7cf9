/** Being a panel: sends events to a receiver, one message each, and says what became of every one. */
import type {Clock} from '../lib/clock.ts'
import {isCitywatchError} from '../lib/errors.ts'
import type {ByteStream} from '../net/byte-stream.ts'
import {dialTcp} from '../net/byte-stream.ts'
import {drive} from '../net/drive.ts'
import {dialUdp} from '../net/udp.ts'
import {type Cipher, seal} from '../protocol/dc09/cipher.ts'
import {Dialler, type DialResult, type Verdict} from '../protocol/dc09/dialler.ts'
import {encodeFrame, type Frame} from '../protocol/dc09/frame.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {formatTimestamp} from '../protocol/dc09/timestamp.ts'
import type {Audit, AuditEntry} from './audit/entry.ts'
import {DispatchGuard, type Permit, type TestCover} from './dispatch-guard.ts'
import {eventName, type PanelEvent} from './event.ts'
import {padding} from './pad.ts'
import type {Sequence} from './sequence.ts'

export type Transport = 'tcp' | 'udp'

export interface SendOptions {
  readonly host: string
  readonly port: number
  readonly transport: Transport
  /** 3 to 16 hex digits. */
  readonly account: string
  readonly sequence: Sequence
  /** Messages go out encrypted with it. Absent: in clear. */
  readonly key?: AccountKey
  /** Send events that may send out the police, to a receiver that is not this machine. */
  readonly iKnow: boolean
  /** Who knows what is on test; absent: nothing is. */
  readonly cover?: TestCover | undefined
  /** Where every message and every refusal is noted first; absent: nowhere. */
  readonly audit?: Audit | undefined
  /** How often a message is sent in all; absent: ATTEMPTS. */
  readonly attempts?: number
  /** How long each attempt waits, ms. */
  readonly waitMs: number
  /** Stops before the next event. */
  readonly signal?: AbortSignal
}

export interface Delivery {
  readonly account: string
  /** The event as it was written. */
  readonly event: string
  readonly name: string
  /** Absent when it was not sent. */
  readonly seq: number
  /** `withheld`: the test ended before it was sent. */
  readonly verdict: Verdict | 'unreachable' | 'withheld'
  readonly attempts: number
  /** From the last sending to the answer, ms. */
  readonly rttMs?: number
  /** How far the receiver's clock is ahead of ours, ms; absent when it sent none. */
  readonly clockOffsetMs?: number
  /** What is not right although it was delivered. */
  readonly finding?: 'answered in clear'
  /** Why it could not be reached: the system's word. */
  readonly detail?: string
}

/** Sends in all: a datagram may get lost, a connection loses nothing. */
const ATTEMPTS: Readonly<Record<Transport, number>> = {udp: 3, tcp: 2}
/** How long an answer is waited for, ms. */
export const WAIT_MS = 5_000

/**
 * A delivery for each event, in order; a failed one is data. Throws CW_DISPATCH_GUARD before anything is sent. When the test
 * that covered an event ends on the way, that one and all behind it are withheld.
 */
export async function* sendEvents(
  events: readonly PanelEvent[],
  options: SendOptions,
  clock: Clock,
): AsyncGenerator<Delivery> {
  const guard = new DispatchGuard({...options, account: options.account.toUpperCase()}, clock)
  const book = auditBook(options)
  await guard.require(events).catch(async (error) => {
    await book('refusal', {detail: isCitywatchError(error) ? `event ${error.params.code}` : String(error)})
    throw error
  })
  let offsetMs = 0
  let isOver = false
  for (const event of events) {
    if (options.signal?.aborted) return
    const permit = isOver ? null : await guard.permit(event)
    if (permit === null) {
      if (!isOver) await book('refusal', {event: event.text, detail: 'the test is over'})
      isOver = true
      yield withheld(event, options)
      continue
    }
    const seq = event.token === 'NULL' ? 0 : await options.sequence.next()
    await book(permit.by === 'override' ? 'override' : 'send', {event: event.text, seq, ...windowIn(permit)})
    const result = await deliver(messageOf(event, options.account, seq), offsetMs, options, clock)
    offsetMs = result.offsetMs
    yield deliveryOf(event, seq, result, options)
  }
}

/** Notes what happens to a message, with its account and receiver. */
function auditBook({audit, account, host, port}: SendOptions) {
  const where = {account: account.toUpperCase(), receiver: `${host}:${port}`}
  return async (what: AuditEntry['what'], more: Partial<AuditEntry>) => audit?.note({...where, ...more, what})
}

function windowIn(permit: Permit): {readonly window?: number} {
  return permit.by === 'on-test' ? {window: permit.window} : {}
}

function withheld(event: PanelEvent, {account}: SendOptions): Delivery {
  const what = {account: account.toUpperCase(), event: event.text, name: eventName(event)}
  return {...what, seq: 0, verdict: 'withheld', attempts: 0, detail: 'the account is no longer on test'}
}

/** The frame of an event, without its time. */
function messageOf({token, block}: PanelEvent, account: string, seq: number): Frame {
  const inner = block.startsWith('#') || block.startsWith('|') ? block : `#${account}|${block}`
  return {
    token,
    encrypted: false,
    seq,
    line: '0',
    account: account.toUpperCase(),
    data: block === '' ? '' : inner,
    xdata: [],
    crcForm: 'hex',
  }
}

type Result = Omit<DialResult, 'verdict'> & {readonly verdict: Delivery['verdict']; readonly detail?: string}

/** A connection that ends without an answer is dialled again while attempts are left. */
async function deliver(message: Frame, offsetMs: number, options: SendOptions, clock: Clock): Promise<Result> {
  const limit = options.attempts ?? ATTEMPTS[options.transport]
  let done = 0
  for (;;) {
    const result = await once(message, {offsetMs, attempts: limit - done}, options, clock)
    done += result.attempts
    const again = result.verdict === 'closed' && done < limit && !options.signal?.aborted
    if (!again) return {...result, attempts: done}
  }
}

async function once(
  message: Frame,
  {offsetMs, attempts}: {readonly offsetMs: number; readonly attempts: number},
  options: SendOptions,
  clock: Clock,
): Promise<Result> {
  const {transport, waitMs, signal, key} = options
  const cipher: Cipher | undefined = key && {key, pad: padding()}
  const stop = new AbortController()
  const abort = () => stop.abort()
  signal?.addEventListener('abort', abort, {once: true})
  try {
    const stream = await dial(options, stop.signal)
    stop.signal.addEventListener('abort', () => stream.close(), {once: true})
    const datagrams = transport === 'udp'
    const dialler = new Dialler(
      {message, stamped: true, attempts, waitMs, offsetMs, datagrams, ...(cipher ? {cipher} : {})},
      clock.now(),
    )
    const result = await drive(dialler, stream, clock)
    // No connection can end over UDP: the host says that nobody listens there.
    const deaf = datagrams && result.verdict === 'closed' && !stop.signal.aborted
    return deaf ? {...result, verdict: 'unreachable', detail: 'ECONNREFUSED'} : result
  } catch (error) {
    if (!isCitywatchError(error, 'CW_UNREACHABLE') && !isCitywatchError(error, 'CW_TIMEOUT')) throw error
    const detail = String(error.params.detail ?? 'no connection in time')
    return {verdict: 'unreachable', attempts: 0, offsetMs, ignored: 0, detail}
  } finally {
    signal?.removeEventListener('abort', abort)
  }
}

function dial({transport, host, port, waitMs}: SendOptions, signal: AbortSignal): Promise<ByteStream> {
  return transport === 'udp' ? dialUdp(host, port) : dialTcp(host, port, waitMs, signal)
}

function deliveryOf(event: PanelEvent, seq: number, result: Result, {account}: SendOptions): Delivery {
  const {verdict, attempts, rttMs, offsetMs, clearAnswer, detail} = result
  return {
    account: account.toUpperCase(),
    event: event.text,
    name: eventName(event),
    seq,
    verdict,
    attempts,
    ...(rttMs === undefined ? {} : {rttMs}),
    ...(offsetMs === 0 ? {} : {clockOffsetMs: offsetMs}),
    ...(clearAnswer ? {finding: 'answered in clear' as const} : {}),
    ...(detail === undefined ? {} : {detail}),
  }
}

/** The bytes of an event at a time, as its first attempt would send them. Throws CW_PROTOCOL_LOCAL. */
export function frameBytes(
  event: PanelEvent,
  from: Pick<SendOptions, 'account' | 'key'>,
  seq: number,
  now: number,
): Uint8Array {
  const number = event.token === 'NULL' ? 0 : seq
  const frame = {...messageOf(event, from.account, number), timestamp: formatTimestamp(now)}
  return encodeFrame(from.key ? seal(frame, from.key, padding()()) : frame)
}
