/**
 * Run inside a network namespace (`unshare -rn`): makes a link with IPv4 and IPv6, puts cameras on it that answer multicast over
 * both, and prints what discovery finds there as JSON.
 */
import {spawnSync} from 'node:child_process'
import {networkInterfaces} from 'node:os'
import {discover} from '../../src/camera/discover/discover.ts'
import {listenDiscovery} from '../../src/sim/camera/discovery.ts'
import type {DiscoveryFaultName} from '../../src/sim/camera/discovery-faults.ts'
import {realClock} from './clock.ts'
import {simCamera} from './sim-camera.ts'
import {until} from './wait.ts'

const PORT = 13_702
const SETUP = [
  'link set lo up',
  'link add v0 type veth peer name v1',
  'link set v0 up',
  'link set v1 up',
  'address add 192.0.2.10/24 dev v0',
  'address add 2001:db8::10/64 dev v0 nodad',
]
for (const line of SETUP) {
  const {status, stderr} = spawnSync('ip', line.split(' '), {encoding: 'utf8'})
  if (status !== 0) throw new Error(`ip ${line}: ${stderr}`)
}
// An address of the link itself may not be used before the system has seen that nobody else has it.
const settled = () =>
  spawnSync('ip', ['-6', 'address', 'show', 'dev', 'v0', 'tentative'], {encoding: 'utf8'}).stdout === ''
await until(() => settled() && networkInterfaces().v0?.some(({address}) => address.startsWith('fe80')) === true)
const faults: readonly (DiscoveryFaultName | undefined)[] = [undefined, 'wrong-subnet', 'nvt-only']
const cameras = faults.map((discoveryFault, index) =>
  simCamera({
    key: `CAM-${index}`,
    name: `Gate ${index}`,
    address: '192.0.2.10',
    httpPort: 8_080 + index,
    ...(discoveryFault ? {discoveryFault} : {}),
  }),
)
const listeners = await listenDiscovery(cameras, {port: PORT, multicast: false, ipv6Interfaces: ['v0']})
const run = discover({
  interfaces: process.argv.slice(2),
  addresses: [],
  maxHosts: 1,
  timeoutMs: 500,
  port: PORT,
  ports: [],
  rate: 1_000,
  concurrency: 1,
  connectMs: 1_000,
  clock: realClock,
})
const found = []
for await (const one of run.found) found.push(one)
await listeners.close()
console.log(JSON.stringify({found, summary: run.summary(), notes: listeners.notes}))
