/** The test card as JPEG scans for RTP: grey bars and a walking block, each block its mean brightness alone (ITU-T T.81 annex F). */
import type {JpegTables} from '../../../protocol/mjpeg/payload.ts'
import {HUFFMAN, type HuffmanTable} from '../../../protocol/mjpeg/tables.ts'
import {BitWriter} from './bit-writer.ts'
import type {PictureSize} from './parameter-sets.ts'

/** 4:2:0, without restart markers (RFC 2435). */
export const JPEG_TYPE = 1
/** The tables come with each picture. */
export const JPEG_QUALITY = 255
/** Largest side that the eight bits of an RTP/JPEG header can say, pixels. */
const MAX_SIDE = 2_040
const BLOCK = 16
/** One level is 16 of 255 steps of grey. */
export const JPEG_TABLES: JpegTables = {precision: 0, data: new Uint8Array(128).fill(128)}
const BARS = [-6, -3, 0, 3, 1, -1, 2, -4] as const
const WALKER_LEVEL = 6
/** "End of block" as a Huffman symbol. */
const END_OF_BLOCK = 0
const END_OF_IMAGE = [0xff, 0xd9] as const

/** The size that a JPEG stream of such a picture has: whole blocks of eight, at most 2040 each way. */
export function jpegSize({width, height}: PictureSize): PictureSize {
  const side = (pixels: number) => Math.min(MAX_SIDE, Math.ceil(pixels / 8) * 8)
  return {width: side(width), height: side(height)}
}

/** The scan of picture `index` (0, 1 …) of `length`, with the end of the image behind it. */
export function jpegScan(size: PictureSize, index: number, length: number): Uint8Array {
  const across = Math.ceil(size.width / BLOCK)
  const down = Math.ceil(size.height / BLOCK)
  const walker = Math.floor(down / 2) * across + Math.floor((index * across) / length)
  const writer = new ScanWriter()
  for (let at = 0; at < across * down; at++) {
    const bar = BARS[Math.floor(((at % across) * BARS.length) / across)] ?? 0
    writer.block(at === walker ? WALKER_LEVEL : bar)
  }
  return writer.finish()
}

type Codes = ReadonlyMap<number, {readonly code: number; readonly bits: number}>
const [LUMA_DC, LUMA_AC, CHROMA_DC, CHROMA_AC] = HUFFMAN.map(codesOf)

class ScanWriter {
  readonly #bits = new BitWriter()
  #last = 0

  /** 16 × 16 pixels of one grey: four blocks of brightness, two without colour. */
  block(level: number): void {
    this.#mean(level - this.#last)
    this.#last = level
    for (let rest = 0; rest < 3; rest++) this.#mean(0)
    for (let colour = 0; colour < 2; colour++) {
      this.#symbol(CHROMA_DC, 0)
      this.#symbol(CHROMA_AC, END_OF_BLOCK)
    }
  }

  /** With a zero behind each 0xff, so that no marker is seen in it but that of the end. */
  finish(): Uint8Array {
    const scan = [...this.#bits.filled()].flatMap((byte) => (byte === 0xff ? [byte, 0] : [byte]))
    return Uint8Array.from([...scan, ...END_OF_IMAGE])
  }

  #mean(step: number): void {
    const bits = 32 - Math.clz32(Math.abs(step))
    this.#symbol(LUMA_DC, bits)
    if (bits > 0) this.#bits.u(step < 0 ? step + (1 << bits) - 1 : step, bits)
    this.#symbol(LUMA_AC, END_OF_BLOCK)
  }

  #symbol(codes: Codes | undefined, symbol: number): void {
    const {code = 0, bits = 0} = codes?.get(symbol) ?? {}
    this.#bits.u(code, bits)
  }
}

/** The codes of a table, which follow from how many there are of each length (ITU-T T.81 annex C). */
function codesOf({lengths, symbols}: HuffmanTable): Codes {
  const codes = new Map<number, {code: number; bits: number}>()
  let code = 0
  let next = 0
  for (const [index, count] of lengths.entries()) {
    for (let left = count; left > 0; left--) codes.set(symbols[next++] ?? 0, {code: code++, bits: index + 1})
    code <<= 1
  }
  return codes
}
