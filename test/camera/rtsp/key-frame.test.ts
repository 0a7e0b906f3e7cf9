import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {KeyFrameWatch} from '../../../src/camera/rtsp/key-frame.ts'
import type {VideoTrack} from '../../../src/camera/rtsp/tracks.ts'
import {buildRtp} from '../../../src/protocol/rtp/packet.ts'
import {type PictureGroup, pictureGroup} from '../../../src/sim/camera/media/group.ts'
import {isInstalled, runTool} from '../../support/media-tool.ts'

const SIZE = {width: 1920, height: 1080}
const group = pictureGroup(SIZE)
const H264: VideoTrack = {codec: 'H264', payloadType: 96, clockRate: 90_000, parameterSets: []}
const START = 1_000

interface Planned {
  readonly payload: Uint8Array
  readonly timestamp: number
  readonly marker: boolean
  readonly sequence: number
}

/** The packets of some pictures of the group, in order. */
function packets(...pictures: number[]): Planned[] {
  return packetsOf(group, ...pictures)
}

function packetsOf(group: PictureGroup, ...pictures: number[]): Planned[] {
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
      profile: 'Baseline',
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
    expect(seen.found('udp', 10_000).picture?.toString('hex')).toMatch(/^0000000167.*0000000168.*0000000165/)
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

  test('of MPEG-4 the first packet is enough, and nothing is measured', () => {
    const seen = watch(all, {...H264, codec: 'MP4V-ES'})
    expect(seen.found('tcp', 100)).toEqual({
      facts: {codec: 'MP4V-ES', transport: 'tcp', firstPacketMs: 10, packets: all.length, lost: 0},
    })
    expect(seen.measured(START + 1_000)).toBeUndefined()
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

describe.each(['H264', 'H265', 'JPEG'] as const)('a stream of %s', (codec) => {
  const made = pictureGroup({width: 640, height: 368}, codec)
  const track = {...H264, codec}
  const two = packetsOf(made, ...Array.from({length: 51}, (_, index) => index % 25))
  /** Each packet comes when its time stamp says. */
  const measured = (list: readonly Planned[]) => {
    const seen = new KeyFrameWatch(track, START)
    for (const packet of list) {
      seen.receive(buildRtp({payloadType: 96, ssrc: 1, ...packet}), START + packet.timestamp / 90)
    }
    return seen
  }

  test('is measured: size, pace, key frames, bits', () => {
    const seen = measured(two)
    expect(seen.found('tcp', 0).facts).toMatchObject({codec, width: 640, height: 368, firstKeyFrameMs: 0, lost: 0})
    const bytes = two
      .filter(({timestamp}) => timestamp < 50 * 3_600)
      .reduce((sum, {payload}) => sum + payload.length, 0)
    expect(seen.measured(START + 2_000)).toEqual({
      ...{forMs: 2_000, pictures: 51, damaged: 0, frameRate: 25, bitRate: bytes * 4, longestGapMs: 40},
      ...(codec === 'JPEG'
        ? {keyFrameIntervalMs: 40, keyFrameIntervalPictures: 1}
        : {keyFrameIntervalMs: 1_000, keyFrameIntervalPictures: 25}),
      ...{jitterMs: 0, reordered: 0, duplicates: 0},
    })
  })

  test('packets that overtake each other damage no picture', () => {
    const swapped = two.flatMap((packet, index) =>
      index % 10 === 8 && two[index + 1] ? [two[index + 1]!, packet] : index % 10 === 9 ? [] : [packet],
    )
    const numbers = measured(swapped).measured(START + 2_000)!
    expect([swapped.length, numbers.reordered, numbers.damaged]).toEqual([two.length, Math.floor(two.length / 10), 0])
    expect(numbers.frameRate).toBe(25)
  })

  test('a packet in ten missing is counted, and pictures without theirs are damaged', () => {
    const some = two.filter((_, index) => index % 10 !== 4)
    const seen = measured(some)
    expect(seen.found('udp', 0).facts.lost).toBe(two.length - some.length)
    if (codec === 'JPEG') expect(seen.measured(START)!.damaged).toBeGreaterThan(10)
  })

  test('packets that come twice are counted and change nothing', () => {
    const {duplicates, ...numbers} = measured(two.flatMap((packet) => [packet, packet])).measured(START + 2_000)!
    expect(duplicates).toBe(two.length)
    expect({...numbers, duplicates: 0}).toEqual(measured(two).measured(START + 2_000))
  })

  test('another picture begins where the numbers jump', () => {
    const seen = measured(two)
    const more = packetsOf(made, 0, 1).map((one) => ({
      ...one,
      timestamp: one.timestamp + 51 * 3_600,
      sequence: one.sequence + 9_000,
    }))
    for (const one of more) seen.receive(buildRtp({payloadType: 96, ssrc: 7, ...one}), START + one.timestamp / 90)
    expect(seen.measured(START + 2_120)).toMatchObject({pictures: 53, damaged: 0, frameRate: 25})
  })

  test.skipIf(!isInstalled('ffprobe'))('keeps a first picture that ffprobe reads', async () => {
    const kept = measured(two).found('tcp', 1_000_000).picture
    const format = {H264: 'h264', H265: 'hevc', JPEG: 'mjpeg'}[codec]
    const args = ['-v', 'error', '-f', format, '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0']
    expect(await runTool('ffprobe', [...args, '-i', 'pipe:0'], kept)).toEqual({stdout: `${format},640,368`, stderr: ''})
  })
})
