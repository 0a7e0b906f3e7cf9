/**
 * The test card in H.265: grey bars and a bright block that walks through the middle of them, as in media/picture.ts.
 *
 * Every block of 32 × 32 is intra with at most one level, the mean brightness. The first row goes on from its left neighbour
 * (DC), each row below copies the one above it (vertical). A later picture repeats the one before (skipped blocks) but for
 * the walker and its last place (ITU-T H.265 §7.3; contexts: §9.3).
 */
import {nalFrom} from '../../../protocol/h264/nal.ts'
import {HEVC_NAL, hevcHeader} from '../../../protocol/h265/nal.ts'
import {BitWriter} from './bit-writer.ts'
import {CabacWriter, type Context, contextOf} from './cabac.ts'
import {HEVC_ORDER_BITS, HEVC_QUANTISER, hevcBlocks} from './hevc-sets.ts'
import type {PictureSize} from './parameter-sets.ts'

const MODE = {dc: 1, vertical: 26} as const
type Mode = (typeof MODE)[keyof typeof MODE]
/** One level is about 7 of 255 steps of grey. */
const BARS = [-6, 5, 5, 5, -4, -4, 6, -6] as const
const WALKER_LEVEL = 6

/** Initial values of the decisions that we make: in a key frame, and in a later picture. */
const INIT = {
  skip: [197, 197],
  skipBesideOne: [185, 185],
  skipBesideTwo: [201, 201],
  inter: [149, 149],
  wholeBlock: [184, 154],
  probableMode: [184, 154],
  chromaAsLuma: [63, 152],
  chromaCoded: [94, 149],
  lumaCoded: [141, 111],
  lastAcross: [111, 110],
  lastDown: [111, 110],
  aboveOne: [92, 196],
  aboveTwo: [138, 107],
} as const
type Contexts = Record<keyof typeof INIT, Context>

/** A key frame: the bars. */
export function hevcKeyFrame(size: PictureSize): Buffer {
  const {across, down} = hevcBlocks(size)
  const blocks = new BlockWriter(0)
  for (let at = 0; at < across * down; at++) {
    const column = at % across
    if (at < across) blocks.intra(MODE.dc, column === 0 ? undefined : MODE.dc, barLevel(column, across))
    else blocks.intra(MODE.vertical, column === 0 ? undefined : MODE.vertical, 0)
    blocks.end(at === across * down - 1)
  }
  return sliceOf(HEVC_NAL.idr, sliceHeader(0), blocks)
}

/** The picture `index` (1, 2 …) after a key frame, of `length` in the group: all as before, the walker one step on. */
export function hevcLaterFrame(size: PictureSize, index: number, length: number): Buffer {
  const {across, down} = hevcBlocks(size)
  const middle = Math.floor(down / 2) * across
  const place = (step: number) => middle + Math.floor((step * across) / length)
  const drawn = new Map<number, number>()
  // A picture one block high has nothing above to copy: it stays as it is.
  if (down > 1) {
    if (index > 1) drawn.set(place(index - 1), 0)
    drawn.set(place(index), WALKER_LEVEL)
  }
  const blocks = new BlockWriter(1)
  for (let at = 0; at < across * down; at++) {
    const {skipped, left} = besides(at, across, drawn)
    const level = drawn.get(at)
    if (level === undefined) blocks.skip(skipped)
    else {
      blocks.notSkipped(skipped)
      blocks.intra(MODE.vertical, left, level)
    }
    blocks.end(at === across * down - 1)
  }
  return sliceOf(HEVC_NAL.trail, sliceHeader(index), blocks)
}

/** Of the blocks to the left of `at` and above it: how many are skipped; and how the left one is predicted if it is intra. */
function besides(at: number, across: number, drawn: ReadonlyMap<number, number>): {skipped: number; left?: Mode} {
  const beside = [...(at % across > 0 ? [at - 1] : []), ...(at >= across ? [at - across] : [])]
  const isLeftDrawn = at % across > 0 && drawn.has(at - 1)
  return {
    skipped: beside.filter((block) => !drawn.has(block)).length,
    ...(isLeftDrawn ? {left: MODE.vertical} : {}),
  }
}

class BlockWriter {
  readonly #cabac = new CabacWriter()
  readonly #contexts: Contexts

  /** `type`: 0 in a key frame, 1 in a later picture. */
  constructor(type: 0 | 1) {
    const entries = Object.entries(INIT).map(([name, values]) => [name, contextOf(values[type], HEVC_QUANTISER)])
    this.#contexts = Object.fromEntries(entries) as Contexts
  }

  skip(skippedBeside: number): void {
    this.#cabac.decide(this.#skipContext(skippedBeside), 1)
  }

  notSkipped(skippedBeside: number): void {
    this.#cabac.decide(this.#skipContext(skippedBeside), 0)
    this.#cabac.decide(this.#contexts.inter, 1)
  }

  /** `left`: how the block to the left is predicted; undefined when it is not intra, or there is none. */
  intra(mode: Mode, left: Mode | undefined, level: number): void {
    const cabac = this.#cabac
    const {wholeBlock, probableMode, chromaAsLuma, chromaCoded, lumaCoded} = this.#contexts
    cabac.decide(wholeBlock, 1)
    cabac.decide(probableMode, 1)
    const place = probableModes(left).indexOf(mode)
    cabac.even(place > 0 ? 1 : 0)
    if (place > 0) cabac.even(place > 1 ? 1 : 0)
    cabac.decide(chromaAsLuma, 0)
    cabac.decide(chromaCoded, 0)
    cabac.decide(chromaCoded, 0)
    cabac.decide(lumaCoded, level === 0 ? 0 : 1)
    if (level !== 0) this.#mean(level)
  }

  end(isLast: boolean): void {
    this.#cabac.terminate(isLast)
  }

  finish(): Uint8Array {
    return this.#cabac.finish()
  }

  /** The one coefficient, −6 … 6, at place 0, 0. */
  #mean(level: number): void {
    const cabac = this.#cabac
    const {lastAcross, lastDown, aboveOne, aboveTwo} = this.#contexts
    const size = Math.abs(level)
    cabac.decide(lastAcross, 0)
    cabac.decide(lastDown, 0)
    cabac.decide(aboveOne, size > 1 ? 1 : 0)
    if (size > 1) cabac.decide(aboveTwo, size > 2 ? 1 : 0)
    cabac.even(level < 0 ? 1 : 0)
    if (size < 3) return
    for (let rest = size - 3; rest > 0; rest--) cabac.even(1)
    cabac.even(0)
  }

  #skipContext(skippedBeside: number): Context {
    const {skip, skipBesideOne, skipBesideTwo} = this.#contexts
    return skippedBeside === 0 ? skip : skippedBeside === 1 ? skipBesideOne : skipBesideTwo
  }
}

/** The three modes that are most likely; the block above is of another row of blocks and always counts as DC. */
function probableModes(left: Mode | undefined): readonly number[] {
  return left === MODE.vertical ? [MODE.vertical, MODE.dc, 0] : [0, MODE.dc, MODE.vertical]
}

/** `order` 0: a key frame; otherwise how many pictures after one. */
function sliceHeader(order: number): Uint8Array {
  const bits = new BitWriter()
  bits.u(1, 1) // first slice of the picture
  if (order === 0) bits.u(0, 1) // earlier pictures are shown
  bits.ue(0)
  bits.ue(order === 0 ? 2 : 1) // I or P
  if (order > 0) bits.u(order, HEVC_ORDER_BITS).u(1, 1) // references as in the sequence parameter set
  if (order > 0) bits.u(0, 1).ue(4) // one reference, one merge candidate
  bits.se(0)
  return bits.finish() // the alignment of the slice header is the same as a stop bit
}

function sliceOf(type: number, header: Uint8Array, blocks: BlockWriter): Buffer {
  return nalFrom(hevcHeader(type), Buffer.concat([header, blocks.finish()]))
}

/** The step of brightness at this column: the bar's where a bar begins, none elsewhere. */
function barLevel(column: number, across: number): number {
  const bar = (at: number) => Math.floor((at * BARS.length) / across)
  return column > 0 && bar(column) === bar(column - 1) ? 0 : (BARS[bar(column)] ?? 0)
}
