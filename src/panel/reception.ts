/** What a receiver answers to each frame: checked in a fixed order, acknowledged only once whoever listens has it safe. */
import {createHash} from 'node:crypto'
import type {Clock} from '../lib/clock.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Signal} from '../model/signal.ts'
import {acknowledgement, isAnswer, notUnderstood, refusal} from '../protocol/dc09/answer.ts'
import type {Fault} from '../protocol/dc09/fault.ts'
import {encodeFrame, type Frame, readFrame} from '../protocol/dc09/frame.ts'
import type {Lint} from '../protocol/dc09/header.ts'
import {hasRawCrc, type Piece} from '../protocol/dc09/pieces.ts'
import {type DataLint, reportsEvents, signalsOf} from '../protocol/dc09/signals.ts'
import {formatTimestamp, parseTimestamp} from '../protocol/dc09/timestamp.ts'
import {Duplicates} from './duplicates.ts'
import {type Refusal, refusalOf} from './refusal.ts'

/** What becomes of a signal: safe, or of an account that nobody knows (it is answered with NAK). */
export type Reaction = 'stored' | 'unknown-account'

export interface ReceptionOptions {
  readonly clock: Clock
  /**
   * Called once for each new signal; the panel gets its ACK when this resolves with `stored`. When it rejects the panel
   * gets no answer and sends again, or takes its other path. It is also called in the modes that do not ACK.
   */
  readonly accept: (signal: Signal, frame: Frame, peer: string) => Promise<Reaction>
  /** False turns the account away before anything else is looked at. Absent: `accept` alone decides. */
  readonly knows?: (account: string) => boolean
  /** A link test, or a message without an event. Events are signs of life as well; they come by `accept`. */
  readonly heartbeat?: (account: string, frame: Frame, peer: string) => void
  /** Every frame not accepted, except those that `accept` itself turned away. Not limited in number: a flood is passed on. */
  readonly refused?: (refusal: Refusal) => void
  /** The same message again within a minute: acknowledged as before, not passed on. */
  readonly repeated?: (frame: Frame, peer: string) => void
  /** Accepted, but not as the protocol wants it. */
  readonly odd?: (lints: readonly (Lint | DataLint)[], frame: Frame, peer: string) => void
  /** What a good message is answered with; `ack` unless a panel's behaviour is to be tested. */
  readonly answer?: 'ack' | 'nak' | 'duh' | 'none'
}

/** A panel's clock may be this far behind or ahead, ms (defaults of Swissdotnet and pysiaalarm). */
const PAST_MS = 40_000
const FUTURE_MS = 20_000
/** Data blocks longer than this are remembered by their hash. */
const MAX_KEY_DATA = 64

type Verdict = 'ack' | 'nak' | 'duh' | 'silence'

export class Reception {
  readonly #options: ReceptionOptions
  readonly #duplicates = new Duplicates<Reaction>()

  constructor(options: ReceptionOptions) {
    this.#options = options
  }

  /** The bytes to answer with; null for silence. Never rejects. */
  async answer(piece: Piece, peer: string): Promise<Uint8Array | null> {
    if (piece.kind === 'junk') return this.#unreadable(junk(piece.bytes), peer)
    const reading = readFrame(piece.bytes)
    if (!reading.frame) return this.#unreadable(reading.fault, peer, hasRawCrc(piece.bytes) ? 'binary' : 'hex')
    const {frame, lints} = reading
    const verdict = await this.#judge(frame, lints, peer)
    if (verdict === 'silence') return null
    if (verdict === 'nak') return encodeFrame(refusal(frame, this.#options.clock.now()))
    return encodeFrame(verdict === 'duh' ? notUnderstood(frame) : acknowledgement(frame))
  }

  /** Bytes that cannot be trusted get no answer; a panel whose check sum is right is told that its header is not. */
  #unreadable(fault: Fault, peer: string, crcForm: Frame['crcForm'] = 'hex'): Uint8Array | null {
    this.#options.refused?.(refusalOf(fault, peer))
    return fault.step === 'header' ? encodeFrame(refusal({crcForm}, this.#options.clock.now())) : null
  }

  async #judge(frame: Frame, lints: readonly Lint[], peer: string): Promise<Verdict> {
    const fault = this.#faultOf(frame)
    if (fault) {
      this.#options.refused?.(refusalOf(fault, peer, frame.account))
      if (isAnswer(frame)) return 'silence'
      return fault.step === 'token' ? 'duh' : 'nak'
    }
    if (frame.token === 'NULL') {
      this.#options.heartbeat?.(accountOf(frame), frame, peer)
      return this.#good()
    }
    return this.#events(frame, lints, peer)
  }

  /** The first check that fails, in the order of a receiver's duty. */
  #faultOf(frame: Frame): Fault | undefined {
    const {knows, clock} = this.#options
    if (isAnswer(frame)) return faultOf('token', 'answer', 'a message', frame.token)
    const account = accountOf(frame)
    if (account === '' || knows?.(account) === false) return faultOf('account', 'account', 'a known account', account)
    if (frame.encrypted) return faultOf('key', 'key', 'a clear message: no key for this account', 'an encrypted one')
    if (frame.timestamp !== undefined && !isTimely(frame.timestamp, clock.now())) {
      return faultOf('timestamp', 'timestamp', `about ${formatTimestamp(clock.now())}`, frame.timestamp)
    }
    if (frame.token === 'NULL' || reportsEvents(frame)) return undefined
    return faultOf('token', 'token', 'SIA-DCS, ADM-CID or NULL', frame.token)
  }

  async #events(frame: Frame, lints: readonly Lint[], peer: string): Promise<Verdict> {
    const now = this.#options.clock.now()
    const key = keyOf(frame)
    const before = this.#duplicates.find(key, now)
    if (before) this.#options.repeated?.(frame, peer)
    const work = before ?? this.#passOn(frame, lints, peer)
    if (!before) this.#duplicates.remember(key, now, work)
    try {
      return (await work) === 'stored' ? this.#good() : 'nak'
    } catch (error) {
      const got = error instanceof Error ? error.message : String(error)
      this.#options.refused?.(refusalOf(faultOf('store', 'store', 'the signal stored', got), peer, frame.account))
      return 'silence'
    }
  }

  async #passOn(frame: Frame, lints: readonly Lint[], peer: string): Promise<Reaction> {
    const {signals, lints: more} = signalsOf(frame)
    const odd = [...lints, ...more]
    if (odd.length > 0) this.#options.odd?.(odd, frame, peer)
    if (signals.length === 0) this.#options.heartbeat?.(accountOf(frame), frame, peer)
    const reactions = await Promise.all(signals.map((signal) => this.#options.accept(signal, frame, peer)))
    return reactions.find((reaction) => reaction !== 'stored') ?? 'stored'
  }

  #good(): Verdict {
    const {answer = 'ack'} = this.#options
    return answer === 'none' ? 'silence' : answer
  }
}

/** The header's account, or the data block's where the header has none. */
function accountOf({account, data}: Frame): string {
  return (account || (/^#([0-9A-Za-z]{3,16})\|/.exec(data)?.[1] ?? '')).toUpperCase()
}

/** A retry may carry a new time, so the time is not part of it. */
function keyOf({account, seq, token, data}: Frame): string {
  const body = data.length <= MAX_KEY_DATA ? data : createHash('sha256').update(data, 'latin1').digest('base64')
  return `${account.toUpperCase()} ${seq} ${token} ${body}`
}

function isTimely(timestamp: string, now: number): boolean {
  const at = parseTimestamp(timestamp)
  return at !== undefined && at >= now - PAST_MS && at <= now + FUTURE_MS
}

function faultOf(step: Fault['step'], rule: string, expected: string, got: string): Fault {
  return {step, rule, expected, got}
}

function junk(bytes: Uint8Array): Fault {
  const got = safeText(Buffer.from(bytes.subarray(0, 64)).toString('latin1'))
  return faultOf('framing', 'frame', 'a frame from LF to CR', got)
}
