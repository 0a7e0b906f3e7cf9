/**
 * Lists of values as PostgreSQL reads them in binary, so that nothing is quoted on one side and unquoted on the other:
 *
 *     i32 dimensions (1) | i32 has nulls | i32 element type | i32 length | i32 lower bound (1) | element …
 *     element: i32 bytes (-1 for null) | bytes
 *
 * (PostgreSQL source, array_recv in arrayfuncs.c)
 */

const TEXT_OID = 25
const INT8_OID = 20
const HEADER_BYTES = 20

/** For a `text[]`. Unpaired surrogates become U+FFFD; U+0000 is not for PostgreSQL, and becomes U+FFFD too. */
export function textArray(values: readonly (string | null)[]): Buffer {
  const texts = values.map((value) => (value?.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value))
  const sizes = texts.map((text) => (text === null ? 0 : Buffer.byteLength(text)))
  const buffer = header(
    TEXT_OID,
    values.length,
    sizes.reduce((sum, size) => sum + size + 4, 0),
  )
  let at = HEADER_BYTES
  for (const [index, text] of texts.entries()) {
    at = buffer.writeInt32BE(text === null ? -1 : sizes[index]!, at)
    if (text !== null) at += buffer.write(text, at)
  }
  return buffer
}

/** For a `bigint[]`. Whole numbers that JavaScript holds exactly. */
export function bigintArray(values: readonly number[]): Buffer {
  const buffer = header(INT8_OID, values.length, values.length * 12)
  let at = HEADER_BYTES
  for (const value of values) {
    at = buffer.writeInt32BE(8, at)
    at = buffer.writeInt32BE(Math.floor(value / 2 ** 32), at)
    at = buffer.writeUInt32BE(value - Math.floor(value / 2 ** 32) * 2 ** 32, at)
  }
  return buffer
}

function header(type: number, length: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + bytes)
  let at = buffer.writeInt32BE(1, 0)
  at = buffer.writeInt32BE(1, at)
  at = buffer.writeInt32BE(type, at)
  at = buffer.writeInt32BE(length, at)
  buffer.writeInt32BE(1, at)
  return buffer
}
