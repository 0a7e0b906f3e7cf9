/** Parameter sets of our H.265 pictures: Main profile, blocks of 32 × 32, no tool that is not needed (ITU-T H.265 §7.3.2). */
import {nalFrom} from '../../../protocol/h264/nal.ts'
import {HEVC_NAL, hevcHeader} from '../../../protocol/h265/nal.ts'
import {BitWriter} from './bit-writer.ts'
import type {PictureSize} from './parameter-sets.ts'

/** Side of a coding block, pixels: the picture is made of whole ones, and its window cuts off what is over. */
const HEVC_BLOCK = 32
/** All pictures are made with this one: coarse, so that small levels are bright. */
export const HEVC_QUANTISER = 51
/** Bits of the picture order count. */
export const HEVC_ORDER_BITS = 8
/** Thirty times the level: 5.1 holds every size that we make. */
const LEVEL = 153

export function hevcBlocks({width, height}: PictureSize): {across: number; down: number} {
  return {across: Math.ceil(width / HEVC_BLOCK), down: Math.ceil(height / HEVC_BLOCK)}
}

/** VPS, SPS and PPS, in this order. */
export function hevcParameterSets(size: PictureSize, framesPerSecond: number): readonly Buffer[] {
  return [
    nalFrom(hevcHeader(HEVC_NAL.vps), videoSet(framesPerSecond)),
    nalFrom(hevcHeader(HEVC_NAL.sps), sequenceSet(size, framesPerSecond)),
    nalFrom(hevcHeader(HEVC_NAL.pps), pictureSet()),
  ]
}

function videoSet(framesPerSecond: number): Uint8Array {
  const bits = new BitWriter()
  bits.u(0, 4).u(3, 2).u(0, 6).u(0, 3).u(1, 1).u(0xffff, 16) // id, base layer, one layer, one sub-layer, nested
  profile(bits)
  bits.u(1, 1)
  pictureBuffer(bits)
  bits.u(0, 6).ue(0) // one layer set
  timing(bits, framesPerSecond)
  return bits.ue(0).u(0, 1).finish() // no reference decoder parameters, no extension
}

function sequenceSet(size: PictureSize, framesPerSecond: number): Uint8Array {
  const {across, down} = hevcBlocks(size)
  const bits = new BitWriter()
  bits.u(0, 4).u(0, 3).u(1, 1)
  profile(bits)
  bits.ue(0).ue(1) // id, 4:2:0
  bits.ue(across * HEVC_BLOCK).ue(down * HEVC_BLOCK)
  const right = (across * HEVC_BLOCK - size.width) / 2
  const bottom = (down * HEVC_BLOCK - size.height) / 2
  bits.u(1, 1).ue(0).ue(right).ue(0).ue(bottom) // conformance window
  bits
    .ue(0)
    .ue(0)
    .ue(HEVC_ORDER_BITS - 4) // eight bits a sample
  bits.u(1, 1)
  pictureBuffer(bits)
  bits.ue(2).ue(0) // coding blocks of 32 and nothing else
  bits.ue(2).ue(1) // transforms of 16 and 32
  bits.ue(0).ue(0) // never split
  bits.u(0, 4) // no scaling lists, asymmetric parts, offsets, PCM
  bits.ue(1).ue(1).ue(0).ue(0).u(1, 1) // one set of references: the picture before
  bits.u(0, 3) // no long-term references, no temporal motion vectors, no strong smoothing
  bits.u(1, 1).u(0, 8) // usability: no aspect, overscan, signal, chroma place, neutral chroma, fields, frame field, window
  timing(bits, framesPerSecond)
  bits.u(0, 1).u(0, 1) // no reference decoder parameters, no restriction
  return bits.u(0, 1).finish()
}

function pictureSet(): Uint8Array {
  const bits = new BitWriter()
  bits.ue(0).ue(0)
  bits.u(0, 1).u(0, 1).u(0, 3).u(0, 1).u(0, 1) // no dependent slices, output flag, extra bits, sign hiding, cabac choice
  bits.ue(0).ue(0)
  bits.se(HEVC_QUANTISER - 26)
  bits.u(0, 3) // no constrained intra, transform skip, quantiser changes
  bits.se(0).se(0)
  bits.u(0, 6) // no chroma offsets in slices, weights, lossless blocks, tiles, wavefronts
  bits.u(0, 1) // no filter across slices
  bits.u(1, 1).u(0, 1).u(1, 1) // deblocking off
  bits.u(0, 2).ue(0) // no scaling lists, no list changes, merge level
  return bits.u(0, 2).finish()
}

/** profile_tier_level: Main, main tier, progressive (§7.3.3). */
function profile(bits: BitWriter): void {
  bits.u(0, 3).u(1, 5).u(0x6000_0000, 32)
  bits.u(0b1001, 4).u(0, 32).u(0, 12)
  bits.u(LEVEL, 8)
}

/** Two pictures at a time, none out of order. */
function pictureBuffer(bits: BitWriter): void {
  bits.ue(1).ue(0).ue(0)
}

function timing(bits: BitWriter, framesPerSecond: number): void {
  bits.u(1, 1).u(1, 32).u(framesPerSecond, 32).u(0, 1)
}
