import {expect, test} from 'vitest'
import * as ask from '../../../src/camera/onvif/operations.ts'

const DEVICE = 'http://www.onvif.org/ver10/device/wsdl'
const operations: readonly (readonly [string, ask.Operation, Omit<ask.Operation, 'body'>])[] = [
  ['time', ask.getSystemDateAndTime(), {service: 'device', name: 'GetSystemDateAndTime', action: `${DEVICE}/GetSystemDateAndTime`, readOnly: true}],
  ['NTP', ask.getNtp(), {service: 'device', name: 'GetNTP', action: `${DEVICE}/GetNTP`, readOnly: true}],
  ['NTP set', ask.setNtp([]), {service: 'device', name: 'SetNTP', action: `${DEVICE}/SetNTP`, readOnly: false}],
  ['host name set', ask.setHostname('a'), {service: 'device', name: 'SetHostname', action: `${DEVICE}/SetHostname`, readOnly: false}],
  ['scopes set', ask.setScopes(['a']), {service: 'device', name: 'SetScopes', action: `${DEVICE}/SetScopes`, readOnly: false}],
  ['profiles', ask.getProfiles('media'), {service: 'media', name: 'GetProfiles', action: 'http://www.onvif.org/ver10/media/wsdl/GetProfiles', readOnly: true}],
  ['profiles of the second media service', ask.getProfiles('media2'), {service: 'media2', name: 'GetProfiles', action: 'http://www.onvif.org/ver20/media/wsdl/GetProfiles', readOnly: true}],
] // biome-ignore format: a table

test.each(operations)('onvif operations: %s', (_, {body: _body, ...operation}, expected) =>
  expect(operation).toEqual(expected),
)

test('onvif operations: what a caller gives is escaped', () => {
  expect(ask.setNtp([{type: 'DNS', host: '<x>'}]).body.text).toContain('&lt;x&gt;')
  expect(ask.getStreamUri('media', '</ProfileToken>').body.text).toContain(
    '<ProfileToken>&lt;/ProfileToken&gt;</ProfileToken>',
  )
  expect(ask.setScopes(['a&b']).body.text).toContain('<Scopes>a&amp;b</Scopes>')
  expect(ask.setHostname('a<b').body.text).toContain('<Name>a&lt;b</Name>')
})

test('onvif operations: a request is the body alone, without the login or the envelope of the package', () => {
  for (const [, {body}] of operations) expect(body.text).not.toMatch(/Envelope|Header|Security|Body/)
})
