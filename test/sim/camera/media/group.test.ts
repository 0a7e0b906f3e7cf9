import {describe, expect, test} from 'vitest'
import {annexB} from '../../../../src/protocol/h264/nal.ts'
import {parseSps} from '../../../../src/protocol/h264/sps.ts'
import {JpegAssembler} from '../../../../src/protocol/mjpeg/assembler.ts'
import {jpegFile} from '../../../../src/protocol/mjpeg/jpeg-file.ts'
import {NalAssembler} from '../../../../src/protocol/rtp/nal-payload.ts'
import {GROUP_LENGTH, type PictureGroup, pictureGroup, pictureGroups} from '../../../../src/sim/camera/media/group.ts'
import {JPEG_TABLES, JPEG_TYPE} from '../../../../src/sim/camera/media/jpeg-picture.ts'
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

// Side of a block, and how much its brightness may be off in a codec that rounds.
describe.each([
  ['H264', 'h264', 16],
  ['H265', 'hevc', 32],
  ['JPEG', 'mjpeg', 16],
] as const)('test card in %s', (codec, format, block) => {
  test.skipIf(!isInstalled('ffmpeg'))('one bright block walks over bars that do not change', async () => {
    const size = {width: 256, height: 96}
    const args = ['-v', 'error', '-f', format, '-i', 'pipe:0', '-f', 'rawvideo', '-pix_fmt', 'gray', '-']
    const pixels = await runToolForBytes('ffmpeg', args, streamOf(pictureGroup(size, codec)))
    const pictureOf = (index: number) =>
      pixels.subarray(index * size.width * size.height, (index + 1) * size.width * size.height)
    expect(pixels.length).toBe(GROUP_LENGTH * size.width * size.height)
    const row = (index: number, y: number) => [...pictureOf(index).subarray(y * size.width, (y + 1) * size.width)]
    // Eight bars, each of one grey, all rows alike.
    expect(new Set(row(0, 0)).size).toBeGreaterThan(5)
    for (let bar = 0; bar < 8; bar++) expect(new Set(row(0, 0).slice(bar * 32, (bar + 1) * 32)).size).toBe(1)
    const changed = Array.from({length: GROUP_LENGTH}, (_, index) => {
      const bars = row(0, 0)
      return [...pictureOf(index)].filter((pixel, at) => pixel !== bars[at % size.width]).length
    })
    // One block differs from the bars, and no trail is left behind. JPEG shows it in its first picture too.
    const first = codec === 'JPEG' ? block * block : 0
    expect(changed).toEqual([first, ...Array.from({length: GROUP_LENGTH - 1}, () => block * block)])
  })

  test.skipIf(!isInstalled('ffmpeg')).each(SIZES)('ffmpeg decodes $width×$height without a word', async (size) => {
    const args = ['-v', 'error', '-xerror', '-err_detect', 'explode', '-f', format, '-i', 'pipe:0', '-f', 'null', '-']
    expect(await runTool('ffmpeg', args, streamOf(pictureGroup(size, codec)))).toEqual({stdout: '', stderr: ''})
  })

  test('its packets carry its pictures', () => {
    const group = pictureGroup({width: 320, height: 192}, codec)
    if (codec === 'JPEG') {
      const assembler = new JpegAssembler()
      const scans = group.payloads.map((payloads) =>
        payloads.map((payload, index) => assembler.push(payload, index === payloads.length - 1)).at(-1),
      )
      expect(scans.map((picture) => picture?.scan)).toEqual(group.pictures.map(([scan]) => Buffer.from(scan!)))
    } else {
      const assembler = new NalAssembler(codec)
      const units = group.payloads.flat().flatMap((payload) => assembler.push(payload))
      expect(annexB(units)).toEqual(annexB(group.pictures.flat()))
    }
  })
})

/** The group as a file that ffmpeg reads. */
function streamOf({codec, size, pictures}: PictureGroup): Buffer {
  if (codec !== 'JPEG') return annexB(pictures.flat())
  return Buffer.concat(
    pictures.map(([scan]) => jpegFile({type: JPEG_TYPE, ...size, tables: JPEG_TABLES, scan: Buffer.from(scan!)})!),
  )
}

test('test card: cameras with pictures of one size share one group', () => {
  const groupOf = pictureGroups()
  expect(groupOf({width: 640, height: 360})).toBe(groupOf({width: 640, height: 360}))
  expect(groupOf({width: 640, height: 360})).not.toBe(groupOf({width: 320, height: 180}))
})
