import {expect, test} from 'vitest'
import {buildSenderReport} from '../../../src/protocol/rtp/sender-report.ts'

test('RTCP: a sender report with its source description, in whole words', () => {
  // 2026-01-01T00:00:00.500Z is 3 976 214 400 (hex ed003780) s after 1900.
  const at = Date.UTC(2026, 0, 1) + 500
  const bytes = buildSenderReport({ssrc: 0xdeadbeef, at, timestamp: 90_000, packets: 7, octets: 1_000, cname: 'cam-1'})
  expect(bytes.toString('hex').match(/.{8}/g)).toEqual([
    ...['80c80006', 'deadbeef', 'ed003780', '80000000', '00015f90', '00000007', '000003e8'],
    ...['81ca0003', 'deadbeef', '01056361', '6d2d3100'],
  ])
})
