import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {JpegAssembler, MAX_JPEG_BYTES} from '../../../src/protocol/mjpeg/assembler.ts'
import {jpegFile} from '../../../src/protocol/mjpeg/jpeg-file.ts'
import {type JpegFragment, packetiseJpeg, parseJpegPayload} from '../../../src/protocol/mjpeg/payload.ts'
import {HUFFMAN, quantisersOf} from '../../../src/protocol/mjpeg/tables.ts'
import {valueOrRemoteError} from '../../support/codec.ts'
import {isInstalled, runToolForBytes} from '../../support/media-tool.ts'

const hex = (text: string) => Buffer.from(text.replace(/ /g, ''), 'hex')
const tables = Buffer.from(Array.from({length: 128}, (_, index) => index + 1))

// Payload ⇄ what it says.
const CASES: readonly (readonly [string, string, JpegFragment])[] = [
  [
    'first piece, tables computed',
    '00 000000 01 32 50 3c  aa bb',
    {offset: 0, type: 1, quality: 50, width: 640, height: 480, data: hex('aabb')},
  ],
  [
    'later piece',
    '00 0005a0 00 32 50 3c  cc',
    {offset: 1_440, type: 0, quality: 50, width: 640, height: 480, data: hex('cc')},
  ],
  [
    'restart markers',
    '00 000000 41 32 50 3c  0028 ffff  aa',
    {
      ...{offset: 0, type: 65, quality: 50, width: 640, height: 480, data: hex('aa')},
      restart: {interval: 40, first: true, last: true, count: 0x3fff},
    },
  ],
  [
    'tables in the stream',
    `00 000000 01 ff f0 87  00 00 0080 ${tables.toString('hex')} aa`,
    {
      ...{offset: 0, type: 1, quality: 255, width: 1_920, height: 1_080, data: hex('aa')},
      tables: {precision: 0, data: tables},
    },
  ],
  [
    'both',
    `00 000000 40 80 28 1e  0014 8001  00 01 0080 ${tables.toString('hex')} aa`,
    {
      ...{offset: 0, type: 64, quality: 128, width: 320, height: 240, data: hex('aa')},
      restart: {interval: 20, first: true, last: false, count: 1},
      tables: {precision: 1, data: tables},
    },
  ],
  [
    'tables of an earlier picture',
    '00 000000 01 80 28 1e  00 00 0000  aa',
    {
      ...{offset: 0, type: 1, quality: 128, width: 320, height: 240, data: hex('aa')},
      tables: {precision: 0, data: Buffer.alloc(0)},
    },
  ],
]

test.each(CASES)('JPEG payload: %s', (_name, bytes, fragment) => {
  expect(parseJpegPayload(hex(bytes))).toEqual(fragment)
  const {offset, data, ...head} = fragment
  if (offset === 0) expect(packetiseJpeg(data, head, 1_400)).toEqual([hex(bytes)])
})

test.each([
  ['nothing', ''],
  ['a header alone', '00 000000 01 32 50 3c'],
  ['Q 0', '00 000000 01 00 50 3c aa'],
  ['Q between the two kinds', '00 000000 01 64 50 3c aa'],
  ['a restart header cut off', '00 000000 41 32 50 3c 0028 ff'],
  ['a table header cut off', '00 000000 01 ff 50 3c 00 00 00'],
  ['tables cut off', '00 000000 01 ff 50 3c 00 00 0080 0102'],
  ['tables of no whole number of 64', '00 000000 01 ff 50 3c 00 00 0002 0102 aa'],
  ['tables and nothing behind them', `00 000000 01 ff 50 3c 00 00 0080 ${tables.toString('hex')}`],
])('JPEG payload: %s is refused', (_name, bytes) => {
  expect(() => parseJpegPayload(hex(bytes))).toThrow('CW_PROTOCOL_REMOTE')
})

const head = {type: 1, quality: 60, width: 64, height: 64}
const scan = Buffer.from(Array.from({length: 500}, (_, index) => index & 0x7f))

describe('JPEG pictures', () => {
  const pieces = packetiseJpeg(scan, head, 108)
  const push = (assembler: JpegAssembler, list: readonly Buffer[]) =>
    list.map((payload, index) => valueOrRemoteError(() => assembler.push(payload, index === list.length - 1)))

  test('come back from their pieces', () => {
    expect(pieces.map(({length}) => length)).toEqual([108, 108, 108, 108, 108])
    const made = push(new JpegAssembler(), pieces)
    expect(made).toEqual([
      ...Array(4).fill(undefined),
      {type: 1, width: 64, height: 64, tables: quantisersOf(60), scan},
    ])
  })

  test.each([
    ['without their beginning', pieces.slice(1)],
    ['without a piece of their middle', pieces.filter((_, index) => index !== 2)],
    ['with a piece twice', [...pieces.slice(0, 3), ...pieces.slice(2)]],
  ])('%s are none', (_name, list) => {
    expect(['remote error', undefined]).toContain(push(new JpegAssembler(), list).at(-1))
  })

  test('are given up where packets are known to be missing', () => {
    const assembler = new JpegAssembler()
    push(assembler, [...pieces.slice(0, 4), pieces[3]!].slice(0, 4))
    assembler.lose()
    expect(assembler.push(pieces[4]!, true)).toBeUndefined()
  })

  test('without an end are given up at the limit', () => {
    const assembler = new JpegAssembler()
    const size = 64_000
    const piece = (index: number) => {
      const [first] = packetiseJpeg(Buffer.alloc(size), head, size + 8)
      first!.writeUIntBE(index * size, 1, 3)
      return first!
    }
    const count = Math.ceil(MAX_JPEG_BYTES / size)
    const all = Array.from({length: count + 1}, (_, index) =>
      valueOrRemoteError(() => assembler.push(piece(index), false)),
    )
    expect(all.filter((one) => one === 'remote error').length).toBe(1)
  })

  test('keep the tables of a Q until it brings others, but those of Q 255', () => {
    const send = (assembler: JpegAssembler, quality: number, data: Uint8Array) =>
      assembler.push(packetiseJpeg(scan, {...head, quality, tables: {precision: 0, data}}, 2_000)[0]!, true)?.tables
        ?.data
    const kept = new JpegAssembler()
    expect([send(kept, 130, tables), send(kept, 130, Buffer.alloc(0))].map((one) => one?.length)).toEqual([128, 128])
    expect(send(kept, 131, Buffer.alloc(0))).toBeUndefined()
    expect([send(kept, 255, tables)?.length, send(kept, 255, Buffer.alloc(0))]).toEqual([128, undefined])
  })
})

test('JPEG tables: Q 50 is the tables of the standard, 99 is nearly lossless, 1 is coarse', () => {
  const luma = (quality: number) => [...quantisersOf(quality).data.subarray(0, 4)]
  expect([luma(50), luma(99), luma(1)]).toEqual([
    [16, 11, 12, 14],
    [1, 1, 1, 1],
    [255, 255, 255, 255],
  ])
})

test('JPEG tables: each Huffman table has as many codes as symbols', () => {
  expect(HUFFMAN.map(({lengths, symbols}) => [lengths.reduce((sum, n) => sum + n, 0), symbols.length])).toEqual([
    [12, 12],
    [162, 162],
    [12, 12],
    [162, 162],
  ])
})

test('JPEG file: a picture without tables, without a size, or of another type is none', () => {
  const whole = {type: 1, width: 64, height: 64, tables: quantisersOf(50), scan}
  const {tables: _none, ...bare} = whole
  expect([jpegFile(bare), jpegFile({...whole, width: 0}), jpegFile({...whole, type: 2})]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
  expect(jpegFile(whole)?.subarray(-2).toString('hex')).toBe('ffd9')
})

// ffmpeg's encoder makes a file; its scan and tables go through our packets; ffmpeg reads what we put together.
test.skipIf(!isInstalled('ffmpeg'))(
  'JPEG file: a picture of ffmpeg’s goes through packets and is the same for ffmpeg',
  async () => {
    const make = ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc=s=320x240', '-frames:v', '1', '-pix_fmt', 'yuvj420p']
    const encode = ['-c:v', 'mjpeg', '-huffman', 'default', '-f', 'mjpeg', '-']
    const file = Buffer.from(await runToolForBytes('ffmpeg', [...make, ...encode], Buffer.alloc(0)))
    const dqt = file.indexOf(hex('ffdb'))
    const table = file.subarray(dqt + 5, dqt + 5 + 64)
    const sos = file.indexOf(hex('ffda'))
    const given = {type: 1, quality: 255, width: 320, height: 240}
    const inside = file.subarray(sos + 2 + file.readUInt16BE(sos + 2))
    const both = {precision: 0, data: Buffer.concat([table, table])}
    const payloads = packetiseJpeg(inside, {...given, tables: both}, 1_400)
    const assembler = new JpegAssembler()
    const again = jpegFile(payloads.map((one, at) => assembler.push(one, at === payloads.length - 1)).at(-1)!)
    const raw = ['-v', 'error', '-xerror', '-f', 'mjpeg', '-i', 'pipe:0', '-f', 'rawvideo', '-']
    const [before, after] = await Promise.all([file, again!].map((one) => runToolForBytes('ffmpeg', raw, one)))
    expect(after!.length).toBe((320 * 240 * 3) / 2)
    expect(Buffer.compare(after!, before!)).toBe(0)
  },
)

test('JPEG: whatever packets come, each ends with a picture, nothing, or CW_PROTOCOL_REMOTE', () => {
  const start = fc.constantFrom('0000000001ff503c', '000000004132503c00280fff', '00000010013250ff', '')
  fc.assert(
    fc.property(
      fc.array(fc.tuple(start, fc.uint8Array({maxLength: 200}), fc.boolean()), {maxLength: 12}),
      (packets) => {
        const assembler = new JpegAssembler()
        for (const [front, noise, marker] of packets) {
          const picture = valueOrRemoteError(() => assembler.push(Buffer.concat([hex(front), noise]), marker))
          if (picture && picture !== 'remote error') jpegFile(picture)
        }
      },
    ),
  )
})
