import {expect, test} from 'vitest'
import {parseXml} from '../../../src/protocol/soap/parse-xml.ts'
import {noticesOf} from '../../../src/protocol/wsn/notification.ts'
import {lifetimeOf, renew} from '../../../src/protocol/wsn/subscription.ts'

const told = (now: string, end: string) =>
  lifetimeOf(parseXml(Buffer.from(`<R><CurrentTime>${now}</CurrentTime><TerminationTime>${end}</TerminationTime></R>`)))

test('a grant: its length, and the time of the device', () => {
  const deviceNow = Date.UTC(2026, 10, 26)
  expect(told('2026-11-26T00:00:00Z', '2026-11-26T00:01:00Z')).toEqual({deviceNow, lifetimeMs: 60_000})
})

test.each([
  ['+275760-09-13T00:00:00Z', '+275760-09-13T00:00:00Z'],
  ['-271821-04-20T00:00:00Z', '2026-11-26T00:01:00Z'],
  ['soon', 'later'],
])('a grant from %s to %s names no time that a renewal could be made of', (now, end) => {
  const {deviceNow, lifetimeMs} = told(now, end)
  expect([deviceNow, lifetimeMs]).toEqual([undefined, undefined])
})

test('the last moment that is believed can be renewed from', () => {
  const {deviceNow = 0} = told('9999-12-31T23:59:59.999Z', '')
  expect(renew({at: deviceNow + 120_000}).text).toContain('+010000-01-01')
})

test('a notice of an impossible moment is a notice without one', () => {
  const xml =
    '<R><NotificationMessage><Topic>a</Topic><Message><Message UtcTime="+275760-09-13T00:00:00Z"/></Message></NotificationMessage></R>'
  expect(noticesOf(parseXml(Buffer.from(xml))).notices).toEqual([{topic: 'a', source: [], data: []}])
})
