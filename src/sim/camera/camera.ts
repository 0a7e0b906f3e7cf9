/** One simulated camera: what it was given, and what its users have changed since. */
import type {Clock} from '../../lib/clock.ts'
import type {Credential} from '../../lib/secret.ts'
import type {FaultName} from '../faults.ts'
import type {DiscoveryFaultName} from './discovery-faults.ts'
import type {EventFaultName} from './events/faults.ts'
import {EventSource} from './events/source.ts'
import type {StreamFaultName, StreamSpec} from './media/stream-spec.ts'
import {FACTORY_LOGIN, HTTPS_WEAKNESSES, type WeaknessName} from './weaknesses.ts'

export interface CameraSpec {
  /** Inventory key; also the source of serial number, MAC and UUID. */
  readonly key: string
  readonly name: string
  /** IPv4 address in 127.0.0.0/8 that only this camera listens on. */
  readonly address: string
  /** 0 lets the system choose; the camera's `httpPort` and `rtspPort` then tell. */
  readonly httpPort: number
  readonly rtspPort: number
  /** ONVIF in TLS as well; absent: only where a weakness needs it. 0 lets the system choose. */
  readonly httpsPort?: number
  readonly telnetPort?: number
  readonly upnpPort?: number
  readonly credential: Credential
  readonly fault?: FaultName
  readonly eventFault?: EventFaultName
  readonly discoveryFault?: DiscoveryFaultName
  readonly weaknesses?: readonly WeaknessName[]
  /** H.264 without sound in the clear where absent. */
  readonly stream?: StreamSpec
  readonly manufacturer?: string
  readonly model?: string
  readonly firmware?: string
  readonly width?: number
  readonly height?: number
  /** Text drawn over the picture, as ONVIF tells it; absent: it knows no overlay. */
  readonly overlay?: string
  /** Days of recordings that it keeps; absent: it keeps none and has no search service. */
  readonly recordedDays?: number
}

/** Live state, shared by the ONVIF and the RTSP side of one camera. */
export class SimCamera {
  readonly spec: CameraSpec
  readonly clock: Clock
  httpPort: number
  rtspPort: number
  httpsPort: number
  telnetPort: number
  upnpPort: number
  hostname: string
  /** What ONVIF calls the name scope. */
  name: string
  ntp: {fromDhcp: boolean; servers: readonly string[]} = {fromDhcp: false, servers: []}
  /** Device clock minus real time, ms. */
  clockOffsetMs: number
  failedLogins = 0
  /** Every SOAP action answered, in order: tests ask it whether a plan really changed nothing. At most 1,000 are kept. */
  readonly actions: string[] = []
  readonly events: EventSource
  /** Called when it reboots: whoever holds connections of it lets them go. */
  readonly whenRebooting = new Set<() => void>()
  #offUntil = 0

  constructor(spec: CameraSpec, clock: Clock) {
    this.spec = spec.weaknesses?.includes('default-password') ? {...spec, credential: FACTORY_LOGIN} : spec
    this.clock = clock
    this.httpPort = spec.httpPort
    this.rtspPort = spec.rtspPort
    this.httpsPort = spec.httpsPort ?? 0
    this.telnetPort = spec.telnetPort ?? 0
    this.upnpPort = spec.upnpPort ?? 0
    this.hostname = `cam-${spec.key.toLowerCase().replace(/[^a-z0-9-]+/g, '-')}`
    this.name = spec.name
    this.events = new EventSource(clock, () => this.now())
    this.clockOffsetMs = spec.fault === 'clock-skew' || spec.fault === 'hidden-clock' ? -2 * 3_600_000 : 0
  }

  has(fault: FaultName): boolean {
    return this.spec.fault === fault
  }

  isWeak(weakness: WeaknessName): boolean {
    return this.spec.weaknesses?.includes(weakness) ?? false
  }

  get hasHttps(): boolean {
    return this.spec.httpsPort !== undefined || HTTPS_WEAKNESSES.some((weakness) => this.isWeak(weakness))
  }

  get eventFault(): EventFaultName | undefined {
    return this.spec.eventFault
  }

  get streamFault(): StreamFaultName | undefined {
    return this.spec.stream?.fault
  }

  /** False while it starts: it takes no connection then. */
  get isUp(): boolean {
    return this.clock.now() >= this.#offUntil
  }

  /** Connections and subscriptions are gone; for `outageMs` nobody answers. */
  reboot(outageMs: number): void {
    this.#offUntil = this.clock.now() + outageMs
    this.events.forgetAll()
    for (const letGo of this.whenRebooting) letGo()
  }

  /** The camera's own idea of now, ms since the epoch. */
  now(): number {
    return this.clock.now() + this.clockOffsetMs
  }

  record(action: string): void {
    if (this.actions.length < 1_000) this.actions.push(action)
  }

  get xaddr(): string {
    return `http://${this.spec.address}:${this.httpPort}/onvif/device_service`
  }
}
