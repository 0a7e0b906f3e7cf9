/** The check sum of a DC-09 frame: CRC-16/ARC over the bytes from the first quote up to the one before CR. */

/** Polynomial 0x8005 reflected; computed, since copies of the printed table carry a misprint (EB01 as BE01). */
const TABLE = Uint16Array.from({length: 256}, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  return crc
})

/** One copy of the printed table after another has this entry wrong; panels were built from it. */
const MISPRINTED = TABLE.map((entry) => (entry === 0xeb01 ? 0xbe01 : entry))

/** 0 … 0xFFFF. */
export function crc16(bytes: Uint8Array): number {
  return over(bytes, TABLE)
}

/** What a panel sends that was built from the misprinted table. */
export function misprintedCrc16(bytes: Uint8Array): number {
  return over(bytes, MISPRINTED)
}

function over(bytes: Uint8Array, table: Uint16Array): number {
  let crc = 0
  for (const byte of bytes) crc = (crc >> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0)
  return crc
}
