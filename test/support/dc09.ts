/** DC-09 frames for tests: written by rule here, so that the codec is not asked to vouch for itself. */

/** A frame around `body` with the right length and check sum, or with those given. One character a byte. */
export function frameOf(body: string, wrong: {readonly crc?: string; readonly length?: string} = {}): Buffer {
  const bytes = Buffer.from(body, 'latin1')
  const crc = wrong.crc ?? hex4(slowCrc(bytes))
  return Buffer.concat([
    Buffer.from(`\n${crc}${wrong.length ?? hex4(bytes.length)}`, 'latin1'),
    bytes,
    Buffer.from('\r'),
  ])
}

/** The same with the check sum as two raw bytes. */
export function rawCrcFrame(body: string): Buffer {
  const bytes = Buffer.from(body, 'latin1')
  const crc = slowCrc(bytes)
  return Buffer.concat([
    Buffer.of(0x0a, crc >> 8, crc & 0xff),
    Buffer.from(hex4(bytes.length)),
    bytes,
    Buffer.from('\r'),
  ])
}

/** `HH:MM:SS,MM-DD-YYYY`. */
export function stamp(at: number): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `${time},${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}-${date.getUTCFullYear()}`
}

/** CRC-16/ARC, bit by bit as the definition has it. */
function slowCrc(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return crc
}

function hex4(value: number): string {
  return value.toString(16).toUpperCase().padStart(4, '0')
}
