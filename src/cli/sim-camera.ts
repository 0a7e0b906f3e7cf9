/** `sim camera`: one simulated camera on real ports, for as long as it is wanted. */
import type {Clock} from '../lib/clock.ts'
import type {SimCamera} from '../sim/camera/camera.ts'
import type {DiscoveryFaultName} from '../sim/camera/discovery-faults.ts'
import type {EventFaultName} from '../sim/camera/events/faults.ts'
import {stir} from '../sim/camera/events/stir.ts'
import {startFleet} from '../sim/camera/fleet.ts'
import type {WeaknessName} from '../sim/camera/weaknesses.ts'
import type {FaultName} from '../sim/faults.ts'
import type {CredentialFlags} from './credentials.ts'
import {untilAborted} from './interrupt.ts'
import {simCredential} from './sim-credential.ts'
import {type SimStreamFlags, simStream} from './sim-stream.ts'

export interface SimCameraFlags extends CredentialFlags, SimStreamFlags {
  readonly address: string
  readonly 'http-port': number
  readonly 'rtsp-port': number
  readonly name: string
  readonly width: number
  readonly height: number
  readonly fault?: FaultName | undefined
  readonly 'event-fault'?: EventFaultName | undefined
  readonly 'discovery-fault'?: DiscoveryFaultName | undefined
  readonly weakness?: readonly WeaknessName[] | undefined
  readonly 'https-port'?: number | undefined
  readonly 'telnet-port': number
  readonly 'camera-events': number
  readonly multicast: boolean
}

/** What is announced once the camera is up. Neither address has userinfo. */
export type CameraReady = Readonly<Record<string, string>>

/** Runs until `signal` aborts. Returns every SOAP action that the camera answered. Throws CW_PORT_IN_USE and CW_IO. */
export async function serveCamera(
  flags: SimCameraFlags,
  clock: Clock,
  signal: AbortSignal,
  ready: (lines: CameraReady) => void,
): Promise<{readonly actions: readonly string[]}> {
  const login = await simCredential(flags)
  const {credential, passwordFile} = login
  const {address, name, width, height, fault, 'event-fault': eventFault, 'discovery-fault': discoveryFault} = flags
  const stream = await simStream(flags, address, clock)
  const clean = () => Promise.all([login.remove(), stream.remove()])
  const spec = {
    key: 'SIM-1',
    name,
    address,
    httpPort: flags['http-port'],
    rtspPort: flags['rtsp-port'],
    credential,
    width,
    height,
    stream: stream.spec,
    telnetPort: flags['telnet-port'],
    ...(flags.weakness ? {weaknesses: flags.weakness} : {}),
    ...(flags['https-port'] === undefined ? {} : {httpsPort: flags['https-port']}),
    ...(fault ? {fault} : {}),
    ...(eventFault ? {eventFault} : {}),
    ...(discoveryFault ? {discoveryFault} : {}),
  }
  const fleet = await startFleet([spec], {clock, discovery: {multicast: flags.multicast}}).catch(async (error) => {
    await clean()
    throw error
  })
  try {
    const [camera] = fleet.cameras
    ready({
      onvif: camera?.xaddr ?? '',
      rtsp: `rtsp${flags.rtsps ? 's' : ''}://${address}:${camera?.rtspPort}/stream1`,
      ...(camera ? openPorts(camera) : {}),
      user: camera?.spec.credential.user ?? credential.user,
      ...(passwordFile ? {'password-file': passwordFile} : {}),
      ...(stream.certificateFile ? {'certificate-file': stream.certificateFile} : {}),
    })
    await Promise.all([
      stir(fleet.cameras, {perMinute: flags['camera-events'], seed: 1, clock, signal}),
      untilAborted(signal),
    ])
    return {actions: camera?.actions ?? []}
  } finally {
    await Promise.all([fleet.close(), clean()])
  }
}

/** The ports that it has besides the usual two. */
function openPorts(camera: SimCamera): Readonly<Record<string, string>> {
  return {
    ...(camera.hasHttps ? {https: String(camera.httpsPort)} : {}),
    ...(camera.isWeak('telnet-open') ? {telnet: String(camera.telnetPort)} : {}),
    ...(camera.isWeak('upnp-open') ? {upnp: String(camera.upnpPort)} : {}),
  }
}
