/** What a receiver sent back, cut into answers and read as far as it can be. */
import type {Fault} from '../../protocol/dc09/fault.ts'
import {type Frame, readFrame} from '../../protocol/dc09/frame.ts'
import type {Lint} from '../../protocol/dc09/header.ts'
import {cut} from '../../protocol/dc09/pieces.ts'
import {escaped} from './craft.ts'

export interface Answer {
  readonly bytes: Uint8Array
  /** The word in it, also when the rest is wrong; undefined when there is none. */
  readonly says: 'ACK' | 'NAK' | 'DUH' | 'RSP' | undefined
  /** Undefined when it is no frame with the right length and check sum. */
  readonly frame: Frame | undefined
  readonly lints: readonly Lint[]
  /** Why it is none. */
  readonly fault: Fault | undefined
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

/** True for what a panel takes as the acknowledgement of message `seq`. */
export function acknowledges({frame}: Answer, seq: number): boolean {
  return (frame?.token === 'ACK' || frame?.token === 'RSP') && frame.seq === seq
}

/** Collects the bytes of one connection. */
export class AnswerBuffer {
  #pending: Uint8Array = new Uint8Array()

  /** The answers that `bytes` complete. */
  push(bytes: Uint8Array): Answer[] {
    this.#pending = Buffer.concat([this.#pending, bytes])
    const answers: Answer[] = []
    for (let next = cut(this.#pending); next; next = cut(this.#pending)) {
      if (saysAnything(next.piece.bytes)) answers.push(answerOf(next.piece.bytes))
      this.#pending = Buffer.from(next.rest)
    }
    return answers
  }

  /** Nothing more is to come: what is left over counts as an answer of its own. */
  flush(): Answer[] {
    const left = this.#pending
    this.#pending = new Uint8Array()
    return saysAnything(left) ? [answerOf(left)] : []
  }
}

/** Stray line ends are nothing; `\n\r` is an empty frame. */
function saysAnything(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1')
  return /[^\r\n]|\n\r/.test(text)
}

function answerOf(bytes: Uint8Array): Answer {
  const reading = readFrame(bytes)
  const frame = reading.frame ?? undefined
  const says = SAYS.exec(Buffer.from(bytes).toString('latin1'))?.[1]
  return {
    bytes,
    says: isWord(says) ? says : undefined,
    frame,
    lints: reading.frame ? reading.lints : [],
    fault: reading.frame ? undefined : reading.fault,
  }
}

const SAYS = /"\*?(ACK|NAK|DUH|RSP)"/

function isWord(says: string | undefined): says is 'ACK' | 'NAK' | 'DUH' | 'RSP' {
  return says !== undefined
}

const MAX_SHOWN = 400

/** One printable line. What stands in brackets may be a key: an answer has nothing to say there, so it is never shown. */
export function shown({bytes}: Answer): string {
  const text = escaped(bytes.subarray(0, MAX_SHOWN))
  return text.replaceAll(/\[([^[\]]+)(\]|$)/g, (_, inside: string) => `[…${inside.length} characters, not shown…]`)
}
