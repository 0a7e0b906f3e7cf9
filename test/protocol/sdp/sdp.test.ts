import fc from 'fast-check'
import {expect, test} from 'vitest'
import {buildSdp, parseSdp, type SessionDescription} from '../../../src/protocol/sdp/sdp.ts'
import {valueOrRemoteError} from '../../support/codec.ts'

const DAHUA = `v=0\r
o=- 2252343600 2252343600 IN IP4 0.0.0.0\r
s=Media Server\r
c=IN IP4 0.0.0.0\r
t=0 0\r
a=control:*\r
a=packetization-supported:DH\r
a=range:npt=now-\r
m=video 0 RTP/AVP 96\r
a=control:trackID=0\r
a=framerate:25.000000\r
a=rtpmap:96 H264/90000\r
a=fmtp:96 packetization-mode=1;profile-level-id=4D0028;sprop-parameter-sets=Z00AKJ2oHgCJ+WbgICAgQA==,aO48gA==\r
a=recvonly\r
m=audio 0 RTP/AVP 8\r
a=control:trackID=1\r
m=application 0 RTP/AVP 107\r
a=control:trackID=4\r
a=rtpmap:107 vnd.onvif.metadata/90000\r
`

test('SDP: a Dahua camera with video, audio of a static type, and metadata', () => {
  expect(parseSdp(DAHUA)).toEqual({
    name: 'Media Server',
    control: '*',
    media: [
      {
        kind: 'video',
        frameRate: 25,
        control: 'trackID=0',
        formats: [
          {
            payloadType: 96,
            encoding: 'H264',
            clockRate: 90_000,
            parameters: [
              ['packetization-mode', '1'],
              ['profile-level-id', '4D0028'],
              ['sprop-parameter-sets', 'Z00AKJ2oHgCJ+WbgICAgQA==,aO48gA=='],
            ],
          },
        ],
      },
      {
        kind: 'audio',
        control: 'trackID=1',
        formats: [{payloadType: 8, encoding: 'PCMA', clockRate: 8000, parameters: []}],
      },
      {
        kind: 'application',
        control: 'trackID=4',
        formats: [{payloadType: 107, encoding: 'VND.ONVIF.METADATA', clockRate: 90_000, parameters: []}],
      },
    ],
  })
})

test.each([
  ['bare line feeds', 'v=0\nm=video 0 RTP/AVP 26\n', ['JPEG']],
  ['no v= line', 'm=video 0 RTP/AVP 96\r\na=rtpmap:96 h265/90000\r\n', ['H265']],
  ['a dynamic type without rtpmap', 'v=0\r\nm=video 0 RTP/AVP 97\r\n', []],
  ['types that are no numbers', 'v=0\r\nm=video 0 RTP/AVP x 999 26\r\n', ['JPEG']],
])('SDP: %s', (_name, text, encodings) => {
  expect(parseSdp(text).media.flatMap(({formats}) => formats.map(({encoding}) => encoding))).toEqual(encodings)
})

test.each([
  ['a=framerate:25.0', {frameRate: 25}],
  ['a=framerate:0', {}],
  ['a=framerate:fast', {}],
  ['a=x-dimensions: 1280, 720', {dimensions: [1280, 720]}],
  ['a=x-dimensions:1280', {}],
  ['b=AS:2048', {bandwidthKbps: 2048}],
  ['b=AS:-1', {}],
])('SDP: %s', (line, said) => {
  expect(parseSdp(`v=0\r\nm=video 0 RTP/AVP 26\r\n${line}\r\n`).media).toEqual([
    {kind: 'video', formats: [{payloadType: 26, encoding: 'JPEG', clockRate: 90_000, parameters: []}], ...said},
  ])
})

test.each([
  ['a web page', '<html></html>'],
  ['nothing', ''],
  ['more than the limit', `v=0\r\n${'a=x\r\n'.repeat(20_000)}`],
])('SDP: %s is refused', (_name, text) => {
  expect(() => parseSdp(text)).toThrow('CW_PROTOCOL_REMOTE')
})

test('SDP: a line break in a value never reaches the wire', () => {
  expect(() => buildSdp({name: 'a\r\nm=audio', media: []}, '10.0.0.5')).toThrow('CW_PROTOCOL_LOCAL')
})

const token = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/)
const word = fc.stringMatching(/^[!-:<-~]{1,20}$/)
const formats = fc.uniqueArray(
  fc.record({
    payloadType: fc.integer({min: 96, max: 127}),
    encoding: token.map((text) => text.toUpperCase()),
    clockRate: fc.integer({min: 1, max: 999_999}),
    parameters: fc.array(fc.tuple(fc.stringMatching(/^[a-z][a-z-]{0,12}$/), word), {maxLength: 4}),
  }),
  {selector: ({payloadType}) => payloadType, minLength: 1, maxLength: 4},
)
const descriptions: fc.Arbitrary<SessionDescription> = fc.record({
  name: word,
  control: word,
  media: fc.array(
    fc.record(
      {
        kind: fc.constantFrom('video', 'audio'),
        formats,
        control: word,
        frameRate: fc.constantFrom(1, 12.5, 25, 29.97),
        dimensions: fc.tuple(fc.integer({min: 1, max: 9_999}), fc.integer({min: 1, max: 9_999})),
        bandwidthKbps: fc.integer({min: 1, max: 99_999}),
      },
      {requiredKeys: ['kind', 'formats', 'control']},
    ),
    {maxLength: 4},
  ),
})

test('SDP: what was built parses to itself', () => {
  fc.assert(
    fc.property(descriptions, (description) => {
      expect(parseSdp(buildSdp(description, '10.0.0.5'))).toEqual(description)
    }),
  )
})

test('SDP: whatever a camera sends, parsing ends with a value or CW_PROTOCOL_REMOTE', () => {
  const piece = fc.constantFrom(
    'v=0',
    'm=video',
    'm=',
    'a=rtpmap:96 ',
    'a=fmtp:96 ',
    ' 96',
    '=',
    ';',
    '\r\n',
    '\n',
    '/',
    '中',
    '\0',
  )
  fc.assert(
    fc.property(fc.array(piece, {maxLength: 60}), (pieces) => {
      valueOrRemoteError(() => parseSdp(pieces.join('')))
    }),
  )
})
