import fc from 'fast-check'
import {expect, test} from 'vitest'
import {isCitywatchError} from '../../../src/lib/errors.ts'
import {
  type DiscoveryMessage,
  MAX_MATCHES,
  type Match,
  readDiscovery,
  writeHello,
  writeMatches,
  writeProbe,
} from '../../../src/protocol/wsdiscovery/message.ts'

const id = 'urn:uuid:11111111-2222-4333-8444-555555555555'
const match: Match = {
  epr: 'urn:uuid:camera-1',
  types: ['NetworkVideoTransmitter', 'Device'],
  scopes: ['onvif://www.onvif.org/name/Gate%20%26%20Yard', 'onvif://www.onvif.org/hardware/A&B'],
  xaddrs: ['http://10.0.0.5/onvif/device_service', 'http://[fe80::1]/onvif/device_service'],
}

const CASES: readonly (readonly [string, string, DiscoveryMessage])[] = [
  ['a probe for cameras', writeProbe(id, 'NetworkVideoTransmitter'), {kind: 'probe', messageId: id, types: ['NetworkVideoTransmitter']}],
  ['a probe for devices', writeProbe(id, 'Device'), {kind: 'probe', messageId: id, types: ['Device']}],
  ['a probe for anything', writeProbe(id, null), {kind: 'probe', messageId: id, types: []}],
  ['several matches in one datagram', writeMatches(id, 'urn:uuid:asked', [match, {...match, epr: 'urn:uuid:camera-2'}]), {kind: 'matches', relatesTo: 'urn:uuid:asked', matches: [match, {...match, epr: 'urn:uuid:camera-2'}]}],
  ['a device that says nothing of itself', writeMatches(id, id, [{epr: '', types: [], scopes: [], xaddrs: []}]), {kind: 'matches', relatesTo: id, matches: [{epr: '', types: [], scopes: [], xaddrs: []}]}],
  ['no match at all', writeMatches(id, id, []), {kind: 'matches', relatesTo: id, matches: []}],
  ['hello', writeHello(id, match), {kind: 'hello', match}],
] // biome-ignore format: a table

test.each(CASES)('ws-discovery: %s', (_, text, message) => expect(readDiscovery(Buffer.from(text))).toEqual(message))

test('ws-discovery: prefixes and line breaks as others write them', () => {
  const text = `<?xml version="1.0"?><SOAP-ENV:Envelope><SOAP-ENV:Header><wsa:RelatesTo>
    ${id}
  </wsa:RelatesTo></SOAP-ENV:Header><SOAP-ENV:Body><wsdd:ProbeMatches><wsdd:ProbeMatch>
    <wsa:EndpointReference><wsa:Address>e</wsa:Address></wsa:EndpointReference><wsdd:Types>tdn:NetworkVideoTransmitter
    </wsdd:Types><wsdd:XAddrs>http://a/
    http://b/</wsdd:XAddrs></wsdd:ProbeMatch></wsdd:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>`
  expect(readDiscovery(Buffer.from(text))).toEqual({
    kind: 'matches',
    relatesTo: id,
    matches: [{epr: 'e', types: ['NetworkVideoTransmitter'], scopes: [], xaddrs: ['http://a/', 'http://b/']}],
  })
})

test('ws-discovery: of a datagram stuffed with matches only the first ones are read', () => {
  const message = readDiscovery(Buffer.from(writeMatches(id, id, Array(MAX_MATCHES + 10).fill(match))))
  expect(message).toEqual({kind: 'matches', relatesTo: id, matches: Array(MAX_MATCHES).fill(match)})
})

test.each([
  ['junk', 'junk'],
  ['half a message', writeProbe(id, null).slice(0, 200)],
  ['another SOAP message', '<Envelope><Body><GetNTP/></Body></Envelope>'],
  ['an empty body', '<Envelope><Body/></Envelope>'],
])('ws-discovery: %s is refused', (_, text) => {
  expect(() => readDiscovery(Buffer.from(text))).toThrow(expect.objectContaining({code: 'CW_PROTOCOL_REMOTE'}))
})

test('ws-discovery: noise is a message or the remote error, nothing else', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...CASES.map(([, text]) => Buffer.from(text))),
      fc.nat(),
      fc.uint8Array({maxLength: 8}),
      (datagram, at, noise) => {
        const bytes = Buffer.from(datagram)
        Buffer.from(noise).copy(bytes, at % bytes.length)
        try {
          readDiscovery(bytes)
        } catch (error) {
          expect(isCitywatchError(error, 'CW_PROTOCOL_REMOTE')).toBe(true)
        }
      },
    ),
  )
})
