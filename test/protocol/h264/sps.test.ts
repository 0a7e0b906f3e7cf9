import fc from 'fast-check'
import {expect, test} from 'vitest'
import {BitReader} from '../../../src/protocol/h264/bits.ts'
import {nalFrom, rbspOf} from '../../../src/protocol/h264/nal.ts'
import {MAX_SPS_BYTES, parseSps} from '../../../src/protocol/h264/sps.ts'
import {BitWriter} from '../../../src/sim/camera/media/bit-writer.ts'
import {valueOrRemoteError} from '../../support/codec.ts'

const hex = (text: string) => Buffer.from(text, 'hex')

// Made by libx264 (ffmpeg 5.1) for pictures of known size.
test.each([
  [
    'High, cropped',
    '67640028acd940780227e5c044000003000400000300c83c60c658',
    {profile: 100, level: 40, width: 1920, height: 1080},
  ],
  [
    'Baseline, cropped on both sides',
    '6742c01ed900a02fea6c0440000003004000000c83c58b92',
    {profile: 66, level: 30, width: 638, height: 358},
  ],
  [
    'interlaced',
    '67640028acd94078044fde0220000003002000000643e2c5b2c0',
    {profile: 100, level: 40, width: 1920, height: 1080},
  ],
  [
    'High 4:2:2, ten bit',
    '677a001fb6cd9405005beaf011000003000100000300320f183196',
    {profile: 122, level: 31, width: 1278, height: 718},
  ],
  [
    'High 4:4:4, odd size',
    '67f4001f919b280a00b7d49808800000030080000019078c18cb',
    {profile: 244, level: 31, width: 1279, height: 717},
  ],
  [
    'scaling lists',
    '6764001eacd940b0126c0440000003004000000c83c58b6580',
    {profile: 100, level: 30, width: 704, height: 576},
  ],
  ['Main', '674d400deca0b04b6022000003000200000300641e28532c', {profile: 77, level: 13, width: 352, height: 288}],
])('H.264 parameter set: %s', (_name, bytes, facts) => {
  expect(parseSps(hex(bytes))).toEqual(facts)
})

/** A Baseline parameter set of any size, with cropping in units of two pixels. */
function sps(across: number, down: number, crop: readonly number[] = []): Buffer {
  const bits = new BitWriter().u(66, 8).u(0, 8).u(30, 8).ue(0).ue(0).ue(2).ue(1).u(0, 1)
  bits
    .ue(across - 1)
    .ue(down - 1)
    .u(1, 1)
    .u(1, 1)
    .u(crop.length > 0 ? 1 : 0, 1)
  for (const side of crop) bits.ue(side)
  return nalFrom(0x67, bits.u(0, 1).finish())
}

test('H.264 parameter set: cropping on every side', () => {
  expect(parseSps(sps(10, 10, [1, 2, 3, 4]))).toMatchObject({width: 154, height: 146})
})

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a unit of another type', hex('68ce3880')],
  ['cut off', hex('67640028acd940')],
  ['a number of more than 32 bits', Buffer.concat([hex('67420028'), Buffer.alloc(20)])],
  ['a picture larger than any camera has', sps(2_000, 10)],
  ['cropped to nothing', sps(1, 1, [4, 4, 0, 0])],
  ['cropped below nothing', sps(1, 1, [4_000_000, 0, 0, 0])],
  ['longer than allowed', Buffer.concat([sps(10, 10), Buffer.alloc(MAX_SPS_BYTES)])],
])('H.264 parameter set: %s is refused', (_name, bytes) => {
  expect(() => parseSps(bytes)).toThrow('CW_PROTOCOL_REMOTE')
})

test('H.264 parameter set: whatever a camera sends, parsing ends with a size or CW_PROTOCOL_REMOTE', () => {
  fc.assert(
    fc.property(fc.constantFrom(66, 77, 100, 244), fc.uint8Array({maxLength: 80}), (profile, noise) => {
      valueOrRemoteError(() => parseSps(Buffer.from([0x67, profile, 0, 30, ...noise])))
    }),
  )
})

test('H.264 bits: numbers written are the numbers read', () => {
  const numbers = fc.array(
    fc.tuple(fc.constantFrom('u', 'ue', 'se'), fc.integer({min: 0, max: 0x7ffffffe}), fc.boolean()),
    {maxLength: 20},
  )
  fc.assert(
    fc.property(numbers, (list) => {
      const values = list.map(
        ([kind, size, negative]) =>
          [kind, kind === 'se' && negative ? 0 - (size >> 1) : size >> (kind === 'se' ? 1 : 0)] as const,
      )
      const bits = new BitWriter()
      for (const [kind, value] of values) kind === 'u' ? bits.u(value, 32) : bits[kind as 'ue' | 'se'](value)
      const reader = new BitReader(bits.finish())
      expect(values.map(([kind]) => (kind === 'u' ? reader.u(32) : reader[kind as 'ue' | 'se']()))).toEqual(
        values.map(([, value]) => value),
      )
    }),
  )
})

test('H.264 unit: emulation prevention goes in and comes out, and no start code is left inside', () => {
  const payload = fc
    .array(fc.constantFrom(0, 0, 0, 1, 2, 3, 4, 255), {maxLength: 60})
    .map((bytes) => Uint8Array.from([...bytes, 0x80]))
  fc.assert(
    fc.property(payload, (rbsp) => {
      const nal = nalFrom(0x67, rbsp)
      expect(Buffer.from(rbspOf(nal))).toEqual(Buffer.from(rbsp))
      expect(nal.toString('hex')).not.toMatch(/^(..)*00000[012]/)
    }),
  )
})
