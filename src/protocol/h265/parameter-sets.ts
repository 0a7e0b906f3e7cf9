/** What the parameter sets of an H.265 stream say: profile, level, size, pace (ITU-T H.265 §7.3.2.1–7.3.2.3, §7.3.3). */
import {CitywatchError} from '../../lib/errors.ts'
import {BitReader} from '../h264/bits.ts'
import {rbspOf} from '../h264/nal.ts'
import {HEVC_HEADER_BYTES, HEVC_NAL, hevcNalType} from './nal.ts'

interface HevcProfile {
  /** 1 Main, 2 Main 10, 3 Main Still Picture, 4 Range Extensions. */
  readonly profile: number
  readonly tier: 'main' | 'high'
  /** Thirty times the level: 93 is level 3.1. */
  readonly level: number
}

export interface HevcVpsFacts extends HevcProfile {
  readonly id: number
  /** Pictures a second, where the set says so. */
  readonly frameRate?: number
}

export interface HevcSpsFacts extends HevcProfile {
  readonly id: number
  /** As shown, after the conformance window, in pixels. */
  readonly width: number
  readonly height: number
}

export interface HevcPpsFacts {
  readonly id: number
  readonly spsId: number
}

export const MAX_HEVC_SET_BYTES = 4096
/** Largest side that we believe, pixels. */
const MAX_SIDE = 16_384
const MAX_FRAME_RATE = 1_000
/** Luma samples per chroma sample, across and down, by chroma_format_idc. */
const SUBSAMPLING = [
  [1, 1],
  [2, 2],
  [2, 1],
  [1, 1],
] as const

/** Throws CW_PROTOCOL_REMOTE when the unit is no video parameter set. */
export function parseHevcVps(nal: Uint8Array): HevcVpsFacts {
  const bits = open(nal, HEVC_NAL.vps)
  const id = bits.u(4)
  bits.skip(2 + 6)
  const subLayers = bits.u(3)
  bits.skip(1 + 16)
  const profile = profileTierLevel(bits, subLayers)
  const first = bits.flag() ? 0 : subLayers
  for (let layer = first; layer <= subLayers; layer++) for (let field = 0; field < 3; field++) bits.ue()
  const maxLayer = bits.u(6)
  const layerSets = bits.ue()
  if (layerSets > 1_023) throw remote(`${layerSets + 1} layer sets`)
  bits.skip(layerSets * (maxLayer + 1))
  return {id, ...profile, ...timing(bits)}
}

/** Throws CW_PROTOCOL_REMOTE when the unit is no sequence parameter set, or says what no camera can mean. */
export function parseHevcSps(nal: Uint8Array): HevcSpsFacts {
  const bits = open(nal, HEVC_NAL.sps)
  bits.u(4)
  const subLayers = bits.u(3)
  bits.flag()
  const profile = profileTierLevel(bits, subLayers)
  const id = bits.ue()
  const chroma = bits.ue()
  if (chroma > 3 || id > 15) throw remote(`chroma format ${chroma} in parameter set ${id}`)
  const separate = chroma === 3 && bits.flag()
  const across = bits.ue()
  const down = bits.ue()
  const [left, right, top, bottom] = bits.flag() ? [bits.ue(), bits.ue(), bits.ue(), bits.ue()] : [0, 0, 0, 0]
  const [unitX, unitY] = (separate ? undefined : SUBSAMPLING[chroma]) ?? [1, 1]
  const width = across - (left + right) * unitX
  const height = down - (top + bottom) * unitY
  if (!isSide(width) || !isSide(height)) throw remote(`picture of ${width}×${height}`)
  return {id, ...profile, width, height}
}

/** Throws CW_PROTOCOL_REMOTE when the unit is no picture parameter set. */
export function parseHevcPps(nal: Uint8Array): HevcPpsFacts {
  const bits = open(nal, HEVC_NAL.pps)
  const id = bits.ue()
  const spsId = bits.ue()
  if (id > 63 || spsId > 15) throw remote(`picture parameter set ${id} of sequence ${spsId}`)
  return {id, spsId}
}

function open(nal: Uint8Array, type: number): BitReader {
  if (hevcNalType(nal) !== type || nal.length > MAX_HEVC_SET_BYTES) {
    throw remote(`no parameter set of type ${type}: type ${hevcNalType(nal)}, ${nal.length} bytes`)
  }
  return new BitReader(rbspOf(nal, HEVC_HEADER_BYTES), 'H.265')
}

/** profile_tier_level(1, subLayers): the general part is kept, those of the sub-layers are passed over. */
function profileTierLevel(bits: BitReader, subLayers: number): HevcProfile {
  bits.u(2)
  const tier = bits.flag() ? 'high' : 'main'
  const profile = bits.u(5)
  bits.skip(32 + 48)
  const level = bits.u(8)
  const present = Array.from({length: subLayers}, () => [bits.flag(), bits.flag()] as const)
  if (subLayers > 0) bits.skip(2 * (8 - subLayers))
  for (const [hasProfile, hasLevel] of present) bits.skip((hasProfile ? 88 : 0) + (hasLevel ? 8 : 0))
  return {profile, tier, level}
}

function timing(bits: BitReader): {frameRate?: number} {
  if (!bits.flag()) return {}
  const tick = bits.u(32)
  const scale = bits.u(32)
  const frameRate = scale / tick
  return frameRate > 0 && frameRate <= MAX_FRAME_RATE ? {frameRate} : {}
}

function isSide(pixels: number): boolean {
  return pixels >= 1 && pixels <= MAX_SIDE
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'H.265', detail})
}
