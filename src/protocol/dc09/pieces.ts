/**
 * Cuts what a panel sends into frames without looking inside, so that an unreadable frame never takes the next good one along.
 *
 *   LF crc(4 hex | 2 raw bytes) 0LLL " … CR
 *
 * A frame starts at LF and ends at CR. Another LF before that CR means that the first one was broken off. A raw check sum may
 * itself hold LF or CR, so it is told by position: `0LLL"` stands two bytes after LF, not four.
 */

const LF = 0x0a
const CR = 0x0d
const QUOTE = 0x22
const ZERO = 0x30
/** LF, two raw bytes, `0LLL`, quote: enough to tell the form of the check sum. */
const HEAD_BYTES = 8
/** Longest run of bytes without CR that is waited for. The longest frame has 9 + 4095 + 1 bytes. */
export const MAX_PENDING_BYTES = 8 * 1024

/** A frame from LF to CR, not yet checked; or bytes that belong to none. */
export interface Piece {
  readonly kind: 'frame' | 'junk'
  readonly bytes: Uint8Array
}

/** The first piece and the bytes after it; null when more bytes are needed. `rest` never starts inside a frame. Never throws. */
export function cut(bytes: Uint8Array): {readonly piece: Piece; readonly rest: Uint8Array} | null {
  const start = bytes.indexOf(LF)
  if (start !== 0) return start < 0 ? overlong(bytes) : split('junk', bytes, start)
  if (bytes.length < HEAD_BYTES) return null
  const from = hasRawCrc(bytes) ? HEAD_BYTES - 1 : 1
  for (let at = from; at < bytes.length; at++) {
    if (bytes[at] === CR) return split('frame', bytes, at + 1)
    if (bytes[at] === LF) return split('junk', bytes, at)
  }
  return overlong(bytes)
}

/** True when the frame's check sum is two raw bytes. */
export function hasRawCrc(frame: Uint8Array): boolean {
  return isRawHead(frame, 0)
}

/** Collects the bytes of one connection and hands out its pieces. Holds at most MAX_PENDING_BYTES between calls. */
export class PieceBuffer {
  #pending: Uint8Array = new Uint8Array()

  /** Bytes of a frame that is not complete yet. */
  get pendingBytes(): number {
    return this.#pending.length
  }

  /** The pieces that `bytes` completes, in order. Line ends between frames are no pieces. */
  push(bytes: Uint8Array): Piece[] {
    const all = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    const pieces: Piece[] = []
    this.#pending = withoutLineEnds(all)
    for (let next = cut(this.#pending); next; next = cut(this.#pending)) {
      if (next.piece.bytes.some(isVisible)) pieces.push(next.piece)
      this.#pending = withoutLineEnds(next.rest)
    }
    if (this.#pending.length > 0) this.#pending = Buffer.from(this.#pending)
    return pieces
  }
}

/** A run of line ends in front of a frame, as `cut` would cut it off piece by piece; a raw check sum may look like one. */
function withoutLineEnds(bytes: Uint8Array): Uint8Array {
  let at = 0
  while (bytes[at] === LF && at + HEAD_BYTES <= bytes.length && !isRawHead(bytes, at)) {
    const next = bytes[at + 1]
    if (next !== LF && next !== CR) break
    at += next === CR ? 2 : 1
  }
  return bytes.subarray(at)
}

function isRawHead(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 3] === ZERO && bytes[at + 7] === QUOTE
}

function isVisible(byte: number): boolean {
  return byte !== LF && byte !== CR
}

function split(kind: Piece['kind'], bytes: Uint8Array, at: number) {
  return {piece: {kind, bytes: bytes.subarray(0, at)}, rest: bytes.subarray(at)}
}

function overlong(bytes: Uint8Array) {
  return bytes.length > MAX_PENDING_BYTES ? split('junk', bytes, bytes.length) : null
}
