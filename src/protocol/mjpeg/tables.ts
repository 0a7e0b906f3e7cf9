/** The tables that RFC 2435 leaves out of the stream: quantisers by Q (appendix A), Huffman codes (appendix B). */
import type {JpegTables} from './payload.ts'

// biome-ignore format: a table
const LUMA = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
  56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
]
const CHROMA = [17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, ...Array<number>(50).fill(99)]

/** Both tables for a Q of 1–99, luma first, in zigzag order. */
export function quantisersOf(quality: number): JpegTables {
  const factor = Math.min(99, Math.max(1, quality))
  const scale = factor < 50 ? Math.floor(5_000 / factor) : 200 - factor * 2
  const scaled = [...LUMA, ...CHROMA].map((value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))))
  return {precision: 0, data: Uint8Array.from(scaled)}
}

export interface HuffmanTable {
  /** Class in the high half byte (0 DC, 1 AC), number in the low one. */
  readonly id: number
  /** How many codes of 1, 2, … 16 bits. */
  readonly lengths: readonly number[]
  readonly symbols: readonly number[]
}

const DC_SYMBOLS = Array.from({length: 12}, (_, index) => index)
const hex = (text: string): readonly number[] => [...text.matchAll(/../g)].map(([byte]) => Number.parseInt(byte, 16))

/** The typical tables of ITU-T T.81 annex K, which every RTP/JPEG stream uses. */
export const HUFFMAN: readonly HuffmanTable[] = [
  {id: 0x00, lengths: [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0], symbols: DC_SYMBOLS},
  {
    id: 0x10,
    lengths: [0, 2, 1, 3, 3, 2, 4, 3, 5, 5, 4, 4, 0, 0, 1, 0x7d],
    symbols: hex(
      '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
    ),
  },
  {id: 0x01, lengths: [0, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0], symbols: DC_SYMBOLS},
  {
    id: 0x11,
    lengths: [0, 2, 1, 2, 4, 4, 3, 4, 7, 5, 4, 4, 0, 1, 2, 0x77],
    symbols: hex(
      '000102031104052131061241510761711322328108144291a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa',
    ),
  },
]
