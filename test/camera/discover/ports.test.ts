import {expect, test} from 'vitest'
import {DEFAULT_PORTS, parsePorts} from '../../../src/camera/discover/ports.ts'

test.each([
  [DEFAULT_PORTS, ['http:80', 'http:8080', 'rtsp:554']],
  ['443, 8554 ,rtsp:5540,https:9443,http:554', ['https:443', 'rtsp:8554', 'rtsp:5540', 'https:9443', 'http:554']],
  ['80,80', ['http:80']],
  ['none', []],
])('ports: %s', (text, ports) => expect(parsePorts(text).map(({scheme, port}) => `${scheme}:${port}`)).toEqual(ports))

test.each([
  '',
  '0',
  '65536',
  'x',
  '80,,81',
  'ftp:21',
  '80-90',
  Array.from({length: 33}, (_, index) => index + 1).join(),
])('ports: %j are none', (text) =>
  expect(() => parsePorts(text)).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'})),
)
