/** What a decoder must know before the first picture: size, frame rate and the few tools our pictures use. */
import {nalFrom} from '../../../protocol/h264/nal.ts'
import {BitWriter} from './bit-writer.ts'

export interface PictureSize {
  /** Even numbers of pixels, 16–4096. */
  readonly width: number
  readonly height: number
}

/** Bits of frame_num. */
export const FRAME_NUM_BITS = 8
/** All pictures are made with this one: coarse, so that small levels are bright. */
const QUANTISER = 50
const BASELINE = 66
const CONSTRAINT_SETS_0_AND_1 = 0xc0

/** Level × 10 with the largest picture and the most macroblocks a second that it allows (ITU-T H.264 table A-1). */
const LEVELS = [
  [10, 99, 1_485],
  [20, 396, 11_880],
  [30, 1_620, 40_500],
  [31, 3_600, 108_000],
  [40, 8_192, 245_760],
  [50, 22_080, 589_824],
  [51, 36_864, 983_040],
] as const

/** Size in macroblocks of 16 × 16 pixels. */
export function macroblocks({width, height}: PictureSize): {across: number; down: number} {
  return {across: Math.ceil(width / 16), down: Math.ceil(height / 16)}
}

/** Sequence parameter set: Baseline, output order is decoding order, one reference frame, `framesPerSecond` fixed. */
export function sequenceParameterSet(size: PictureSize, framesPerSecond: number): Buffer {
  const {across, down} = macroblocks(size)
  const count = across * down
  const [level] = LEVELS.find(([, most, rate]) => count <= most && count * framesPerSecond <= rate) ?? [52]
  const bits = new BitWriter()
  bits.u(BASELINE, 8).u(CONSTRAINT_SETS_0_AND_1, 8).u(level, 8)
  bits.ue(0) // seq_parameter_set_id
  bits.ue(FRAME_NUM_BITS - 4)
  bits.ue(2) // pic_order_cnt_type: output order is decoding order
  bits.ue(1).u(0, 1) // one reference frame, no gaps in frame_num
  bits.ue(across - 1).ue(down - 1)
  bits.u(1, 1).u(1, 1) // frames only, direct_8x8_inference
  const right = (across * 16 - size.width) / 2
  const bottom = (down * 16 - size.height) / 2
  bits.u(right + bottom > 0 ? 1 : 0, 1)
  if (right + bottom > 0) bits.ue(0).ue(right).ue(0).ue(bottom)
  bits.u(1, 1)
  usability(bits, framesPerSecond)
  return nalFrom(0x67, bits.finish())
}

/** Picture parameter set: CAVLC, one slice group, no weighting, deblocking under the slice's control. */
export function pictureParameterSet(): Buffer {
  const bits = new BitWriter()
  bits.ue(0).ue(0) // own id, id of the sequence parameter set
  bits.u(0, 1).u(0, 1) // CAVLC; no field order fields
  bits.ue(0).ue(0).ue(0) // one slice group, one reference each way
  bits.u(0, 1).u(0, 2) // no weighted prediction
  bits
    .se(QUANTISER - 26)
    .se(0)
    .se(0)
  bits.u(1, 1).u(0, 1).u(0, 1) // deblocking control; intra prediction from all; no redundant pictures
  return nalFrom(0x68, bits.finish())
}

/** VUI (ITU-T H.264 §E.1.1): the frame rate, and that no picture waits for a later one. */
function usability(bits: BitWriter, framesPerSecond: number): void {
  bits.u(0, 1).u(0, 1).u(0, 1).u(0, 1) // no aspect, overscan, signal type, chroma position
  bits
    .u(1, 1)
    .u(1, 32)
    .u(2 * framesPerSecond, 32)
    .u(1, 1)
  bits.u(0, 1).u(0, 1).u(0, 1) // no reference decoder parameters, no picture structure
  bits.u(1, 1) // bitstream restriction
  bits.u(1, 1).ue(0).ue(0).ue(16).ue(16) // motion vectors, no size limits
  bits.ue(0).ue(1) // no reordering, one frame buffered
}
