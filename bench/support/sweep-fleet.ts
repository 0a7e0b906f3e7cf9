/** Simulated cameras for a sweep, in a process of their own: addresses on standard input, one a line, then `ready`. Every third is silent to WS-Discovery. */
import {createInterface} from 'node:readline'
import {systemClock} from '../../src/cli/system-clock.ts'
import {Secret} from '../../src/lib/secret.ts'
import {SimCamera} from '../../src/sim/camera/camera.ts'
import {listenDiscovery} from '../../src/sim/camera/discovery.ts'
import {listenOnvif} from '../../src/sim/camera/onvif/listen.ts'

const [httpPort = 0, discoveryPort = 0] = process.argv.slice(2).map(Number)
const addresses: string[] = []
for await (const line of createInterface({input: process.stdin})) if (line !== '') addresses.push(line)
const cameras = addresses.map(
  (address, index) =>
    new SimCamera(
      {
        key: `SWEEP-${index}`,
        name: `Gate ${index}`,
        address,
        httpPort,
        rtspPort: 0,
        credential: {user: 'admin', password: new Secret('x')},
      },
      systemClock,
    ),
)
await listenOnvif(cameras)
const {notes} = await listenDiscovery(
  cameras.filter((_, index) => index % 3 > 0),
  {port: discoveryPort, multicast: false},
)
if (notes.length > 0) throw new Error(notes.join('; '))
console.log('ready')
