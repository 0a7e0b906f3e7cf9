/**
 * A ZIP archive of a few files (PKWARE APPNOTE 4.3): local header, deflated bytes, and at the end the directory.
 *
 *     0x04034b50 version flags method time date crc32 packed size nameLength extraLength name bytes     (each file)
 *     0x02014b50 …the same… commentLength disk attributes offset name                                   (directory)
 *     0x06054b50 disk disk count count directorySize directoryOffset commentLength                      (end)
 *
 * Dates are fixed, so the same files are the same bytes. No file or archive of 4 GiB.
 */
import {crc32, deflateRawSync} from 'node:zlib'

const VERSION = 20
const UTF8_NAMES = 0x0800
const DEFLATED = 8
/** 1980-01-01 00:00, the first that there is. */
const DATE = 0x0021

export interface ZipFile {
  /** ASCII, slashes between folders. */
  readonly name: string
  readonly bytes: Buffer
}

export function* zipOf(files: Iterable<ZipFile>): Generator<Buffer> {
  const directory: Buffer[] = []
  let offset = 0
  for (const {name, bytes} of files) {
    const packed = deflateRawSync(bytes)
    const common = commonHeader(name, bytes, packed)
    const local = Buffer.concat([u32(0x04034b50), common, Buffer.from(name)])
    directory.push(
      Buffer.concat([
        u32(0x02014b50),
        u16(VERSION),
        common,
        u16(0),
        u16(0),
        u16(0),
        u32(0),
        u32(offset),
        Buffer.from(name),
      ]),
    )
    offset += local.length + packed.length
    yield local
    yield packed
  }
  const whole = Buffer.concat(directory)
  yield whole
  const count = directory.length
  yield Buffer.concat([u32(0x06054b50), u16(0), u16(0), u16(count), u16(count), u32(whole.length), u32(offset), u16(0)])
}

/** From version to extra length: alike in both places. */
function commonHeader(name: string, bytes: Buffer, packed: Buffer): Buffer {
  return Buffer.concat([
    u16(VERSION),
    u16(UTF8_NAMES),
    u16(DEFLATED),
    u16(0),
    u16(DATE),
    u32(crc32(bytes)),
    u32(packed.length),
    u32(bytes.length),
    u16(Buffer.byteLength(name)),
    u16(0),
  ])
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
