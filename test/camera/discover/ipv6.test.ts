import {spawnSync} from 'node:child_process'
import {execa} from 'execa'
import {expect, test} from 'vitest'

/** A link of its own needs a network namespace: Linux, where users may make one. */
const hasNamespaces = process.platform === 'linux' && spawnSync('unshare', ['-rn', 'true']).status === 0
const program = `${import.meta.dirname}/../../support/discover-on-link.ts`

test.skipIf(!hasNamespaces)(
  'discovery: cameras on a link are found over IPv6, with the interface, and one in a wrong network is named',
  async () => {
    const {stdout} = await execa('unshare', ['-rn', process.execPath, program, 'v0'])
    const {found, summary, notes} = JSON.parse(stdout)
    expect(notes).toEqual([])
    const rows = found.map(({name, xaddrs, interface: on, address, reach}: Record<string, unknown>) => ({
      name,
      xaddrs,
      on,
      isLinkLocal: /^fe80:.*%v0$/.test(String(address)),
      ...(reach ? {reach} : {}),
    }))
    const common = {on: 'v0', isLinkLocal: true}
    expect(rows.toSorted((a: {name: string}, b: {name: string}) => a.name.localeCompare(b.name))).toEqual([
      {...common, name: 'Gate 0', xaddrs: ['http://192.0.2.10:8080/onvif/device_service']},
      {
        ...common,
        name: 'Gate 1',
        xaddrs: ['http://192.168.1.64:8081/onvif/device_service'],
        reach: {kind: 'wrong-subnet', host: '192.168.1.64', interface: 'v0', suggested: '192.168.1.250/24'},
      },
      {...common, name: 'Gate 2', xaddrs: ['http://192.0.2.10:8082/onvif/device_service']},
    ])
    // Nobody answers IPv4 there; that is told beside, not instead.
    expect(summary.interfaces).toMatchObject([
      {name: 'v0', address: '192.0.2.10', sent: 6, heard: 0, devices: 0},
      {name: 'v0', address: expect.stringMatching(/^fe80:/), sent: 6, devices: 3},
    ])
  },
)

test.skipIf(!hasNamespaces)('discovery: an interface that cannot send is named, and the others are asked', async () => {
  const {stdout} = await execa('unshare', ['-rn', process.execPath, program, 'lo', 'v0'])
  const {found, summary} = JSON.parse(stdout)
  expect(found).toHaveLength(3)
  expect(summary.interfaces.find(({address}: {address: string}) => address === '::1')).toMatchObject({
    sent: 0,
    unsent: 6,
    failed: 'ENETUNREACH',
  })
})
