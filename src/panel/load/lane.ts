/** A connection of a load run and the accounts that share it: one message at a time, so that every answer has its message. */
import type {ByteStream} from '../../net/byte-stream.ts'
import {open, seal} from '../../protocol/dc09/cipher.ts'
import {encodeFrame, type Frame, readFrame} from '../../protocol/dc09/frame.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import type {Piece} from '../../protocol/dc09/pieces.ts'
import {formatTimestamp, parseTimestamp} from '../../protocol/dc09/timestamp.ts'
import type {Fate, Tally} from './tally.ts'
import {Wire} from './wire.ts'

/** A message without its time. */
export interface Outgoing {
  readonly frame: Frame
  readonly key?: AccountKey | undefined
}

export interface LaneOptions {
  readonly dial: () => Promise<ByteStream>
  readonly datagrams: boolean
  /** How often a message is sent in all. */
  readonly attempts: number
  readonly waitMs: number
  readonly pad: () => Uint8Array
  readonly tally: Tally
  /** Ms since the epoch. */
  readonly now: () => number
  /** Fine time for latencies, ms. */
  readonly stopwatch: () => number
  /** The message has its fate, and the lane is free. */
  readonly done: (lane: Lane, message: Outgoing, fate: Fate) => void
}

interface Current {
  readonly message: Outgoing
  attempts: number
  sentAt: number
  /** Null while the connection is being made. */
  deadline: number | null
  clockSet: boolean
}

/** A panel whose clock is nearer than this is not set right by a NAK: the refusal has another reason. */
const CLOCK_MS = 15_000

export class Lane {
  readonly #options: LaneOptions
  readonly #wire: Wire
  #current: Current | undefined
  #before: Outgoing | undefined
  /** Receiver's time − own time as a NAK told it, ms. */
  #offsetMs = 0

  constructor(options: LaneOptions) {
    this.#options = options
    const ears = {
      piece: (piece: Piece) => this.#hear(piece),
      ended: (why: 'closed' | 'unreachable') => this.#ended(why),
    }
    this.#wire = new Wire(options.dial, options.datagrams, ears)
  }

  /** Only for a lane that is free. */
  start(message: Outgoing): void {
    this.#current = {message, attempts: 0, sentAt: 0, deadline: null, clockSet: false}
    this.#attempt()
  }

  /** Repeats or gives up what has waited long enough. */
  sweep(now: number): void {
    const {deadline = null, attempts = 0} = this.#current ?? {}
    if (deadline === null || now < deadline) return
    if (attempts < this.#options.attempts) {
      this.#attempt()
      return
    }
    // Its answer may still come: on a new connection it cannot be taken for another message's.
    this.#wire.drop()
    this.#end('noReply')
  }

  close(): void {
    this.#wire.drop()
  }

  #attempt(): void {
    if (this.#wire.isOpen) {
      this.#write()
      return
    }
    if (this.#current) this.#current.deadline = null
    this.#wire.open(() => this.#write())
  }

  #write(): void {
    const current = this.#current
    if (!current) return
    const {now, stopwatch, waitMs, pad} = this.#options
    const {frame, key} = current.message
    const stamped = {...frame, timestamp: formatTimestamp(now() + this.#offsetMs)}
    const bytes = encodeFrame(key ? seal(stamped, key, pad()) : stamped)
    current.attempts += 1
    current.sentAt = stopwatch()
    current.deadline = now() + waitMs
    this.#wire.send(bytes)
  }

  #ended(why: 'closed' | 'unreachable'): void {
    const current = this.#current
    if (!current) return
    // A connection that could not be made is an attempt as well.
    if (current.deadline === null) current.attempts += 1
    if (current.attempts < this.#options.attempts && why === 'closed') this.#attempt()
    else this.#end(why)
  }

  #hear(piece: Piece): void {
    const wire = piece.kind === 'frame' ? readFrame(piece.bytes).frame : null
    const key = (this.#current ?? {message: this.#before}).message?.key
    const frame = wire?.encrypted ? (key ? open(wire, key).frame : null) : wire
    const {tally} = this.#options
    if (!frame) tally.unexpected += 1
    else if (this.#current && answers(frame, this.#current.message.frame))
      this.#answered(frame, wire?.encrypted === true)
    else if (this.#before && answers(frame, this.#before.frame)) tally.doubled += 1
    else tally.unexpected += 1
  }

  #answered(frame: Frame, encrypted: boolean): void {
    const {tally} = this.#options
    if (frame.token === 'NAK') {
      if (!this.#setClock(frame)) this.#end('refused')
      return
    }
    if (this.#current?.message.key && !encrypted && frame.token !== 'DUH') tally.clearAnswers += 1
    this.#end(frame.token === 'DUH' ? 'unsupported' : 'acked')
  }

  /** A NAK with a time that is far from what was sent: the clock is set and the message sent again, once. */
  #setClock({timestamp}: Frame): boolean {
    const current = this.#current
    const theirs = timestamp === undefined ? undefined : parseTimestamp(timestamp)
    if (!current || theirs === undefined || current.clockSet) return false
    const offsetMs = theirs - this.#options.now()
    if (Math.abs(offsetMs - this.#offsetMs) < CLOCK_MS) return false
    this.#offsetMs = offsetMs
    current.clockSet = true
    this.#options.tally.clockSet += 1
    this.#attempt()
    return true
  }

  #end(fate: Fate): void {
    const current = this.#current
    if (!current) return
    this.#current = undefined
    this.#before = current.message
    const isAnswered = fate === 'acked' || fate === 'refused' || fate === 'unsupported'
    const {tally, stopwatch, done} = this.#options
    tally.end(fate, current.attempts, isAnswered ? stopwatch() - current.sentAt : undefined)
    done(this, current.message, fate)
  }
}

/** A NAK names no message, or its number: it is for the one that waits. */
function answers({token, seq, account}: Frame, to: Frame): boolean {
  if (token === 'NAK') return seq === 0 || seq === to.seq
  if (token !== 'ACK' && token !== 'RSP' && token !== 'DUH') return false
  return seq === to.seq && (account === '' || account.toUpperCase() === to.account)
}
