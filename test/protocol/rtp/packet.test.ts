import fc from 'fast-check'
import {expect, test} from 'vitest'
import {buildRtp, parseRtp, type RtpPacket} from '../../../src/protocol/rtp/packet.ts'
import {valueOrRemoteError} from '../../support/codec.ts'

const hex = (text: string) => Buffer.from(text.replace(/ /g, ''), 'hex')

const PACKET: RtpPacket = {
  payloadType: 96,
  marker: true,
  sequence: 0x1234,
  timestamp: 0x89abcdef,
  ssrc: 0xdeadbeef,
  payload: hex('65 88'),
}

test('RTP packet: built and parsed', () => {
  const bytes = hex('80 e0 1234 89abcdef deadbeef 6588')
  expect(buildRtp(PACKET)).toEqual(bytes)
  expect(parseRtp(bytes)).toEqual(PACKET)
})

test('RTP packet: contributing sources, extension and padding are passed over', () => {
  const bytes = hex('b1 e0 1234 89abcdef deadbeef 00000001 bede0001 aabbccdd 6588 00 02')
  expect(parseRtp(bytes)).toEqual(PACKET)
})

test.each([
  ['nothing', ''],
  ['a header cut off', '80 e0 1234 89abcdef deadbe'],
  ['another version', '40 e0 1234 89abcdef deadbeef 00'],
  ['more sources than bytes', '8f e0 1234 89abcdef deadbeef 00'],
  ['an extension cut off', '90 e0 1234 89abcdef deadbeef be'],
  ['an extension longer than the packet', '90 e0 1234 89abcdef deadbeef bede ffff'],
  ['padding longer than the packet', 'a0 e0 1234 89abcdef deadbeef 65 ff'],
  ['padding of nothing', 'a0 e0 1234 89abcdef deadbeef 65 00'],
])('RTP packet: %s is refused', (_name, text) => {
  expect(() => parseRtp(hex(text))).toThrow('CW_PROTOCOL_REMOTE')
})

const packets: fc.Arbitrary<RtpPacket> = fc.record({
  payloadType: fc.integer({min: 0, max: 127}),
  marker: fc.boolean(),
  sequence: fc.integer({min: 0, max: 0xffff}),
  timestamp: fc.integer({min: 0, max: 0xffffffff}),
  ssrc: fc.integer({min: 0, max: 0xffffffff}),
  payload: fc.uint8Array({maxLength: 50}).map((bytes) => Buffer.from(bytes)),
})

test('RTP packet: what was built parses to itself', () => {
  fc.assert(fc.property(packets, (packet) => void expect(parseRtp(buildRtp(packet))).toEqual(packet)))
})

test('RTP packet: whatever comes in a datagram, parsing ends with a value or CW_PROTOCOL_REMOTE', () => {
  fc.assert(fc.property(fc.uint8Array({maxLength: 60}), (noise) => void valueOrRemoteError(() => parseRtp(noise))))
})
