import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {MAX_NAL_BYTES, NalAssembler, packetiseNal} from '../../../src/protocol/rtp/nal-payload.ts'
import {valueOrRemoteError} from '../../support/codec.ts'

const hex = (text: string) => Buffer.from(text.replace(/ /g, ''), 'hex')

// Payloads in order → the units that they make.
const CASES = [
  ['H264', 'a unit in one packet', ['65 88 84'], ['65 88 84']],
  ['H264', 'STAP-A: parameter sets together', ['18 0002 67 42 0003 68 ce 38'], ['67 42', '68 ce 38']],
  ['H264', 'FU-A in three', ['7c 85 01 02', '7c 05 03', '7c 45 04'], ['65 01 02 03 04']],
  ['H264', 'FU-A without its start', ['7c 05 03', '7c 45 04', '41 9a'], ['41 9a']],
  ['H264', 'FU-A without its end', ['7c 85 01', '41 9a', '7c 45 04'], ['41 9a']],
  ['H265', 'a unit in one packet', ['26 01 af'], ['26 01 af']],
  ['H265', 'AP: parameter sets together', ['60 01 0003 40 01 0c 0003 42 01 01'], ['40 01 0c', '42 01 01']],
  ['H265', 'FU in two', ['62 01 93 aa', '62 01 53 bb'], ['26 01 aa bb']],
] as const

test.each(CASES)('%s payload: %s', (codec, _name, payloads, nals) => {
  const assembler = new NalAssembler(codec)
  expect(payloads.flatMap((payload) => assembler.push(hex(payload)).map((nal) => Buffer.from(nal)))).toEqual(
    nals.map(hex),
  )
})

test.each([
  ['H264', 'nothing', ''],
  ['H264', 'a type of interleaved mode', '19 00'],
  ['H264', 'an aggregate whose unit is cut off', '18 0005 67'],
  ['H264', 'an aggregate with a unit of nothing', '18 0000'],
  ['H265', 'a header alone', '26 01'],
  ['H265', 'a fragment without its header', '62 01'],
] as const)('%s payload: %s is refused', (codec, _name, payload) => {
  expect(() => new NalAssembler(codec).push(hex(payload))).toThrow('CW_PROTOCOL_REMOTE')
})

describe('H264 payload', () => {
  test('fragments without an end are given up at the limit', () => {
    const assembler = new NalAssembler('H264')
    assembler.push(hex('7c 85 00'))
    const part = Buffer.concat([hex('7c 05'), Buffer.alloc(64_000)])
    const pushes = Math.ceil(MAX_NAL_BYTES / 64_000)
    expect(() => Array.from({length: pushes}, () => assembler.push(part))).toThrow('unit larger than')
    expect(assembler.push(hex('7c 45 01'))).toEqual([])
  })

  test('a packet known to be missing makes the fragments before it worthless', () => {
    const assembler = new NalAssembler('H264')
    assembler.push(hex('7c 85 01'))
    assembler.lose()
    expect(assembler.push(hex('7c 45 02'))).toEqual([])
  })
})

test.each(['H264', 'H265'] as const)(
  '%s payload: every unit comes back from its packets, none larger than allowed',
  (codec) => {
    const heads =
      codec === 'H264'
        ? [[0x41], [0x65], [0x67]]
        : [
            [0x02, 1],
            [0x26, 1],
            [0x40, 1],
          ]
    const nals = fc.tuple(fc.constantFrom(...heads), fc.uint8Array({minLength: 1, maxLength: 300}))
    fc.assert(
      fc.property(nals, fc.integer({min: 4, max: 100}), ([header, rest], maxBytes) => {
        const nal = Buffer.from([...header, ...rest])
        const payloads = packetiseNal(codec, nal, maxBytes)
        const assembler = new NalAssembler(codec)
        expect(payloads.flatMap((payload) => assembler.push(payload)).map((one) => Buffer.from(one))).toEqual([nal])
        expect(Math.max(...payloads.map(({length}) => length))).toBeLessThanOrEqual(maxBytes)
      }),
    )
  },
)

test.each(['H264', 'H265'] as const)(
  '%s payload: whatever packets come, each ends with units or CW_PROTOCOL_REMOTE',
  (codec) => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({maxLength: 40}), {maxLength: 20}), (payloads) => {
        const assembler = new NalAssembler(codec)
        for (const payload of payloads) valueOrRemoteError(() => assembler.push(payload))
      }),
    )
  },
)
