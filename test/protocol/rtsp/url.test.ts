import {expect, test} from 'vitest'
import {formatRtspUrl, parseRtspUrl, resolveControl} from '../../../src/protocol/rtsp/url.ts'

test.each([
  ['rtsp://10.0.0.5/stream1', {host: '10.0.0.5', port: 554, path: '/stream1'}],
  ['RTSP://cam.example:8554', {host: 'cam.example', port: 8554, path: ''}],
  ['rtsp://admin:p@ss:w/rd@10.0.0.5:554/', undefined],
  ['rtsp://admin:p@ss@10.0.0.5:554/a', {host: '10.0.0.5', port: 554, path: '/a'}],
  ['rtsp://[fe80::1]:554/a?b=c&d=e', {host: 'fe80::1', port: 554, path: '/a?b=c&d=e'}],
  ['rtsp://10.0.0.5?x=1', {host: '10.0.0.5', port: 554, path: '?x=1'}],
  ['rtsp://10.0.0.5:70000/', undefined],
  ['rtsp://10.0.0.5:0/', undefined],
  ['rtsps://10.0.0.5/', {host: '10.0.0.5', port: 322, path: '/', secure: true}],
  ['RTSPS://admin:x@10.0.0.5:8322/a', {host: '10.0.0.5', port: 8322, path: '/a', secure: true}],
  ['rtspu://10.0.0.5/', undefined],
  ['http://10.0.0.5/', undefined],
  ['rtsp://10.0.0.5/a b', undefined],
  ['rtsp://10.0.0.5/a\r\nX: y', undefined],
  ['rtsp:///a', undefined],
])('RTSP URL: %s', (text, url) => {
  expect(parseRtspUrl(text)).toEqual(url)
})

test('RTSP URL: printed without userinfo, IPv6 in brackets', () => {
  expect(formatRtspUrl(parseRtspUrl('rtsp://admin:secret@[::1]/a')!)).toBe('rtsp://[::1]:554/a')
})

test('RTSP URL: one in TLS stays in it, whatever the camera hands out', () => {
  const base = parseRtspUrl('rtsps://admin:secret@10.0.0.5:8322/a')!
  expect(formatRtspUrl(base)).toBe('rtsps://10.0.0.5:8322/a')
  expect(formatRtspUrl(resolveControl(base, 'rtsp://10.0.0.5:554/a/t1'))).toBe('rtsps://10.0.0.5:8322/a/t1')
  const plain = parseRtspUrl('rtsp://10.0.0.5/a')!
  expect(formatRtspUrl(resolveControl(plain, 'rtsps://10.0.0.5/a/t1'))).toBe('rtsp://10.0.0.5:554/a/t1')
})

const at = (path: string) => ({host: '10.0.0.5', port: 554, path})

test.each([
  ['no control attribute', '/s', undefined, '/s'],
  ['the aggregate', '/s/', '*', '/s/'],
  ['a name behind a slash', '/s/', 'trackID=1', '/s/trackID=1'],
  ['a name behind none', '/s', 'trackID=1', '/s/trackID=1'],
  ['a name with its own slash', '/s/', '/trackID=1', '/s/trackID=1'],
  ['a name behind a query', '/cam?channel=1', 'trackID=0', '/cam?channel=1/trackID=0'],
  ['a query', '/cam', '?track=1', '/cam?track=1'],
  ['an absolute address', '/s', 'rtsp://10.0.0.5:554/s/t1', '/s/t1'],
  ['an absolute address of another host: its path on ours', '/s', 'rtsp://user:pw@169.254.169.254:80/s/t1', '/s/t1'],
  ['one with a line break', '/s', 't1\r\nX: y', '/s'],
])('RTSP control: %s', (_name, base, control, path) => {
  expect(resolveControl(at(base), control)).toEqual(at(path))
})
