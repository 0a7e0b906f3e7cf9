import {expect, test} from 'vitest'
import type {FaultName} from '../../../src/sim/faults.ts'
import {manualClock} from '../../support/clock.ts'
import {causeOf, failureOf} from '../../support/device-failure.ts'
import {onvifCamera, sessionWith} from '../../support/onvif-cameras.ts'
import {httpPeer, rawPeer, type Scripted, soapText} from '../../support/scripted-http.ts'

const PLANTED: readonly (readonly [FaultName, string])[] = [
  ['refused', 'refused'],
  ['silent', 'timeout-read'],
  ['slow-drip', 'timeout-read'],
  ['not-onvif', 'not-onvif'],
  ['broken-xml', 'malformed-xml'],
  ['huge-answer', 'too-large'],
  ['deep-xml', 'malformed-xml'],
  ['entity-bomb', 'malformed-xml'],
]

test.each(PLANTED)('onvif failures: a camera that is %s is named %s', async (fault, cause) => {
  const camera = await onvifCamera({fault})
  const timeoutMs = cause === 'timeout-read' ? 1_000 : 15_000
  expect(await causeOf(sessionWith(camera, {timeoutMs}).clock())).toBe(cause)
})

const ANSWERS: readonly (readonly [string, Scripted, string])[] = [
  ['a page that is not there', {status: 404, headers: {'content-type': 'text/html'}, body: '<html></html>'}, 'not-onvif'],
  ['a redirect', {status: 302, headers: {location: 'http://192.0.2.1/'}, body: ''}, 'not-onvif'],
  ['JSON', {headers: {'content-type': 'application/json'}, body: '{}'}, 'not-onvif'],
  ['nothing', {headers: {}, body: ''}, 'not-onvif'],
  ['a login page with Basic', {status: 401, headers: {'content-type': 'text/html', 'www-authenticate': 'Basic realm="x"'}, body: '<html>'}, 'not-onvif'],
  ['an envelope without a body', {body: '<s:Envelope/>'}, 'not-onvif'],
  ['XML that is no SOAP', {body: '<device/>'}, 'not-onvif'],
  ['SOAP that ends in the middle', {body: soapText('<GetSystem').slice(0, 120)}, 'malformed-xml'],
  ['half an envelope without a type', {headers: {}, body: '<?xml version="1.0"?><s:Envelope><s:Bo'}, 'malformed-xml'],
  ['a DOCTYPE', {body: `<!DOCTYPE x [<!ENTITY a "b">]>${soapText('<a>&a;</a>')}`}, 'malformed-xml'],
  ['the answer to something else', {body: soapText('<GetNTPResponse/>')}, 'malformed-xml'],
  ['no date', {headers: {'content-type': 'text/xml', date: 'yesterday'}, body: soapText('<GetSystemDateAndTimeResponse/>')}, 'malformed-xml'],
  ['more than a camera ever should', {body: Buffer.alloc(9 * 1024 * 1024, 0x20)}, 'too-large'],
  ['something compressed', {headers: {'content-type': 'text/xml', 'content-encoding': 'gzip'}, body: 'x'}, 'not-onvif'],
  ['a fault of its own', {status: 500, body: soapText('<Fault><Code><Value>s:Receiver</Value><Subcode><Value>v:Busy</Value></Subcode></Code></Fault>')}, 'soap-fault'],
  ['that it does not know the operation', {status: 500, body: soapText('<Fault><Code><Value>s:Receiver</Value><Subcode><Value>ter:ActionNotSupported</Value></Subcode></Code></Fault>')}, 'unsupported-op'],
  ['that the user may not', {status: 400, body: soapText('<Fault><Code><Value>s:Sender</Value><Subcode><Value>ter:OperationProhibited</Value></Subcode></Code></Fault>')}, 'not-permitted'],
] // biome-ignore format: a table

test.each(ANSWERS)('onvif failures: a peer that answers %s', async (_, answer, cause) => {
  const peer = await httpPeer(() => answer)
  expect(await causeOf(sessionWith(peer).clock())).toBe(cause)
})

const RAW: readonly (readonly [string, string, string])[] = [
  ['closes without a word', '', 'reset'],
  ['speaks RTSP', 'RTSP/1.0 400 Bad Request\r\n\r\n', 'not-onvif'],
  ['speaks SSH', 'SSH-2.0-dropbear_2022.83\r\n', 'not-onvif'],
  ['promises more bytes than it sends', 'HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 5000\r\n\r\n<s:Envelope>', 'malformed-xml'],
  ['plays games with chunks', 'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<s:En\r\nzz\r\n', 'malformed-xml'],
  ['sends headers without an end', `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}`, 'too-large'],
] // biome-ignore format: a table

test.each(RAW)('onvif failures: a peer that %s', async (_, bytes, cause) => {
  expect(await causeOf(sessionWith(await rawPeer(bytes)).clock())).toBe(cause)
})

test('onvif failures: a name that nobody knows', async () => {
  expect(await causeOf(sessionWith({xaddr: 'http://camera.invalid/onvif/device_service'}).clock())).toBe('dns')
})

test('onvif failures: TLS spoken to a port without it is a matter of TLS', async () => {
  const peer = await rawPeer('HTTP/1.1 400 Bad Request\r\n\r\n')
  expect(await causeOf(sessionWith({xaddr: peer.xaddr.replace('http:', 'https:')}).clock())).toBe('tls')
})

test('onvif failures: the deadline is for all requests together, and the time between them is free', async () => {
  const clock = manualClock(Date.UTC(2026, 0, 1))
  const answer = soapText('<GetDeviceInformationResponse><Model>x</Model></GetDeviceInformationResponse>')
  const peer = await httpPeer(() => {
    clock.advance(400)
    return {body: answer}
  })
  const session = sessionWith(peer, {clock, timeoutMs: 1_000})
  await session.identity()
  clock.advance(60_000)
  await session.identity()
  const failure = await failureOf(session.identity())
  expect([failure?.why, failure?.detail]).toEqual(['timeout-read', 'no answer within 200 ms'])
})

test('onvif failures: nothing of a redirect is followed, and no login is sent to Basic', async () => {
  const peer = await httpPeer(() => ({status: 401, headers: {'www-authenticate': 'Basic realm="x"'}, body: ''}))
  expect(await causeOf(sessionWith(peer).identity())).toBe('not-onvif')
  expect(peer.requests.map(({headers}) => headers.authorization)).toEqual([undefined])
})
