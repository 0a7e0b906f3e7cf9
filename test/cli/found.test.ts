import {expect, test} from 'vitest'
import {addressCommand, type FoundRow, searchLines, WrongSubnets} from '../../src/cli/render/found.ts'

test.each([
  ['linux', 'eth0', 'sudo ip address add 192.168.1.250/24 dev eth0'],
  ['darwin', 'en0', 'sudo ifconfig en0 alias 192.168.1.250 netmask 255.255.255.0'],
  ['freebsd', 'em0', 'sudo ifconfig em0 alias 192.168.1.250 netmask 255.255.255.0'],
  ['win32', 'Ethernet 2', 'netsh interface ipv4 add address "Ethernet 2" 192.168.1.250 255.255.255.0'],
  ['linux', "x'; rm -rf ~ #", "sudo ip address add 192.168.1.250/24 dev 'x; rm -rf ~ #'"],
  ['win32', 'a" & del', 'netsh interface ipv4 add address "a & del" 192.168.1.250 255.255.255.0'],
] as const)('found: the command for an address on %s, interface %s', (platform, on, command) =>
  expect(addressCommand(on, '192.168.1.250/24', platform)).toBe(command),
)

test('found: cameras of one foreign network share one command', () => {
  const wrong = new WrongSubnets()
  for (const last of [1, 2, 3, 4, 5, 6, 7]) {
    const host = `192.168.1.${last}`
    wrong.see({reach: {kind: 'wrong-subnet', host, interface: 'eth0', suggested: '192.168.1.250/24'}} as FoundRow)
  }
  expect(wrong.lines('linux')).toEqual([
    '192.168.1.1, 192.168.1.2, 192.168.1.3, 192.168.1.4, 192.168.1.5 and 2 more: heard on eth0, which has no address in that network. To reach them (make sure that nobody has 192.168.1.250):',
    '  sudo ip address add 192.168.1.250/24 dev eth0',
  ])
})

test('found: what the search came to, an interface that failed and addresses that could not be asked among it', () => {
  const lines = searchLines({
    interfaces: [
      {name: 'eth0', address: '10.0.0.7', sent: 6, unsent: 0, heard: 9, ignored: 2, devices: 3},
      {name: 'tun0', address: 'fe80::1', sent: 0, unsent: 6, heard: 0, ignored: 0, devices: 0, failed: 'ENETUNREACH'},
    ],
    sweep: {addresses: 9, asked: 7, open: 1, refused: 2, silent: 4, failed: {EMFILE: 2}},
    dropped: 0,
    complete: false,
  })
  expect(lines).toEqual([
    'eth0 (10.0.0.7): 6 questions, 9 datagrams heard, 2 of them no answer to it, 3 devices',
    'tun0 (fe80::1): could not ask: ENETUNREACH',
    '7 of 9 addresses asked: 1 with an open port, 2 refused, 4 silent; 2 could not be asked: EMFILE',
    'interrupted: this is what was found so far',
  ])
})
