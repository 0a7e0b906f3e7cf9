import {describe, expect, test} from 'vitest'
import {annexB} from '../../../../src/protocol/h264/nal.ts'
import {parseSps} from '../../../../src/protocol/h264/sps.ts'
import {NalAssembler} from '../../../../src/protocol/rtp/nal-payload.ts'
import {GROUP_LENGTH, pictureGroup, pictureGroups} from '../../../../src/sim/camera/media/group.ts'
import {isInstalled, runTool, runToolForBytes} from '../../../support/media-tool.ts'

const SIZES = [
  {width: 1920, height: 1080},
  {width: 1280, height: 720},
  {width: 704, height: 576},
  {width: 638, height: 358},
  {width: 160, height: 16},
  {width: 16, height: 16},
]

describe.each(SIZES)('test card $width×$height', (size) => {
  const group = pictureGroup(size)

  test('says its own size', () => expect(parseSps(group.sets[0]!)).toMatchObject(size))

  test('its packets carry its units', () => {
    const assembler = new NalAssembler('H264')
    const pictures = group.payloads.map((payloads) => payloads.flatMap((payload) => assembler.push(payload)))
    expect(annexB(pictures.flat())).toEqual(annexB(group.pictures.flat()))
  })

  test('costs a few hundred bytes a picture', () => {
    const bytes = group.pictures.flat().reduce((sum, {length}) => sum + length, 0)
    expect(bytes / GROUP_LENGTH).toBeLessThan(400)
  })

  test.skipIf(!isInstalled('ffmpeg'))('ffmpeg decodes two groups in a row without a word', async () => {
    const bytes = annexB([...group.pictures, ...group.pictures].flat())
    const args = ['-v', 'warning', '-xerror', '-err_detect', 'explode', '-f', 'h264', '-i', 'pipe:0', '-f', 'null', '-']
    expect(await runTool('ffmpeg', args, bytes)).toEqual({stdout: '', stderr: ''})
  })

  test.skipIf(!isInstalled('ffprobe'))('ffprobe counts its pictures and knows its profile, size and pace', async () => {
    const entries = 'stream=codec_name,profile,width,height,r_frame_rate,nb_read_frames'
    const args = [
      '-v',
      'error',
      '-f',
      'h264',
      '-count_frames',
      '-show_entries',
      entries,
      '-of',
      'csv=p=0',
      '-i',
      'pipe:0',
    ]
    const {stdout} = await runTool('ffprobe', args, annexB(group.pictures.flat()))
    expect(stdout).toBe(`h264,Constrained Baseline,${size.width},${size.height},25/1,${GROUP_LENGTH}`)
  })
})

test.skipIf(!isInstalled('ffmpeg'))('test card: one bright block walks over bars that do not change', async () => {
  const size = {width: 256, height: 48}
  const {pictures} = pictureGroup(size)
  const args = ['-v', 'error', '-f', 'h264', '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']
  const pixels = await runToolForBytes('ffmpeg', args, annexB(pictures.flat()))
  const pictureOf = (index: number) =>
    pixels.subarray(index * size.width * size.height, (index + 1) * size.width * size.height)
  const changed = pictures.map((_, index) => {
    const picture = pictureOf(index)
    return [...pictureOf(0)].filter((pixel, at) => pixel !== picture[at]).length
  })
  // 16 × 16 pixels differ from the bars, and no trail is left behind.
  expect(changed).toEqual([0, ...Array.from({length: GROUP_LENGTH - 1}, () => 256)])
})

test('test card: cameras with pictures of one size share one group', () => {
  const groupOf = pictureGroups()
  expect(groupOf({width: 640, height: 360})).toBe(groupOf({width: 640, height: 360}))
  expect(groupOf({width: 640, height: 360})).not.toBe(groupOf({width: 320, height: 180}))
})
