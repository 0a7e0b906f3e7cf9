import {expect, test} from 'vitest'
import {formatTransport, parseTransports} from '../../../src/protocol/rtsp/transport.ts'

test.each([
  ['RTP/AVP/TCP;unicast;interleaved=0-1', [{kind: 'tcp', interleaved: [0, 1]}]],
  [
    'RTP/AVP;unicast;client_port=6970-6971;server_port=5000-5001;ssrc=0000AB12',
    [{kind: 'udp', clientPort: [6970, 6971], serverPort: [5000, 5001], ssrc: 0xab12}],
  ],
] as const)('RTSP transport: %s, both ways', (header, transports) => {
  expect(parseTransports(header)).toEqual(transports)
  expect(transports.map(formatTransport).join(',')).toBe(header)
})

test.each([
  ['two choices', 'RTP/AVP/UDP;unicast;client_port=1-2, RTP/AVP/TCP;interleaved=2-3', ['udp', 'tcp']],
  ['multicast is not one of ours', 'RTP/AVP;multicast;client_port=1-2', []],
  ['a profile that is not RTP', 'RAW/RAW/UDP;unicast;client_port=1-2', []],
  ['nothing', '', []],
])('RTSP transport: %s', (_name, header, kinds) => {
  expect(parseTransports(header).map(({kind}) => kind)).toEqual(kinds)
})

test('RTSP transport: one port means itself and the next; a channel or port out of range is left out', () => {
  expect(parseTransports('RTP/AVP;client_port=6970')).toEqual([{kind: 'udp', clientPort: [6970, 6971]}])
  expect(parseTransports('RTP/AVP/TCP;interleaved=255-256')).toEqual([{kind: 'tcp'}])
  expect(parseTransports('RTP/AVP;client_port=65535')).toEqual([{kind: 'udp'}])
})
