/** The picture's size, from the sequence parameter set (ITU-T H.264 §7.3.2.1, §7.4.2.1). */
import {CitywatchError} from '../../lib/errors.ts'
import {BitReader} from './bits.ts'
import {NAL, nalType, rbspOf} from './nal.ts'

export interface SpsFacts {
  /** 66 Baseline, 77 Main, 100 High. */
  readonly profile: number
  /** Ten times the level: 31 is level 3.1. */
  readonly level: number
  /** As shown, after cropping, in pixels. */
  readonly width: number
  readonly height: number
}

export const MAX_SPS_BYTES = 4096
/** Largest side that we believe, pixels. */
const MAX_SIDE = 16_384
const HIGH_PROFILES: readonly number[] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]
/** Luma samples per chroma sample, across and down, by chroma_format_idc. */
const SUBSAMPLING = [
  [1, 1],
  [2, 2],
  [2, 1],
  [1, 1],
] as const

/** Throws CW_PROTOCOL_REMOTE when the unit is no parameter set, or says what no camera can mean. */
export function parseSps(nal: Uint8Array): SpsFacts {
  if (nalType(nal) !== NAL.sps || nal.length > MAX_SPS_BYTES)
    throw remote(`no parameter set: type ${nalType(nal)}, ${nal.length} bytes`)
  const bits = new BitReader(rbspOf(nal))
  const profile = bits.u(8)
  bits.u(8)
  const level = bits.u(8)
  bits.ue()
  const chroma = HIGH_PROFILES.includes(profile) ? highFields(bits) : 1
  bits.ue()
  pictureOrder(bits)
  bits.ue()
  bits.flag()
  const across = bits.ue() + 1
  const down = bits.ue() + 1
  const frames = bits.flag() ? 1 : 2
  if (frames === 2) bits.flag()
  bits.flag()
  const [left, right, top, bottom] = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0]
  const [unitX, unitY] = SUBSAMPLING[chroma] ?? [1, 1]
  const width = across * 16 - (left + right) * unitX
  const height = down * 16 * frames - (top + bottom) * unitY * frames
  if (!isSide(width) || !isSide(height)) throw remote(`picture of ${width}×${height}`)
  return {profile, level, width, height}
}

/** Skips what the High profiles have more; returns chroma_format_idc. */
function highFields(bits: BitReader): number {
  const chroma = bits.ue()
  if (chroma > 3) throw remote(`chroma format ${chroma}`)
  const lists = chroma === 3 ? 12 : 8
  if (chroma === 3) bits.flag()
  bits.ue()
  bits.ue()
  bits.flag()
  if (!bits.flag()) return chroma
  for (let index = 0; index < lists; index++) {
    if (bits.flag()) skipScalingList(bits, index < 6 ? 16 : 64)
  }
  return chroma
}

function skipScalingList(bits: BitReader, size: number): void {
  let last = 8
  for (let n = 0; n < size; n++) {
    const next = (last + bits.se() + 256) % 256
    if (next === 0) return
    last = next
  }
}

function pictureOrder(bits: BitReader): void {
  const type = bits.ue()
  if (type === 0) bits.ue()
  else if (type === 1) {
    bits.flag()
    bits.se()
    bits.se()
    const count = bits.ue()
    if (count > 255) throw remote(`${count} reference frames in a cycle`)
    for (let n = 0; n < count; n++) bits.se()
  } else if (type !== 2) throw remote(`picture order type ${type}`)
}

function isSide(pixels: number): boolean {
  return pixels >= 1 && pixels <= MAX_SIDE
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'H.264', detail})
}
