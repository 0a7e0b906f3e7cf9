import {expect, test} from 'vitest'
import {withoutLogin} from '../../src/model/address.ts'
import {xaddrOf} from '../../src/site/address.ts'
import {coordinatesOf, pairOf} from '../../src/site/coordinates.ts'

const at = (base: string) => `${base}/onvif/device_service`

test.each([
  ['10.0.0.5', undefined, at('http://10.0.0.5')],
  [' 10.0.0.5 ', 8080, at('http://10.0.0.5:8080')],
  ['10.0.0.5:8081', 8080, at('http://10.0.0.5:8081')],
  ['10.0.0.5:80', undefined, at('http://10.0.0.5')],
  ['Cam-7.city.example', undefined, at('http://cam-7.city.example')],
  ['https://10.0.0.5', undefined, at('https://10.0.0.5')],
  ['HTTP://10.0.0.5:81/', undefined, at('http://10.0.0.5:81')],
  ['http://10.0.0.5/onvif/device', undefined, 'http://10.0.0.5/onvif/device'],
  ['[fd00::5]:81', undefined, at('http://[fd00::5]:81')],
  ['fd00::5', 81, at('http://[fd00::5]:81')],
  ['127.3.2.1:8000', undefined, at('http://127.3.2.1:8000')],
  ['999.1.1.1', undefined, undefined],
  ['010.1.1.1', undefined, undefined],
  ['10.1', undefined, undefined],
  ['10.0.0.5.6', undefined, undefined],
  ['0.0.0.0', undefined, undefined],
  ['224.0.0.1', undefined, undefined],
  ['255.255.255.255', undefined, undefined],
  ['10.0.0.5 10.0.0.6', undefined, undefined],
  ['10.0.0.5:0', undefined, undefined],
  ['10.0.0.5:70000', undefined, undefined],
  ['rtsp://10.0.0.5/live', undefined, undefined],
  ['http://10.0.0.5/?a=b', undefined, undefined],
  ['http://admin:pw@10.0.0.5/', undefined, undefined],
  ['3450 W 71st St', undefined, undefined],
  ['[:::::]', undefined, undefined],
  ['cam..example', undefined, undefined],
  ['-', undefined, undefined],
  ['', undefined, undefined],
])('address: %s with port %s', (text, port, xaddr) => {
  expect(xaddrOf(text, port)).toBe(xaddr)
})

test.each([
  ['rtsp://admin:p@ss/w0rd@10.0.0.5/live', 'rtsp://10.0.0.5/live'],
  ['admin:pw@10.0.0.5', '10.0.0.5'],
  ['http://10.0.0.5/snap?user=admin&password=pw&channel=1', 'http://10.0.0.5/snap?user=admin&password=…&channel=1'],
  ['rtsp://10.0.0.5/user=admin&password=tl&channel=1', 'rtsp://10.0.0.5/user=admin&password=…&channel=1'],
  ['ops@city.example', 'ops@city.example'],
  ['a = b @ c', 'a = b @ c'],
])('address: %s loses its login', (text, clean) => {
  expect(withoutLogin(text)).toBe(clean)
})

test.each([
  ['22.543096', '114.057865', {position: {latitude: 22.543096, longitude: 114.057865}}],
  ['３９.３１', '\u00A0-76,64 ', {position: {latitude: 39.31, longitude: -76.64}}],
  ['', '', undefined],
  ['22.5', '', {rule: 'coordinates-half', at: 'longitude'}],
  ['', '114', {rule: 'coordinates-half', at: 'latitude'}],
  ['0', '0.000000', {rule: 'coordinates-zero', at: 'latitude'}],
  ['114.05', '22.54', {rule: 'coordinates-swapped', at: 'latitude'}],
  ['-76.64', '39.31', {rule: 'coordinates-swapped', at: 'latitude'}],
  ['78.22', '15.63', {position: {latitude: 78.22, longitude: 15.63}}],
  ['91', '200', {rule: 'coordinates-range', at: 'latitude'}],
  ['37.5', '1721', {rule: 'coordinates-range', at: 'longitude'}],
  ["22°32'N", '114', {rule: 'coordinates-number', at: 'latitude'}],
  ['1e1', '114', {rule: 'coordinates-number', at: 'latitude'}],
])('coordinates: %s, %s', (latitude, longitude, expected) => {
  expect(coordinatesOf(latitude, longitude)).toEqual(expected)
})

test.each([
  ['POINT (114.05 22.54)', ['22.54', '114.05']],
  ['SRID=4326;point(114.05 22.54)', ['22.54', '114.05']],
  ['(41.92, -87.67)', ['41.92', '-87.67']],
  ['41.92,-87.67', ['41.92', '-87.67']],
  ['POINT EMPTY', undefined],
  ['somewhere', undefined],
])('position: %s', (text, pair) => {
  expect(pairOf(text)).toEqual(pair)
})
