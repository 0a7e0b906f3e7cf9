import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {nalFrom} from '../../../src/protocol/h264/nal.ts'
import {HEVC_NAL, hevcHeader, hevcNalType, isHevcKeyFrame, isHevcParameterSet} from '../../../src/protocol/h265/nal.ts'
import {
  MAX_HEVC_SET_BYTES,
  parseHevcPps,
  parseHevcSps,
  parseHevcVps,
} from '../../../src/protocol/h265/parameter-sets.ts'
import {BitWriter} from '../../../src/sim/camera/media/bit-writer.ts'
import {hevcParameterSets} from '../../../src/sim/camera/media/hevc-sets.ts'
import {valueOrRemoteError} from '../../support/codec.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

// Made by libx265 (ffmpeg 5.1) for pictures of known size at 25 a second: VPS, SPS.
const CASES = [
  [
    'Main, cropped',
    '40010c01ffff016000000300900000030000030078959809',
    '420101016000000300900000030000030078a003c08010e596566924caf0168080000003008000000c84',
    {profile: 1, tier: 'main', level: 120, width: 1920, height: 1080},
  ],
  [
    'Main, cropped on both sides',
    '40010c01ffff01600000030090000003000003003f959809',
    '42010101600000030090000003000003003fa005020169d565959a4932bc05a02000000300200000030321',
    {profile: 1, tier: 'main', level: 63, width: 638, height: 358},
  ],
  [
    'Main 10',
    '40010c01ffff02200000030090000003000003005a959809',
    '42010102200000030090000003000003005aa0058200904d96566924caf0168080000003008000000c84',
    {profile: 2, tier: 'main', level: 90, width: 704, height: 576},
  ],
  [
    'Range Extensions 4:2:2, ten bit',
    '40010c01ffff0408000003009d0800000300005d959809',
    '4201010408000003009d0800000300005db00280802d1d5b65959a4932bc05a02000000300200000030321',
    {profile: 4, tier: 'main', level: 93, width: 1278, height: 718},
  ],
  [
    'Range Extensions 4:4:4, odd size',
    '40010c01ffff0408000003009e0800000300005d959809',
    '4201010408000003009e0800000300005d9000501005a3a932cacd24995e02d0100000030010000003019080',
    {profile: 4, tier: 'main', level: 93, width: 1279, height: 717},
  ],
  [
    'without colour',
    '40010c01ffff0408000003009fc800000300003c959809',
    '4201010408000003009fc800000300003cc02c2012165959a4932bc05b020000030002000003003210',
    {profile: 4, tier: 'main', level: 60, width: 352, height: 288},
  ],
] as const

test.each(CASES)('H.265 parameter sets: %s', (_name, vps, sps, facts) => {
  const {width: _w, height: _h, ...profile} = facts
  expect(parseHevcSps(hex(sps))).toEqual({id: 0, ...facts})
  expect(parseHevcVps(hex(vps))).toEqual({id: 0, ...profile})
})

test.each([
  ['4401c172b46240', {id: 0, spsId: 0}],
  ['4401c172860c4624', {id: 0, spsId: 0}],
])('H.265 picture parameter set %s', (bytes, facts) => {
  expect(parseHevcPps(hex(bytes))).toEqual(facts)
})

test('H.265 parameter sets: the pace that the video parameter set says', () => {
  const [vps, sps] = hevcParameterSets({width: 640, height: 358}, 12)
  expect(parseHevcVps(vps!)).toMatchObject({frameRate: 12})
  expect(parseHevcSps(sps!)).toMatchObject({width: 640, height: 358})
})

/** A sequence parameter set with sub-layers, up to its size. */
function sps(subLayers: number, width: number, height: number, crop: readonly number[] = []): Buffer {
  const bits = new BitWriter().u(0, 4).u(subLayers, 3).u(1, 1)
  bits.u(0, 2).u(1, 1).u(1, 5).u(0, 32).u(0, 32).u(0, 16).u(93, 8)
  for (let layer = 0; layer < subLayers; layer++) bits.u(3, 2)
  if (subLayers > 0) bits.u(0, 2 * (8 - subLayers))
  for (let layer = 0; layer < subLayers; layer++) bits.u(0, 32).u(0, 32).u(0, 24).u(90, 8)
  bits.ue(0).ue(1).ue(width).ue(height)
  bits.u(crop.length > 0 ? 1 : 0, 1)
  for (const side of crop) bits.ue(side)
  return nalFrom(hevcHeader(HEVC_NAL.sps), bits.finish())
}

test.each([0, 1, 6])('H.265 parameter sets: %i sub-layers are passed over', (subLayers) => {
  expect(parseHevcSps(sps(subLayers, 640, 368, [0, 0, 0, 4]))).toEqual({
    ...{id: 0, profile: 1, tier: 'high', level: 93, width: 640, height: 360},
  })
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a unit of another type', hex('4401c172b46240')],
  ['cut off', hex('420101016000000300900000030000030078a003')],
  ['a picture larger than any camera has', sps(0, 20_000, 100)],
  ['cropped to nothing', sps(0, 16, 16, [4, 4, 0, 0])],
  ['cropped below nothing', sps(0, 16, 16, [4_000_000, 0, 0, 0])],
  ['longer than allowed', Buffer.concat([sps(0, 640, 360), Buffer.alloc(MAX_HEVC_SET_BYTES)])],
])('H.265 parameter sets: %s is refused', (_name, bytes) => {
  expect(() => parseHevcSps(bytes)).toThrow(/CW_PROTOCOL_REMOTE.*H\.265/)
})

test('H.265 units: type 19 begins decoding, types 32–34 are parameter sets', () => {
  const of = (keep: (nal: Uint8Array) => boolean) =>
    Array.from({length: 64}, (_, type) => type).filter((type) => keep(Buffer.from(hevcHeader(type))))
  expect(of(isHevcKeyFrame)).toEqual([16, 17, 18, 19, 20, 21, 22, 23])
  expect(of(isHevcParameterSet)).toEqual([32, 33, 34])
  expect(hevcNalType(hex('2801'))).toBe(20)
})

describe('H.265 parameter sets: whatever a camera sends, parsing ends with facts or CW_PROTOCOL_REMOTE', () => {
  test.each([
    ['VPS', HEVC_NAL.vps, parseHevcVps, CASES[0][1]],
    ['SPS', HEVC_NAL.sps, parseHevcSps, CASES[0][2]],
    ['PPS', HEVC_NAL.pps, parseHevcPps, '4401c172b46240'],
  ] as const)('%s', (_name, type, parse, good) => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 80}), fc.nat({max: 40}), fc.nat({max: 255}), (noise, at, flip) => {
        valueOrRemoteError(() => parse(Buffer.from([...hevcHeader(type), ...noise])))
        const bent = hex(good)
        if (at > 1 && at < bent.length) bent[at] = (bent[at] ?? 0) ^ flip
        valueOrRemoteError(() => parse(bent))
      }),
    )
  })
})
