/** What a receiver sent back, cut into answers and read as far as it can be. */
import {open} from '../../protocol/dc09/cipher.ts'
import type {Fault} from '../../protocol/dc09/fault.ts'
import {type Frame, readFrame} from '../../protocol/dc09/frame.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import {cut} from '../../protocol/dc09/pieces.ts'
import {escaped} from './craft.ts'

export interface Answer {
  readonly bytes: Uint8Array
  /** The word in it, also when the rest is wrong; undefined when there is none. */
  readonly says: 'ACK' | 'NAK' | 'DUH' | 'RSP' | undefined
  /** Undefined when it is no frame with the right length and check sum. What the key has opened is the clear frame inside. */
  readonly frame: Frame | undefined
  /** Whether it came encrypted, and the key opens it. */
  readonly cover: 'clear' | 'opened' | 'unopened'
  /** Why it is none. */
  readonly fault: Fault | undefined
  /** It tells the account's key, or did so inside. */
  readonly holdsKey: boolean
}

/** The whole of the answers to a message in one word. */
export type Outcome = 'ACK' | 'NAK' | 'DUH' | 'silence' | 'unreadable'

/** An ACK anywhere outweighs the rest: the panel would take it. */
export function outcomeOf(answers: readonly Answer[]): Outcome {
  if (answers.some(({says}) => says === 'ACK' || says === 'RSP')) return 'ACK'
  const said = answers.find(({says}) => says !== undefined)?.says
  if (said === 'NAK' || said === 'DUH') return said
  return answers.length === 0 ? 'silence' : 'unreadable'
}

/** True for what a panel takes as the acknowledgement of message `seq`. What it cannot open is none. */
export function acknowledges({frame, cover}: Answer, seq: number): boolean {
  return cover !== 'unopened' && (frame?.token === 'ACK' || frame?.token === 'RSP') && frame.seq === seq
}

/** Collects the bytes of one connection. */
export class AnswerBuffer {
  readonly #key: AccountKey | undefined
  readonly #secret: AccountKey | undefined
  #pending: Uint8Array = new Uint8Array()

  /** `key` opens encrypted answers; `secret` must stand in none. */
  constructor(key?: AccountKey, secret = key) {
    this.#key = key
    this.#secret = secret
  }

  /** The answers that `bytes` complete. */
  push(bytes: Uint8Array): Answer[] {
    this.#pending = Buffer.concat([this.#pending, bytes])
    const answers: Answer[] = []
    for (let next = cut(this.#pending); next; next = cut(this.#pending)) {
      if (saysAnything(next.piece.bytes)) answers.push(this.#answerOf(next.piece.bytes))
      this.#pending = Buffer.from(next.rest)
    }
    return answers
  }

  /** Nothing more is to come: what is left over counts as an answer of its own. */
  flush(): Answer[] {
    const left = this.#pending
    this.#pending = new Uint8Array()
    return saysAnything(left) ? [this.#answerOf(left)] : []
  }

  #answerOf(bytes: Uint8Array): Answer {
    const reading = readFrame(bytes)
    const wire = reading.frame ?? undefined
    const inside = wire?.encrypted && this.#key ? open(wire, this.#key).frame : null
    const says = SAYS.exec(Buffer.from(bytes).toString('latin1'))?.[1]
    const texts = [bytes, Buffer.from(inside ? [inside.data, ...inside.xdata].join() : '', 'latin1')]
    return {
      bytes,
      says: isWord(says) ? says : undefined,
      frame: inside ?? wire,
      cover: coverOf(wire, inside),
      fault: reading.frame ? undefined : reading.fault,
      holdsKey: texts.some((text) => this.#secret?.isIn(text) === true),
    }
  }
}

function coverOf(wire: Frame | undefined, inside: Frame | null): Answer['cover'] {
  if (!wire?.encrypted) return 'clear'
  return inside ? 'opened' : 'unopened'
}

/** Stray line ends are nothing; `\n\r` is an empty frame. */
function saysAnything(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1')
  return /[^\r\n]|\n\r/.test(text)
}

const SAYS = /"\*?(ACK|NAK|DUH|RSP)"/

function isWord(says: string | undefined): says is 'ACK' | 'NAK' | 'DUH' | 'RSP' {
  return says !== undefined
}

const MAX_SHOWN = 400

/** One printable line. What stands in brackets may be a key: an answer has nothing to say there, so it is never shown. */
export function shown({bytes, holdsKey}: Answer): string {
  if (holdsKey) return `[an answer of ${bytes.length} bytes with the key in it, not shown]`
  const text = escaped(bytes.subarray(0, MAX_SHOWN))
  const start = text.indexOf('[')
  if (start < 0) return text.replaceAll(LONG_HEX, hidden)
  const end = text.lastIndexOf(']')
  const [head, inside, rest] =
    end < start
      ? [text.slice(0, start), text.slice(start), '']
      : [text.slice(0, start), text.slice(start, end), text.slice(end)]
  return `${head.replaceAll(LONG_HEX, hidden)}${inside.replaceAll(/[^[\]]+/g, hidden)}${rest.replaceAll(LONG_HEX, hidden)}`
}

const LONG_HEX = /[0-9A-Fa-f]{32,}/g

function hidden(text: string): string {
  return `…${text.length} characters, not shown…`
}
