/** Everything that reads bytes of a peer, asked with one input: each must give "need more", a message, or the named remote error. */
import {isDeepStrictEqual} from 'node:util'
import {isCitywatchError} from '../../src/lib/errors.ts'
import {admit} from '../../src/panel/admission.ts'
import {examineFrame} from '../../src/panel/examine.ts'
import {AnswerBuffer, shown} from '../../src/panel/suite/answer.ts'
import {open} from '../../src/protocol/dc09/cipher.ts'
import {Dialler} from '../../src/protocol/dc09/dialler.ts'
import {decode, encodeFrame, type Frame, readFrame} from '../../src/protocol/dc09/frame.ts'
import {MAX_PENDING_BYTES, type Piece, PieceBuffer} from '../../src/protocol/dc09/pieces.ts'
import {signalsOf} from '../../src/protocol/dc09/signals.ts'
import {valueOrRemoteError} from './codec.ts'
import {KEYS, NOW} from './dc09-inputs.ts'

export interface Tally {
  needMore: number
  messages: number
  remoteErrors: number
  /** Frames read behind garbage, in pieces, and inside cipher text. */
  frames: number
  opened: number
  signals: number
  /** Frames without an oddity, written again as the same bytes. */
  rewritten: number
}

export const emptyTally = (): Tally => ({
  needMore: 0, messages: 0, remoteErrors: 0, frames: 0, opened: 0, signals: 0, rewritten: 0,
}) // biome-ignore format: all counts

const PAD = Buffer.alloc(16, 0x51)
const cipher = {key: KEYS[0]!, pad: () => PAD}
const message: Frame = {token: 'SIA-DCS', encrypted: false, seq: 42, line: '0', account: '1234', data: '#1234|NRP0', xdata: [], crcForm: 'hex'} // biome-ignore format: one frame

/** Adds to the tally; throws what no peer may cause. `cutAt`: where the bytes are split for the pieces. */
export function ask(bytes: Uint8Array, cutAt: number, tally: Tally): void {
  const whole = valueOrRemoteError(() => decode(bytes))
  if (whole === null) tally.needMore += 1
  else if (whole === 'remote error') tally.remoteErrors += 1
  else tally.messages += 1
  const buffer = new PieceBuffer()
  const pieces = [...buffer.push(bytes.subarray(0, cutAt)), ...buffer.push(bytes.subarray(cutAt))]
  if (buffer.pendingBytes > MAX_PENDING_BYTES) throw new Error(`${buffer.pendingBytes} bytes are waited for`)
  expectSame(pieces.map(textOf), new PieceBuffer().push(bytes).map(textOf), 'pieces of a split input')
  for (const piece of pieces) if (piece.kind === 'frame') frame(piece.bytes, tally)
  examineFrame(bytes, {key: KEYS[0], otherKey: KEYS[1], receivedAt: NOW})
  asAnswer(bytes, cutAt)
}

function frame(bytes: Uint8Array, tally: Tally): void {
  const reading = readFrame(bytes)
  if (!reading.frame) return
  tally.frames += 1
  rewrite(reading.frame, reading.lints.length === 0 ? bytes : undefined, tally)
  for (const key of KEYS) {
    admit(reading.frame, {keys: () => key}, NOW)
    const inside = reading.frame.encrypted ? open(reading.frame, key).frame : null
    if (!inside) continue
    tally.opened += 1
    tally.signals += signalsOf(inside).signals.length
  }
  admit(reading.frame, {}, NOW)
  if (!reading.frame.encrypted) tally.signals += signalsOf(reading.frame).signals.length
}

/** What has no oddity is written as it came, or refused to be written; nothing else happens. */
function rewrite(read: Frame, bytes: Uint8Array | undefined, tally: Tally): void {
  try {
    const written = encodeFrame(read)
    if (!bytes) return
    expectSame(Buffer.from(written).toString('latin1'), Buffer.from(bytes).toString('latin1'), 'a frame written again')
    tally.rewritten += 1
  } catch (error) {
    if (!isCitywatchError(error, 'CW_PROTOCOL_LOCAL')) throw error
  }
}

/** The same bytes as a receiver's answer: to a panel, and to the suite. */
function asAnswer(bytes: Uint8Array, cutAt: number): void {
  for (const encrypted of [false, true]) {
    const options = {message, stamped: true, attempts: 2, waitMs: 1_000, offsetMs: 0, datagrams: false}
    const dialler = new Dialler(encrypted ? {...options, cipher} : options, NOW)
    dialler.receive(bytes.subarray(0, cutAt), NOW)
    dialler.receive(bytes.subarray(cutAt), NOW)
    dialler.take()
  }
  const answers = new AnswerBuffer(KEYS[0])
  for (const answer of [...answers.push(bytes), ...answers.flush()]) shown(answer)
}

function textOf({kind, bytes}: Piece): string {
  return `${kind} ${Buffer.from(bytes).toString('latin1')}`
}

function expectSame(got: unknown, expected: unknown, what: string): void {
  if (isDeepStrictEqual(got, expected)) return
  throw new Error(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`)
}
