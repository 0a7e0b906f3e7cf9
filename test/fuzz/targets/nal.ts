/** Parameter sets of H.264 and H.265, spoiled by byte and by bit: a picture of a possible size, or the named error. */
import {nalFrom, rbspOf} from '../../../src/protocol/h264/nal.ts'
import {parseSps} from '../../../src/protocol/h264/sps.ts'
import {parseHevcPps, parseHevcSps, parseHevcVps} from '../../../src/protocol/h265/parameter-sets.ts'
import {BitWriter} from '../../../src/sim/camera/media/bit-writer.ts'
import {pictureGroup, type SimCodec} from '../../../src/sim/camera/media/group.ts'
import {type Dice, maybeSpoiled, mustBeFinite, noise, pick, REFUSED, valueOrRefusal} from '../hostile.ts'

const SIZES = [
  {width: 96, height: 64},
  {width: 640, height: 360},
  {width: 1_920, height: 1_080},
]
const HIGH = [100, 110, 122, 244, 44, 83, 86, 118, 128, 66]
const LONGEST_SIDE = 16_384

const setsOf = (codec: SimCodec) => SIZES.flatMap((size) => pictureGroup(size, codec).sets)
const H264 = setsOf('H264')
const H265 = setsOf('H265')

export function askH264(dice: Dice): string {
  const set = dice(2) === 0 ? maybeSpoiled(pick(H264, dice), dice) : invented(dice)
  sameBits(set, 1)
  return sizeOf(() => parseSps(set))
}

export function askH265(dice: Dice): string {
  const set =
    dice(4) > 0 ? maybeSpoiled(pick(H265, dice), dice) : Buffer.concat([Buffer.of(0x42, 1), noise(dice, dice(60))])
  sameBits(set, 2)
  for (const parse of [parseHevcVps, parseHevcPps]) valueOrRefusal(() => parse(set))
  return sizeOf(() => parseHevcSps(set))
}

function sizeOf(parse: () => {readonly width: number; readonly height: number}): string {
  const size = valueOrRefusal(parse)
  if (size === REFUSED) return 'refused'
  const {width, height} = size
  mustBeFinite({width, height})
  for (const side of [width, height])
    if (!Number.isInteger(side) || side < 1 || side > LONGEST_SIDE) throw new Error(`a side of ${side}`)
  return 'picture'
}

/** Emulation prevention, taken out and put in again. */
function sameBits(nal: Uint8Array, headerBytes: number): void {
  const bits = rbspOf(nal, headerBytes)
  const again = rbspOf(nalFrom([...nal.subarray(0, headerBytes)], bits), headerBytes)
  if (nal.length >= headerBytes && !Buffer.from(again).equals(Buffer.from(bits)))
    throw new Error('other bits after writing')
}

/** A sequence parameter set with numbers that a camera may write, and those that it should not. */
function invented(dice: Dice): Buffer {
  const bits = new BitWriter()
  const number = () => (dice(6) === 0 ? dice(2 ** 20) : dice(4))
  const profile = pick(HIGH, dice)
  bits.u(profile, 8).u(0, 8).u(dice(256), 8).ue(number())
  if (profile !== 66) {
    const chroma = dice(5)
    bits.ue(chroma)
    if (chroma === 3) bits.u(dice(2), 1)
    bits.ue(number()).ue(number()).u(dice(2), 1).u(dice(2), 1)
  }
  bits.ue(number()).ue(dice(4))
  for (let left = dice(12); left > 0; left--) bits.ue(number())
  bits.u(1, 1).ue(dice(200)).ue(dice(200)).u(dice(2), 1).u(1, 1)
  for (let left = dice(8); left > 0; left--) bits.ue(number())
  return nalFrom(0x67, bits.finish())
}
