/** NAL units: what each one is, and how they stand in a byte stream (ITU-T H.264 §7.3.1, Annex B). H.265's are in protocol/h265/nal.ts. */

/** H.264 nal_unit_type values that matter here. */
export const NAL = {slice: 1, idr: 5, sei: 6, sps: 7, pps: 8} as const

const START_CODE = Buffer.of(0, 0, 0, 1)

export function nalType([first = 0]: Uint8Array): number {
  return first & 0x1f
}

/** Units as a byte stream that any player reads. */
export function annexB(nals: readonly Uint8Array[]): Buffer {
  return Buffer.concat(nals.flatMap((nal) => [START_CODE, nal]))
}

/** The payload bits of a unit: without its header (one byte in H.264) and without emulation prevention (00 00 03 → 00 00). */
export function rbspOf(nal: Uint8Array, headerBytes = 1): Uint8Array {
  const out = new Uint8Array(Math.max(0, nal.length - headerBytes))
  let length = 0
  let zeros = 0
  for (const byte of nal.subarray(headerBytes)) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0
      continue
    }
    zeros = byte === 0 ? zeros + 1 : 0
    out[length++] = byte
  }
  return out.subarray(0, length)
}

/** A unit from its header (one byte in H.264, two in H.265) and payload bits, with emulation prevention put in. */
export function nalFrom(header: number | readonly number[], rbsp: Uint8Array): Buffer {
  const out: number[] = [header].flat()
  let zeros = 0
  for (const byte of rbsp) {
    if (zeros >= 2 && byte <= 3) {
      out.push(3)
      zeros = 0
    }
    zeros = byte === 0 ? zeros + 1 : 0
    out.push(byte)
  }
  return Buffer.from(out)
}
