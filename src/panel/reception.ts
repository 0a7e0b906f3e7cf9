/** What a receiver answers to each frame: checked in a fixed order, acknowledged only once whoever listens has it safe. */
import {createHash} from 'node:crypto'
import type {Clock} from '../lib/clock.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Signal} from '../model/signal.ts'
import {acknowledgement, isAnswer, notUnderstood, refusal, response} from '../protocol/dc09/answer.ts'
import {type CipherLint, seal} from '../protocol/dc09/cipher.ts'
import type {Fault} from '../protocol/dc09/fault.ts'
import {encodeFrame, type Frame, readFrame} from '../protocol/dc09/frame.ts'
import type {Lint} from '../protocol/dc09/header.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {hasRawCrc, type Piece} from '../protocol/dc09/pieces.ts'
import {type DataLint, signalsOf} from '../protocol/dc09/signals.ts'
import {formatTimestamp} from '../protocol/dc09/timestamp.ts'
import {type Admittance, accountOf, admit} from './admission.ts'
import {Duplicates} from './duplicates.ts'
import {padding} from './pad.ts'
import {type Refusal, refusalOf} from './refusal.ts'

/** What becomes of a signal: safe, or of an account that nobody knows (it is answered with NAK). */
export type Reaction = 'stored' | 'unknown-account'

/** What is odd about a message that was accepted all the same. */
export type Oddity = Lint | CipherLint | DataLint

export interface ReceptionOptions extends Admittance {
  readonly clock: Clock
  /**
   * Called once for each new signal; the panel gets its ACK when this resolves with `stored`. When it rejects the panel
   * gets no answer and sends again, or takes its other path. It is also called in the modes that do not ACK.
   */
  readonly accept: (signal: Signal, frame: Frame, peer: string) => Promise<Reaction>
  /** A link test, or a message without an event. Events are signs of life as well; they come by `accept`. */
  readonly heartbeat?: (account: string, frame: Frame, peer: string) => void
  /** Every frame not accepted, except those that `accept` itself turned away. Not limited in number: a flood is passed on. */
  readonly refused?: (refusal: Refusal) => void
  /** The same message again within a minute: acknowledged as before, not passed on. */
  readonly repeated?: (frame: Frame, peer: string) => void
  /** Accepted, but not as the protocol wants it. */
  readonly odd?: (lints: readonly Oddity[], frame: Frame, peer: string) => void
  /** What a good message is answered with; `ack` unless a panel's behaviour is to be tested. */
  readonly answer?: 'ack' | 'nak' | 'duh' | 'rsp' | 'none'
  /** What an RSP carries, one character a byte. */
  readonly responseData?: string | undefined
  /** How long every answer is held back, ms: to test a panel's patience. */
  readonly delayMs?: number
  /** Only each Nth good message is answered: to test a panel's repetitions. */
  readonly oneIn?: number
}

/** Data blocks longer than this are remembered by their hash. */
const MAX_KEY_DATA = 64

type Verdict = 'ack' | 'nak' | 'duh' | 'rsp' | 'silence'

export class Reception {
  readonly #options: ReceptionOptions
  readonly #duplicates = new Duplicates<Reaction>()
  readonly #pad = padding()
  readonly #finishing = new AbortController()
  #good = 0

  constructor(options: ReceptionOptions) {
    this.#options = options
  }

  /** The bytes to answer with; null for silence. Never rejects. */
  async answer(piece: Piece, peer: string): Promise<Uint8Array | null> {
    const bytes = await this.#answerOf(piece, peer)
    const {delayMs = 0, clock} = this.#options
    if (bytes && delayMs > 0) await clock.sleep(delayMs, this.#finishing.signal).catch(() => {})
    return bytes
  }

  /** Answers that are held back go out now. */
  finish(): void {
    this.#finishing.abort()
  }

  async #answerOf(piece: Piece, peer: string): Promise<Uint8Array | null> {
    if (piece.kind === 'junk') return this.#unreadable(junk(piece.bytes), peer)
    const reading = readFrame(piece.bytes)
    if (!reading.frame) return this.#unreadable(reading.fault, peer, hasRawCrc(piece.bytes) ? 'binary' : 'hex')
    const {frame, lints} = reading
    const admission = admit(frame, this.#options, this.#options.clock.now())
    if (!admission.frame) return this.#turnedAway(frame, admission.fault, peer)
    const verdict = await this.#judge(admission.frame, [...lints, ...admission.lints], peer)
    return this.#reply(verdict, admission.frame, admission.key)
  }

  /** Bytes that cannot be trusted get no answer; a panel whose check sum is right is told that its header is not. */
  #unreadable(fault: Fault, peer: string, crcForm: Frame['crcForm'] = 'hex'): Uint8Array | null {
    this.#options.refused?.(refusalOf(fault, peer))
    return fault.step === 'header' ? encodeFrame(refusal({crcForm}, this.#options.clock.now())) : null
  }

  #turnedAway(frame: Frame, fault: Fault, peer: string): Uint8Array | null {
    this.#options.refused?.(refusalOf(fault, peer, frame.account))
    if (isAnswer(frame)) return null
    return this.#reply(fault.step === 'token' ? 'duh' : 'nak', frame)
  }

  /** What came encrypted is acknowledged encrypted; a NAK never is, and a DUH needs no secrecy. */
  #reply(verdict: Verdict, frame: Frame, key?: AccountKey): Uint8Array | null {
    const now = this.#options.clock.now()
    if (verdict === 'silence') return null
    if (verdict === 'nak') return encodeFrame(refusal(frame, now))
    if (verdict === 'duh') return encodeFrame(notUnderstood(frame))
    const timestamp = formatTimestamp(now)
    const isResponse = verdict === 'rsp'
    const clear = isResponse ? response(frame, this.#options.responseData ?? '') : acknowledgement(frame)
    if (key) return encodeFrame(seal({...clear, timestamp}, key, this.#pad()))
    return encodeFrame(isResponse ? {...clear, timestamp} : clear)
  }

  async #judge(frame: Frame, lints: readonly Oddity[], peer: string): Promise<Verdict> {
    if (frame.token !== 'NULL') return this.#events(frame, lints, peer)
    if (lints.length > 0) this.#options.odd?.(lints, frame, peer)
    this.#options.heartbeat?.(accountOf(frame), frame, peer)
    return this.#verdict()
  }

  async #events(frame: Frame, lints: readonly Oddity[], peer: string): Promise<Verdict> {
    const now = this.#options.clock.now()
    const key = messageKey(frame)
    const before = this.#duplicates.find(key, now)
    if (before) this.#options.repeated?.(frame, peer)
    const work = before ?? this.#passOn(frame, lints, peer)
    if (!before) this.#duplicates.remember(key, now, work)
    try {
      return (await work) === 'stored' ? this.#verdict() : 'nak'
    } catch (error) {
      const got = error instanceof Error ? error.message : String(error)
      this.#options.refused?.(refusalOf(faultOf('store', 'store', 'the signal stored', got), peer, frame.account))
      return 'silence'
    }
  }

  async #passOn(frame: Frame, lints: readonly Oddity[], peer: string): Promise<Reaction> {
    const {signals, lints: more} = signalsOf(frame)
    const odd = [...lints, ...more]
    if (odd.length > 0) this.#options.odd?.(odd, frame, peer)
    if (signals.length === 0) this.#options.heartbeat?.(accountOf(frame), frame, peer)
    const reactions = await Promise.all(signals.map((signal) => this.#options.accept(signal, frame, peer)))
    return reactions.find((reaction) => reaction !== 'stored') ?? 'stored'
  }

  #verdict(): Verdict {
    const {answer = 'ack', oneIn = 1} = this.#options
    this.#good += 1
    if (this.#good % oneIn !== 0) return 'silence'
    return answer === 'none' ? 'silence' : answer
  }
}

/** What tells a message from the panel's others. A retry may carry a new time, so the time is not part of it. */
export function messageKey({account, seq, token, data}: Frame): string {
  const body = data.length <= MAX_KEY_DATA ? data : createHash('sha256').update(data, 'latin1').digest('base64')
  return `${account.toUpperCase()} ${seq} ${token} ${body}`
}

function faultOf(step: Fault['step'], rule: string, expected: string, got: string): Fault {
  return {step, rule, expected, got}
}

function junk(bytes: Uint8Array): Fault {
  const got = safeText(Buffer.from(bytes.subarray(0, 64)).toString('latin1'))
  return faultOf('framing', 'frame', 'a frame from LF to CR', got)
}
