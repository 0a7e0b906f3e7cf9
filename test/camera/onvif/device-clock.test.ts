import {describe, expect, test} from 'vitest'
import {deviceClockOf} from '../../../src/camera/onvif/device-clock.ts'
import {parseXml} from '../../../src/protocol/soap/parse-xml.ts'

const SENT_AT = Date.UTC(2026, 10, 26, 8)

const answer = (year: string, hour = '8') =>
  parseXml(
    Buffer.from(
      `<R><SystemDateAndTime><UTCDateTime><Time><Hour>${hour}</Hour><Minute>0</Minute><Second>0</Second></Time><Date><Year>${year}</Year><Month>11</Month><Day>26</Day></Date></UTCDateTime></SystemDateAndTime></R>`,
    ),
  )

describe('device clock', () => {
  test('the middle of the second that it tells, against the middle of the way', () => {
    expect(deviceClockOf(answer('2026'), SENT_AT, SENT_AT + 100)).toEqual({offsetMs: 450, uncertaintyMs: 550})
  })

  // An offset that is no number would be no skew, and would break the login that is written with it.
  test.each([
    ['999999999', '8'],
    ['10000', '8'],
    ['275760', '8'],
    ['2026', '999999999'],
  ])('the year %s, hour %s is no time', (year, hour) => {
    expect(() => deviceClockOf(answer(year, hour), SENT_AT, SENT_AT)).toThrow('malformed-xml')
  })

  test('a clock without a battery is a time, long ago', () => {
    expect(deviceClockOf(answer('1970'), SENT_AT, SENT_AT).offsetMs).toBeLessThan(-50 * 365 * 86_400_000)
  })
})
