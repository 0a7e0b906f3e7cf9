import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {KeyFrameWatch} from '../../../src/camera/rtsp/key-frame.ts'
import type {VideoTrack} from '../../../src/camera/rtsp/video-track.ts'
import {buildRtp} from '../../../src/protocol/rtp/packet.ts'
import {pictureGroup} from '../../../src/sim/camera/media/group.ts'

const group = pictureGroup({width: 1920, height: 1080})
const H264: VideoTrack = {codec: 'H264', payloadType: 96, parameterSets: []}
const START = 1_000

interface Planned {
  readonly payload: Uint8Array
  readonly timestamp: number
  readonly marker: boolean
  readonly sequence: number
}

/** The packets of some pictures of the group, in order. */
function packets(...pictures: number[]): Planned[] {
  const list = pictures.flatMap((picture, index) => {
    const payloads = group.payloads[picture] ?? []
    return payloads.map((payload, at) => ({payload, timestamp: index * 3_600, marker: at === payloads.length - 1}))
  })
  return list.map((packet, index) => ({...packet, sequence: (65_530 + index) & 0xffff}))
}

function watch(list: readonly Planned[], track = H264): KeyFrameWatch {
  const seen = new KeyFrameWatch(track, START)
  for (const [index, packet] of list.entries()) {
    seen.receive(buildRtp({payloadType: 96, ssrc: 1, ...packet}), START + 10 * (index + 1))
  }
  return seen
}

const all = packets(0)
const without = (list: readonly Planned[], ...indices: number[]) => list.filter((_, index) => !indices.includes(index))

/** A key frame of two slices, the first of which was lost: the other does not begin with block 0. */
function cutInSlices(): Planned[] {
  const [sps, pps] = all
  return [sps!, pps!, {...all[2]!, payload: Buffer.of(0x65, 0x40, 0x80), marker: true}]
}

describe('key frame', () => {
  test('a whole one is found with its size and times', () => {
    expect(watch(all).found('tcp', 0).facts).toEqual({
      codec: 'H264',
      width: 1920,
      height: 1080,
      transport: 'tcp',
      firstPacketMs: 10,
      firstKeyFrameMs: 10 * all.length,
      packets: all.length,
      lost: 0,
    })
  })

  test.each<[string, readonly Planned[], boolean]>([
    ['later pictures alone', packets(1, 2, 3), false],
    ['later pictures, then a key frame', packets(3, 4, 0), true],
    ['its first fragment missing', without(packets(0, 1), 2), false],
    ['a fragment in its middle missing', without(packets(0, 1), 4), false],
    ['its last fragment missing', without(packets(0, 1), all.length - 1), false],
    ['its first slice missing', cutInSlices(), false],
    ['without marker, ended by the next picture', packets(0, 1).map((one) => ({...one, marker: false})), true],
    ['a fragment missing, whole the next time', without(packets(0, 1, 0), 4), true],
    ['a doubled packet', [...all.slice(0, 2), ...all.slice(1)], true],
  ])('%s', (_name, list, found) => {
    expect(watch(list).done).toBe(found)
  })

  test('parameter sets from the description are enough', () => {
    const parameterSets = group.sets
    const seen = watch(without(all, 0, 1), {...H264, parameterSets})
    expect(seen.found('udp', 0).facts).toMatchObject({width: 1920, height: 1080})
    expect(seen.found('udp', 10_000).annexB?.toString('hex')).toMatch(/^0000000167.*0000000168.*0000000165/)
  })

  test('parameter sets in the stream count more than those of the description', () => {
    const other = pictureGroup({width: 320, height: 180})
    const seen = watch(all, {...H264, parameterSets: other.sets})
    expect(seen.found('tcp', 0).facts).toMatchObject({width: 1920, height: 1080})
  })

  test.each([
    ['without any parameter set', [], 'key frame without a sequence parameter set'],
    ['with a parameter set of garbage', [Buffer.from('67ffffff', 'hex')], 'unreadable parameter set'],
  ])('%s is a mismatch', (_name, parameterSets, detail) => {
    const seen = watch(without(all, 0, 1), {...H264, parameterSets})
    expect(() => seen.found('tcp', 0)).toThrow(detail)
  })

  test('H.265 is told by the type of its units, without a size', () => {
    const unit = (type: number) => Buffer.of(type << 1, 1, 0x80, 0)
    const list = [1, 19].map((type, index) => ({payload: unit(type), timestamp: index, marker: true, sequence: index}))
    expect(watch(list.slice(0, 1), {...H264, codec: 'H265'}).done).toBe(false)
    expect(watch(list, {...H264, codec: 'H265'}).found('tcp', 0).facts).toEqual({
      ...{codec: 'H265', transport: 'tcp', packets: 2, lost: 0},
      ...{firstPacketMs: 10, firstKeyFrameMs: 20},
    })
  })

  test('of JPEG the first packet is enough', () => {
    expect(watch(all, {...H264, codec: 'JPEG'}).found('tcp', 100)).toEqual({
      facts: {codec: 'JPEG', transport: 'tcp', firstPacketMs: 10, packets: 1, lost: 0},
    })
  })

  test('packets of another format are counted and passed over', () => {
    const seen = watch(all, {...H264, payloadType: 97})
    expect([seen.done, seen.packets, seen.foreign]).toEqual([false, 0, all.length])
  })

  test('whatever comes before it, a whole key frame is found', () => {
    const noise = fc.array(fc.tuple(fc.integer({min: 0, max: 0xffff}), fc.uint8Array({maxLength: 30}), fc.boolean()), {
      maxLength: 10,
    })
    fc.assert(
      fc.property(noise, (list) => {
        const before = list.map(([sequence, payload, marker]) => ({sequence, payload, marker, timestamp: 99}))
        const seen = new KeyFrameWatch(H264, START)
        for (const packet of before) seen.receive(buildRtp({payloadType: 96, ssrc: 1, ...packet}), START)
        const again = [...packets(1, 0, 1)]
        for (const packet of again) seen.receive(buildRtp({payloadType: 96, ssrc: 2, ...packet}), START)
        expect(seen.done).toBe(true)
      }),
    )
  })
})
