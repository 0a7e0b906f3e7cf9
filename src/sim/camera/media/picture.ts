/**
 * Pictures of a test card in a few bits a block: grey bars, and a bright block that walks through the middle of them.
 *
 * Every block is intra 16 × 16 with at most one level, the mean brightness (ITU-T H.264 §7.3.5, §9.2). The first row of bars
 * is made by levels; each row below copies the one above it. A later picture repeats the one before but for two blocks: the
 * walker is drawn by a level on top of the block above, and its last place is mended by copying the block above.
 */
import {nalFrom} from '../../../protocol/h264/nal.ts'
import {BitWriter} from './bit-writer.ts'
import {FRAME_NUM_BITS, macroblocks, type PictureSize} from './parameter-sets.ts'

const HEADER = {idr: 0x65, slice: 0x41} as const
const SLICE_TYPE = {p: 5, i: 7} as const
/** Intra 16 × 16 mb_type in an I slice without coded coefficients but the means: 1 + prediction mode. */
const FROM_ABOVE = 1
const FROM_MEAN = 3
/** What is added to the mb_type of an intra block in a P slice. */
const INTRA_IN_P = 5
/** One level is about 13 of 255 steps of grey. Bars go up and down so that the range is never left. */
const BARS = [-5, 3, 3, 3, -2, -2, 5, -6] as const
const WALKER_LEVEL = 6

/** A key frame: the bars. */
export function keyFrame(size: PictureSize): Buffer {
  const {across, down} = macroblocks(size)
  const bits = sliceHeader(SLICE_TYPE.i, 0, true)
  for (let column = 0; column < across; column++) intraBlock(bits, FROM_MEAN, barLevel(column, across))
  for (let block = across; block < across * down; block++) intraBlock(bits, FROM_ABOVE, 0)
  return nalFrom(HEADER.idr, bits.finish())
}

/** The picture `index` (1, 2 …) after a key frame, of `length` in the group: all as before, the walker one step on. */
export function laterFrame(size: PictureSize, index: number, length: number): Buffer {
  const {across, down} = macroblocks(size)
  const middle = Math.floor(down / 2) * across
  const place = (step: number) => middle + Math.floor((step * across) / length)
  const bits = sliceHeader(SLICE_TYPE.p, index, false)
  let next = 0
  const draw = (block: number, level: number) => {
    bits.ue(block - next)
    intraBlock(bits, INTRA_IN_P + FROM_ABOVE, level)
    next = block + 1
  }
  // A picture one block high has nothing above to copy: it stays as it is.
  if (down > 1) {
    if (index > 1 && place(index - 1) < place(index)) draw(place(index - 1), 0)
    draw(place(index), WALKER_LEVEL)
  }
  if (next < across * down) bits.ue(across * down - next)
  return nalFrom(HEADER.slice, bits.finish())
}

function sliceHeader(type: number, frameNum: number, idr: boolean): BitWriter {
  const bits = new BitWriter()
  bits.ue(0).ue(type).ue(0) // first block, type, picture parameter set
  bits.u(frameNum, FRAME_NUM_BITS)
  if (idr)
    bits.ue(0).u(0, 2) // idr_pic_id; output all, keep short term
  else bits.u(0, 1).u(0, 1).u(0, 1) // one reference as in the parameter set, in order; sliding window
  bits.se(0) // quantiser as in the parameter set
  return bits.ue(1) // no deblocking
}

function intraBlock(bits: BitWriter, type: number, level: number): void {
  bits.ue(type)
  bits.ue(0) // chroma from the mean
  bits.se(0) // same quantiser
  mean(bits, level)
}

/** The one coefficient, −8 … 8, of a block whose neighbours have none beyond their means (CAVLC, nC = 0). */
function mean(bits: BitWriter, level: number): void {
  if (level === 0) {
    bits.u(1, 1)
    return
  }
  const size = Math.abs(level)
  const sign = level < 0 ? 1 : 0
  if (size === 1) bits.u(0b01, 2).u(sign, 1)
  else
    bits
      .u(0b000101, 6)
      .u(0, 2 * size - 4 + sign)
      .u(1, 1)
  bits.u(1, 1) // no zeros before it
}

/** The step of brightness at this column: the bar's where a bar begins, none elsewhere. */
function barLevel(column: number, across: number): number {
  const bar = (at: number) => Math.floor((at * BARS.length) / across)
  return column > 0 && bar(column) === bar(column - 1) ? 0 : (BARS[bar(column)] ?? 0)
}
