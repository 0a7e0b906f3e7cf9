/**
 * H.265 NAL units: what each one is (ITU-T H.265 §7.3.1.2, table 7-1).
 *
 *   forbidden(1) type(6) layer(6) temporal_id_plus1(3) · payload
 */

/** nal_unit_type values that matter here. */
export const HEVC_NAL = {trail: 1, idr: 19, vps: 32, sps: 33, pps: 34} as const

export const HEVC_HEADER_BYTES = 2

export function hevcNalType([first = 0]: Uint8Array): number {
  return (first >> 1) & 0x3f
}

/** True for the pictures at which decoding can begin (IRAP: types 16–23). */
export function isHevcKeyFrame(nal: Uint8Array): boolean {
  const type = hevcNalType(nal)
  return type >= 16 && type <= 23
}

export function isHevcParameterSet(nal: Uint8Array): boolean {
  const type = hevcNalType(nal)
  return type >= HEVC_NAL.vps && type <= HEVC_NAL.pps
}

/** The two header bytes of a unit of the base layer. */
export function hevcHeader(type: number): readonly [number, number] {
  return [(type & 0x3f) << 1, 1]
}
