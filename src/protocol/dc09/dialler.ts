/** The panel's side of DC-09: sends one message, repeats it while nothing answers, sets its clock by a NAK and tries once more. */
import type {Session} from '../session.ts'
import {type Cipher, open, seal} from './cipher.ts'
import {encodeFrame, type Frame, readFrame} from './frame.ts'
import {PieceBuffer} from './pieces.ts'
import {formatTimestamp, parseTimestamp} from './timestamp.ts'

/** `unsupported`: the receiver answered DUH. `refused`: NAK. `closed`: the connection ended before an answer. */
export type Verdict = 'acked' | 'refused' | 'unsupported' | 'no-reply' | 'closed'

export interface DialOptions {
  /** The message; every attempt writes a new time into it when `stamped`. Its own `timestamp` is not looked at. */
  readonly message: Frame
  readonly stamped: boolean
  /** How often it is sent in all, a repetition after a NAK not counted. */
  readonly attempts: number
  /** How long each attempt waits for its answer, ms. */
  readonly waitMs: number
  /** Receiver's time − own time as learnt before, ms. */
  readonly offsetMs: number
  /** Each chunk of bytes is a datagram: nothing of one belongs to the next. */
  readonly datagrams: boolean
  /** A NAK has set the clock before: it is not set again. */
  readonly clockSet?: boolean
  /** Messages go out encrypted; they must be `stamped`. */
  readonly cipher?: Cipher
}

export interface DialResult {
  readonly verdict: Verdict
  /** How often it was sent. */
  readonly attempts: number
  /** From the last sending to the answer, ms; absent without an answer. */
  readonly rttMs?: number
  /** Receiver's time − own time as far as known, ms. */
  readonly offsetMs: number
  /** Data of an RSP, one character a byte. */
  readonly data?: string
  /** The answer to an encrypted message came in clear, so anybody can have written it; absent when all is well. */
  readonly clearAnswer?: true
  /** A NAK has set the clock and the message was sent once more. */
  readonly clockSet?: true
  /** The NAK had no time that the clock could be set by. */
  readonly untimedNak?: true
  /** Encrypted answers that the key does not open, among those ignored. */
  readonly unopened?: number
  /** Answers that were not for this message or not readable. */
  readonly ignored: number
}

export class Dialler implements Session<DialResult> {
  result: DialResult | null = null
  deadline: number | null = null
  readonly #options: DialOptions
  #outbox: Uint8Array[] = []
  #buffer = new PieceBuffer()
  #attempts = 0
  #limit: number
  #sentAt = 0
  #offsetMs: number
  #clockSet: boolean
  /** Its NAK came with these bytes: what else is in them answers nothing that was sent since. */
  #setByThese = false
  #untimedNak = false
  #ignored = 0
  #unopened = 0
  /** Whether the answer that is being read came encrypted. */
  #encrypted = false

  /** Throws CW_PROTOCOL_LOCAL for a message that cannot be written. */
  constructor(options: DialOptions, now: number) {
    this.#options = options
    this.#limit = options.attempts
    this.#offsetMs = options.offsetMs
    this.#clockSet = options.clockSet === true
    this.#send(now)
  }

  take(): Uint8Array[] {
    return this.#outbox.splice(0)
  }

  receive(bytes: Uint8Array, now: number): void {
    if (this.#options.datagrams) this.#buffer = new PieceBuffer()
    this.#setByThese = false
    for (const piece of this.#buffer.push(bytes)) {
      const {frame} = piece.kind === 'frame' ? this.#read(piece.bytes) : {frame: null}
      if (this.result !== null) return
      if (!frame || !this.#answered(frame, now)) this.#ignored += 1
    }
  }

  expire(now: number): void {
    if (this.result !== null) return
    if (this.#attempts < this.#limit) this.#send(now)
    else this.#finish('no-reply')
  }

  end(): void {
    if (this.result === null) this.#finish('closed')
  }

  /** An encrypted answer that the key does not open is no answer. */
  #read(bytes: Uint8Array): {readonly frame: Frame | null} {
    const {frame} = readFrame(bytes)
    this.#encrypted = frame?.encrypted === true
    if (!frame?.encrypted) return {frame}
    const inside = this.#options.cipher ? open(frame, this.#options.cipher.key).frame : null
    if (!inside) this.#unopened += 1
    return {frame: inside}
  }

  #send(now: number): void {
    const {message, stamped, waitMs} = this.#options
    const {timestamp: _old, ...untimed} = message
    const frame = stamped ? {...untimed, timestamp: formatTimestamp(now + this.#offsetMs)} : untimed
    const {cipher} = this.#options
    this.#outbox.push(encodeFrame(cipher ? seal(frame, cipher.key, cipher.pad()) : frame))
    this.#attempts += 1
    this.#sentAt = now
    this.deadline = now + waitMs
  }

  /** False when the frame is no answer to this message: another number, another token. */
  #answered(frame: Frame, now: number): boolean {
    if (frame.token === 'NAK') return this.#refused(frame, now)
    if (frame.seq !== this.#options.message.seq) return false
    if (frame.token === 'ACK' || frame.token === 'RSP') this.#finish('acked', now, frame)
    else if (frame.token === 'DUH') this.#finish('unsupported', now)
    else return false
    return true
  }

  /** A NAK carries number 0 or the message's; one with a time sets the clock, once. Some receivers say it twice (iobroker.sia). */
  #refused({seq, timestamp}: Frame, now: number): boolean {
    if (seq !== 0 && seq !== this.#options.message.seq) return false
    if (this.#setByThese) return false
    const theirs = timestamp === undefined ? undefined : parseTimestamp(timestamp)
    this.#untimedNak = theirs === undefined
    if (theirs === undefined || this.#clockSet || !this.#options.stamped) {
      this.#finish('refused', now)
      return true
    }
    this.#clockSet = true
    this.#setByThese = true
    this.#offsetMs = theirs - now
    this.#limit = Math.max(this.#limit, this.#attempts + 1)
    this.#send(now)
    return true
  }

  #finish(verdict: Verdict, now?: number, frame?: Frame): void {
    this.deadline = null
    this.result = {
      verdict,
      attempts: this.#attempts,
      ...(now === undefined ? {} : {rttMs: now - this.#sentAt}),
      offsetMs: this.#offsetMs,
      ...(this.#options.cipher && verdict === 'acked' && !this.#encrypted ? {clearAnswer: true as const} : {}),
      ...(frame?.token === 'RSP' ? {data: frame.data} : {}),
      ...(this.#clockSet ? {clockSet: true as const} : {}),
      ...(this.#untimedNak && verdict === 'refused' ? {untimedNak: true as const} : {}),
      ...(this.#unopened > 0 ? {unopened: this.#unopened} : {}),
      ignored: this.#ignored,
    }
  }
}
