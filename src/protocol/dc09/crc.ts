/** The check sum of a DC-09 frame: CRC-16/ARC over the bytes from the first quote up to the one before CR. */

/** Polynomial 0x8005 reflected; computed, since copies of the printed table carry a misprint (EB01 as BE01). */
const TABLE = Uint16Array.from({length: 256}, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  return crc
})

/** 0 … 0xFFFF. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = (crc >> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0)
  return crc
}
