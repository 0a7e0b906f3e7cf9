import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {
  decode,
  encode,
  type Header,
  headerOf,
  headerValues,
  MAX_BODY_BYTES,
  MAX_HEAD_BYTES,
  type RtspMessage,
} from '../../../src/protocol/rtsp/message.ts'
import {expectDecodes, valueOrRemoteError} from '../../support/codec.ts'

const none = Buffer.alloc(0)

// One table serves encode and decode. Add a case here, nowhere else.
const CASES: {name: string; bytes: string; message: RtspMessage}[] = [
  {
    name: 'request without a body',
    bytes: 'OPTIONS rtsp://10.0.0.5:554/stream1 RTSP/1.0\r\nCSeq: 1\r\n\r\n',
    message: {
      kind: 'request',
      method: 'OPTIONS',
      uri: 'rtsp://10.0.0.5:554/stream1',
      headers: [['CSeq', '1']],
      body: none,
    },
  },
  {
    name: 'request with a body',
    bytes: 'SET_PARAMETER * RTSP/1.0\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\na: b',
    message: {kind: 'request', method: 'SET_PARAMETER', uri: '*', headers: [['CSeq', '2']], body: Buffer.from('a: b')},
  },
  {
    name: 'response with two challenges',
    bytes: 'RTSP/1.0 401 Unauthorized\r\nCSeq: 3\r\nWWW-Authenticate: Digest a\r\nWWW-Authenticate: Digest b\r\n\r\n',
    message: {
      kind: 'response',
      status: 401,
      reason: 'Unauthorized',
      headers: [
        ['CSeq', '3'],
        ['WWW-Authenticate', 'Digest a'],
        ['WWW-Authenticate', 'Digest b'],
      ],
      body: none,
    },
  },
  {
    name: 'response without a reason, with a header beyond ASCII',
    bytes: 'RTSP/1.0 200\r\nServer: 摄像机\r\n\r\n',
    message: {kind: 'response', status: 200, reason: '', headers: [['Server', '摄像机']], body: none},
  },
  {
    name: 'interleaved packet',
    bytes: '$\x01\x00\x03abc',
    message: {kind: 'data', channel: 1, payload: Buffer.from('abc')},
  },
  {name: 'empty interleaved packet', bytes: '$\x00\x00\x00', message: {kind: 'data', channel: 0, payload: none}},
]

describe.each(CASES)('RTSP message: $name', ({bytes, message}) => {
  test('encode', () => expect(encode(message).toString()).toBe(bytes))
  test('decode', () => expectDecodes(decode, Buffer.from(bytes), {message}))
})

// Read as cameras send it, never written.
const LENIENT: [name: string, bytes: string, headers: readonly Header[]][] = [
  ['bare line feeds', 'RTSP/1.0 200 OK\nCSeq: 1\n\n', [['CSeq', '1']]],
  ['empty lines before', '\r\n\r\nRTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n', [['CSeq', '1']]],
  ['spaces around the colon', 'RTSP/1.0 200 OK\r\nCSeq :1  \r\n\r\n', [['CSeq', '1']]],
  ['a folded header', 'RTSP/1.0 200 OK\r\nPublic: PLAY,\r\n  SETUP\r\n\r\n', [['Public', 'PLAY, SETUP']]],
  ['a line separator of Unicode in a value', 'RTSP/1.0 200 OK\r\nServer: a\u2028b\r\n\r\n', [['Server', 'a\u2028b']]],
  ['the same length twice', 'RTSP/1.0 200 OK\r\nContent-Length: 0\r\ncontent-length: 0\r\n\r\n', []],
]

test.each(LENIENT)('RTSP message: %s', (_name, bytes, headers) => {
  expect(decode(Buffer.from(bytes))).toEqual({
    message: {kind: 'response', status: 200, reason: 'OK', headers, body: none},
    rest: none,
  })
})

test.each([
  ['HTTP', 'HTTP/1.1 400 Bad Request\r\n', 'neither request nor response'],
  ['HTTP before its body is there', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n', 'neither request nor response'],
  ['a folded start line', 'RTSP/1.0 200\r\n OK\r\nCSeq: 1\r\n\r\n', 'no header'],
  ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', 'neither request nor response'],
  ['a line that is no header', 'RTSP/1.0 200 OK\r\nnonsense\r\n\r\n', 'no header'],
  ['a negative length', 'RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n', 'Content-Length'],
  ['two different lengths', 'RTSP/1.0 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 'Content-Length'],
  ['a body beyond the limit', `RTSP/1.0 200 OK\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n`, 'body of'],
  ['headers without an end', `RTSP/1.0 200 OK\r\nX: ${'a'.repeat(MAX_HEAD_BYTES)}`, 'no end of the headers'],
  ['more headers than allowed', `RTSP/1.0 200 OK\r\n${'X: y\r\n'.repeat(65)}\r\n`, '65 headers'],
  ['nothing but empty lines', '\n'.repeat(MAX_HEAD_BYTES + 1), 'empty lines'],
])('RTSP message: decode refuses %s', (_name, bytes, detail) => {
  expect(() => decode(Buffer.from(bytes))).toThrow(detail)
})

test.each<[string, RtspMessage]>([
  ['a line break in a header', {kind: 'request', method: 'PLAY', uri: '*', headers: [['X', 'a\r\nY: b']], body: none}],
  ['a space in the URI', {kind: 'request', method: 'PLAY', uri: 'rtsp://a b', headers: [], body: none}],
  [
    'its own Content-Length',
    {kind: 'response', status: 200, reason: 'OK', headers: [['content-length', '1']], body: none},
  ],
  ['a packet that is too long', {kind: 'data', channel: 0, payload: Buffer.alloc(65_536)}],
])('RTSP message: encode refuses %s', (_name, message) => {
  expect(() => encode(message)).toThrow('CW_PROTOCOL_LOCAL')
})

test('RTSP message: headers are found whatever the case of their name', () => {
  const message = {
    kind: 'response',
    status: 200,
    reason: '',
    headers: [
      ['cseq', '1'],
      ['CSEQ', '2'],
    ],
    body: none,
  } as const
  expect([headerOf(message, 'CSeq'), headerValues(message, 'CSeq'), headerOf(message, 'Session')]).toEqual([
    '1',
    ['1', '2'],
    undefined,
  ])
})

const value = fc.string({unit: 'grapheme', maxLength: 40}).map((text) => text.replace(/[\r\n\0]/g, '').trim())
const headers = fc.array(fc.tuple(fc.stringMatching(/^X-[A-Za-z0-9-]{1,12}$/), value), {maxLength: 10})
const body = fc.uint8Array({maxLength: 100}).map((bytes) => Buffer.from(bytes))
const messages: fc.Arbitrary<RtspMessage> = fc.oneof(
  fc.record({
    kind: fc.constant('request' as const),
    method: fc.constantFrom('OPTIONS', 'SETUP', 'GET_PARAMETER'),
    uri: fc.stringMatching(/^rtsp:\/\/[a-z]{1,9}\/[!-~]{0,20}$/),
    headers,
    body,
  }),
  fc.record({
    kind: fc.constant('response' as const),
    status: fc.integer({min: 100, max: 599}),
    reason: fc.stringMatching(/^([A-Za-z]+( [A-Za-z]+)*)?$/),
    headers,
    body,
  }),
  fc.record({kind: fc.constant('data' as const), channel: fc.integer({min: 0, max: 255}), payload: body}),
)

test('RTSP message: what was encoded decodes to itself', () => {
  fc.assert(
    fc.property(messages, body, (message, rest) => {
      expect(decode(Buffer.concat([encode(message), rest]))).toEqual({message, rest})
    }),
  )
})

test('RTSP message: whatever a peer sends, decode returns, waits, or throws CW_PROTOCOL_REMOTE', () => {
  const start = fc.constantFrom('', '$', 'RTSP/1.0 200 OK\r\n', 'PLAY * RTSP/1.0\r\nCSeq: 1\r\n')
  fc.assert(
    fc.property(start, fc.uint8Array({maxLength: 200}), (head, noise) => {
      valueOrRemoteError(() => decode(Buffer.concat([Buffer.from(head), noise])))
    }),
  )
})
