import fc from 'fast-check'
import {expect, test} from 'vitest'
import {AAC_HBR, auSizes, buildAuPayload} from '../../../src/protocol/rtp/audio-payload.ts'
import {valueOrRemoteError} from '../../support/codec.ts'

const hex = (text: string) => Buffer.from(text.replace(/ /g, ''), 'hex')

test.each([
  ['one access unit', '0010 0030 010203040506', [6]],
  ['two', '0020 0010 0018 0102 030405', [2, 3]],
  ['the first part of a large one', '0010 2000 0102', [1_024]],
  ['one of nothing', '0010 0000', [0]],
])('AAC payload: %s', (_name, payload, sizes) => {
  expect(auSizes(hex(payload))).toEqual(sizes)
})

test('AAC payload: other widths of the headers', () => {
  // 6 bits of size, 2 of index (AAC-lbr).
  expect(auSizes(hex('0010 0804 01020304'), {sizeBits: 6, indexBits: 2, deltaBits: 2})).toEqual([2, 1])
})

test.each([
  ['nothing', ''],
  ['no header', '0000 0102'],
  ['headers longer than the payload', '0080 0030'],
  ['half a header', '0008 0030 01'],
  ['units longer than the payload', '0020 0030 0008 0102'],
])('AAC payload: %s is refused', (_name, payload) => {
  expect(() => auSizes(hex(payload))).toThrow('CW_PROTOCOL_REMOTE')
})

test('AAC payload: units put in are the units found', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({maxLength: 300}), {minLength: 1, maxLength: 10}), (units) => {
      expect(auSizes(buildAuPayload(units))).toEqual(units.map(({length}) => length))
    }),
  )
})

test('AAC payload: whatever comes, it ends with sizes or CW_PROTOCOL_REMOTE', () => {
  const width = fc.integer({min: 0, max: 32})
  fc.assert(
    fc.property(fc.uint8Array({maxLength: 60}), width, width, (payload, sizeBits, indexBits) => {
      valueOrRemoteError(() => auSizes(payload))
      valueOrRemoteError(() => auSizes(payload, {...AAC_HBR, sizeBits, indexBits, deltaBits: indexBits}))
    }),
  )
})
