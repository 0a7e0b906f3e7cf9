import onvif from 'onvif'
import {expect, onTestFinished, test} from 'vitest'
import {discover} from '../../../src/camera/discover/discover.ts'
import {listenDiscovery} from '../../../src/sim/camera/discovery.ts'
import {realClock} from '../../support/clock.ts'
import {simCamera} from '../../support/sim-camera.ts'

interface PackageCam {
  readonly hostname: string
  readonly port: number | string
  readonly path: string
}

/** Somebody else's search, on the loopback interface. It knows one port only: 3702. */
function packageSearch(timeoutMs: number): Promise<PackageCam[]> {
  const {Discovery} = onvif as unknown as {
    Discovery: {
      on(name: 'error', listener: () => void): void
      probe(options: object, callback: (error: unknown, cams: PackageCam[]) => void): void
    }
  }
  Discovery.on('error', () => {})
  return new Promise((resolve, reject) =>
    Discovery.probe({device: 'lo', timeout: timeoutMs}, (error, cams) => (error ? reject(error) : resolve(cams))),
  )
}

test.skipIf(process.platform !== 'linux')(
  'the onvif package finds simulated cameras, and we find the same at the same addresses',
  async () => {
    const cameras = [1, 2, 3].map((last) =>
      simCamera({key: `CAM-${last}`, address: `127.95.0.${last}`, httpPort: 8_000 + last}),
    )
    const listeners = await listenDiscovery(cameras, {multicast: true})
    onTestFinished(() => listeners.close())
    expect(listeners.notes).toEqual([])
    const theirs = (await packageSearch(1_500)).filter(({hostname}) => hostname.startsWith('127.95.'))
    const ours: string[] = []
    const run = discover({
      interfaces: ['127.0.0.1'],
      addresses: [],
      maxHosts: 1,
      timeoutMs: 60_000,
      ports: [],
      rate: 1_000,
      concurrency: 1,
      connectMs: 1_000,
      clock: realClock,
    })
    for await (const {xaddrs} of run.found) {
      if (xaddrs[0]?.includes('127.95.')) ours.push(xaddrs[0])
      if (ours.length === cameras.length) break
    }
    expect(ours.toSorted()).toEqual(cameras.map(({xaddr}) => xaddr))
    expect(theirs.map(({hostname, port, path}) => `http://${hostname}:${port}${path}`).toSorted()).toEqual(
      ours.toSorted(),
    )
  },
)
