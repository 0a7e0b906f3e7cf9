import fc from 'fast-check'
import {expect, test} from 'vitest'
import {buildSenderReport, parseSenderReport} from '../../../src/protocol/rtp/sender-report.ts'
import {valueOrRemoteError} from '../../support/codec.ts'

test('RTCP: a sender report with its source description, in whole words', () => {
  // 2026-01-01T00:00:00.500Z is 3 976 214 400 (hex ed003780) s after 1900.
  const at = Date.UTC(2026, 0, 1) + 500
  const bytes = buildSenderReport({ssrc: 0xdeadbeef, at, timestamp: 90_000, packets: 7, octets: 1_000, cname: 'cam-1'})
  expect(bytes.toString('hex').match(/.{8}/g)).toEqual([
    ...['80c80006', 'deadbeef', 'ed003780', '80000000', '00015f90', '00000007', '000003e8'],
    ...['81ca0003', 'deadbeef', '01056361', '6d2d3100'],
  ])
})

const report = {ssrc: 7, at: Date.UTC(2026, 0, 1) + 500, timestamp: 90_000, packets: 7, octets: 1_000}

test('RTCP: what a report says is read back, whatever stands before it', () => {
  const bytes = buildSenderReport({...report, cname: 'cam-1'})
  expect(parseSenderReport(bytes)).toEqual(report)
  const receiverReport = Buffer.from('80c900010000000a', 'hex')
  expect(parseSenderReport(Buffer.concat([receiverReport, bytes]))).toEqual(report)
  expect(parseSenderReport(receiverReport)).toBeUndefined()
})

test('RTCP: the seconds begin anew in February 2036', () => {
  for (const at of [Date.UTC(2036, 1, 7, 6, 28, 15), Date.UTC(2036, 1, 7, 6, 28, 17), Date.UTC(2040, 0, 1)]) {
    expect(parseSenderReport(buildSenderReport({...report, at, cname: ''}))?.at).toBe(at)
  }
})

test('RTCP: a camera without a wall clock says nothing of time', () => {
  const bytes = buildSenderReport({...report, cname: 'x'})
  bytes.fill(0, 8, 16)
  expect(parseSenderReport(bytes)).toBeUndefined()
})

test.each([
  ['no RTCP', '00c80006'],
  ['cut off', '80c80006deadbeef'],
  ['a sender report that is too short', '80c80001deadbeef'],
])('RTCP: %s is refused', (_name, hex) => {
  expect(() => parseSenderReport(Buffer.from(hex, 'hex'))).toThrow('CW_PROTOCOL_REMOTE')
})

test('RTCP: whatever comes, it ends with a report, nothing, or CW_PROTOCOL_REMOTE', () => {
  const start = fc.constantFrom('80c80006', '80c90001', '81ca0003', '')
  fc.assert(
    fc.property(start, fc.uint8Array({maxLength: 80}), (head, noise) => {
      valueOrRemoteError(() => parseSenderReport(Buffer.concat([Buffer.from(head, 'hex'), noise])))
    }),
  )
})
