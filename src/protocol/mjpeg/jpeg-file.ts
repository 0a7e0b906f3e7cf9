/** A picture as a JPEG file that any viewer opens: the headers that RTP leaves out are put back (RFC 2435 appendix B). */
import type {JpegPicture} from './assembler.ts'
import type {JpegTables} from './payload.ts'
import {HUFFMAN, type HuffmanTable} from './tables.ts'

const MARKER = {soi: 0xd8, eoi: 0xd9, sof: 0xc0, dht: 0xc4, dqt: 0xdb, dri: 0xdd, sos: 0xda} as const

/** Undefined for a picture without tables, without a size, or of a maker's own type: nobody could read it. */
export function jpegFile({type, width, height, restartInterval, tables, scan}: JpegPicture): Buffer | undefined {
  const kind = type & 0x3f
  if (!tables || kind > 1 || width === 0 || height === 0) return undefined
  return Buffer.concat([
    Buffer.of(0xff, MARKER.soi),
    ...quantisers(tables),
    segment(MARKER.sof, frame(kind, width, height, tables.data.length > 64)),
    ...HUFFMAN.map((table) => segment(MARKER.dht, huffman(table))),
    ...(restartInterval ? [segment(MARKER.dri, Buffer.of(restartInterval >> 8, restartInterval & 0xff))] : []),
    segment(MARKER.sos, Buffer.of(3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0)),
    scan,
    // Some senders leave the end of the image in the stream.
    ...(endsImage(scan) ? [] : [Buffer.of(0xff, MARKER.eoi)]),
  ])
}

function endsImage(scan: Uint8Array): boolean {
  return scan.at(-2) === 0xff && scan.at(-1) === MARKER.eoi
}

/** Three components, the first sampled twice across and, in type 1, twice down. */
function frame(kind: number, width: number, height: number, twoTables: boolean): Buffer {
  const chroma = twoTables ? 1 : 0
  const luma = kind === 0 ? 0x21 : 0x22
  const size = [height >> 8, height & 0xff, width >> 8, width & 0xff]
  return Buffer.of(8, ...size, 3, 1, luma, 0, 2, 0x11, chroma, 3, 0x11, chroma)
}

function quantisers({precision, data}: JpegTables): Buffer[] {
  const tables: Buffer[] = []
  for (let at = 0, id = 0; at < data.length && id < 4; id++) {
    const wide = (precision >> id) & 1
    const end = at + 64 * (wide + 1)
    tables.push(segment(MARKER.dqt, Buffer.concat([Buffer.of((wide << 4) | id), data.subarray(at, end)])))
    at = end
  }
  return tables
}

function huffman({id, lengths, symbols}: HuffmanTable): Buffer {
  return Buffer.of(id, ...lengths, ...symbols)
}

function segment(marker: number, content: Uint8Array): Buffer {
  const length = content.length + 2
  return Buffer.concat([Buffer.of(0xff, marker, length >> 8, length & 0xff), content])
}
