import {expect, test} from 'vitest'
import {onCamera} from '../../../src/camera/onvif/address.ts'

const RTSP = ['rtsp:', 'rtsps:']
const HTTP = ['http:', 'https:']
const reached = {xaddr: new URL('http://cam.example:8080/onvif/device_service'), remoteAddress: '10.0.0.5'}

const CASES: readonly (readonly [string, string, readonly string[], string, boolean])[] = [
  ['its own address', 'rtsp://10.0.0.5:554/s?a=1&b=2', RTSP, 'rtsp://cam.example:554/s?a=1&b=2', false],
  ['its own name', 'rtsp://CAM.example/s', RTSP, 'rtsp://cam.example/s', false],
  ['another network', 'rtsp://192.168.1.64:8554/s', RTSP, 'rtsp://cam.example:8554/s', true],
  ['no address', 'rtsp://0.0.0.0:554/s', RTSP, 'rtsp://cam.example:554/s', false],
  ['a login in the address', 'rtsp://admin:pw@10.0.0.5/s', RTSP, 'rtsp://cam.example/s', false],
  ['a service on another port', 'http://10.0.0.5:80/onvif/media?x=1', HTTP, 'http://cam.example:8080/onvif/media?x=1', false],
  ['a service over https, reached over http', 'https://10.0.0.5/onvif/media', HTTP, 'http://cam.example:8080/onvif/media', false],
  ['the cloud', 'http://169.254.169.254/latest/meta-data', HTTP, 'http://cam.example:8080/latest/meta-data', true],
] // biome-ignore format: a table

test.each(CASES)('onvif address: %s', (_, text, schemes, uri, foreign) => {
  const handed = onCamera(text, reached, schemes)
  expect([handed.uri, handed.foreign]).toEqual([uri, foreign])
  expect(handed.advertised).not.toContain('pw')
})

test.each(['', 'stream1', 'file:///etc/passwd', 'javascript:alert(1)', 'http://10.0.0.5/'])(
  'onvif address: %j is no stream',
  (text) => {
    expect(() => onCamera(text, reached, RTSP)).toThrow(expect.objectContaining({why: 'malformed-xml'}))
  },
)

test('onvif address: a login does not stand in what is reported of an address that is none', () => {
  expect(() => onCamera('ftp://admin:Canary7@10.0.0.5/', reached, RTSP)).toThrow(/ftp:\/\/10\.0\.0\.5/)
})
