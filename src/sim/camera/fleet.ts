/** Many simulated cameras in one process, each on its own address with its own ports. */
import type {Clock} from '../../lib/clock.ts'
import {openBlackHole} from './black-hole.ts'
import {type CameraSpec, SimCamera} from './camera.ts'
import {listenDiscovery} from './discovery.ts'
import {listenOnvif, listenOnvifTls} from './onvif/listen.ts'
import {listenRtsp} from './rtsp/listen.ts'
import {listenWeakServices} from './weak-services.ts'

export interface Fleet {
  readonly cameras: readonly SimCamera[]
  close(): Promise<void>
}

export interface FleetOptions {
  readonly clock: Clock
  /** Answer WS-Discovery as well; multicast too when `multicast`. */
  readonly discovery?: {readonly multicast: boolean}
}

/** Starts them all or none. Throws CW_PORT_IN_USE or CW_IO. */
export async function startFleet(specs: readonly CameraSpec[], {clock, discovery}: FleetOptions): Promise<Fleet> {
  const cameras = specs.map((spec) => new SimCamera(spec, clock))
  const parts: {close(): Promise<void>}[] = []
  const close = async () => {
    for (const {events} of cameras) events.forgetAll() // pulls that wait would hold the process
    await Promise.all(parts.map((part) => part.close()))
  }
  try {
    parts.push(await listenRtsp(cameras))
    parts.push(await listenOnvif(cameras))
    parts.push(await listenOnvifTls(cameras.filter((camera) => camera.hasHttps)))
    parts.push(await listenWeakServices(cameras))
    parts.push(await darken(cameras.filter((camera) => camera.has('dead')))) // the costliest: last, when all else has its port
    if (discovery) parts.push(await listenDiscovery(cameras, discovery))
  } catch (error) {
    await close()
    throw error
  }
  return {cameras, close}
}

/** Gives dead cameras ports that swallow every attempt. */
async function darken(cameras: readonly SimCamera[]): Promise<{close(): Promise<void>}> {
  const hole = await openBlackHole(
    cameras.flatMap(({spec}) => [
      {host: spec.address, port: spec.httpPort},
      {host: spec.address, port: spec.rtspPort},
    ]),
  )
  for (const [index, camera] of cameras.entries()) {
    camera.httpPort = hole.ports[2 * index] ?? 0
    camera.rtspPort = hole.ports[2 * index + 1] ?? 0
  }
  return hole
}
