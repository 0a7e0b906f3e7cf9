/** A conversation with one camera over ONVIF: its time, identity, streams, and the settings that provisioning changes. */
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {Identity} from '../../model/probe.ts'
import {childOf, childrenOf, type Element} from '../../protocol/soap/element.ts'
import {DeviceFailure} from '../failure.ts'
import {type HandedOut, onCamera} from './address.ts'
import {
  identityOf,
  type MediaProfile,
  type NtpState,
  ntpHost,
  ntpOf,
  profilesOf,
  type Scope,
  type ServiceAddress,
  scopesOf,
  serviceAddresses,
  streamUriOf,
} from './answers.ts'
import {Caller, type CallerOptions} from './caller.ts'
import type {DeviceClock} from './device-clock.ts'
import {nameFromScopes, scopesWithName} from './name-scope.ts'
import * as ask from './operations.ts'
import {type Subscription, subscribe} from './subscription.ts'
import {overlayTexts, recordedDays} from './told.ts'

/** Every method throws DeviceFailure; none throws anything else for what a camera does. */
export interface OnvifSession {
  /** Asked without a login; the first call of a session, as a rule, and it proves that ONVIF is there. */
  clock(): Promise<DeviceClock>
  identity(): Promise<Identity>
  services(): Promise<readonly ServiceAddress[]>
  profiles(): Promise<readonly MediaProfile[]>
  /** Where the stream is, kept on the camera; `foreign` when the camera named another host, here or for its media service. */
  streamUri(profileToken: string): Promise<HandedOut>
  /** Where a still picture is, kept on the camera and on the port that was reached. */
  snapshotUri(profileToken: string): Promise<HandedOut>
  /** What lies there; at most 8 MiB. `auth` when only Basic in the clear is offered. */
  fetch(uri: string): Promise<{readonly contentType: string; readonly body: Buffer}>
  /** How the camera takes logins; undefined before it took one. */
  readonly login: 'token' | 'digest' | undefined
  /** How many users it tells of. */
  users(): Promise<number>
  /** Plain texts drawn over the picture. */
  overlay(): Promise<readonly SafeText[]>
  /** Days between oldest and newest recording; undefined when it keeps none that it tells of. */
  recordedDays(): Promise<number | undefined>
  hostname(): Promise<string | undefined>
  setHostname(name: string): Promise<void>
  ntp(): Promise<NtpState>
  /** Host names or addresses, in order of preference. */
  setNtp(servers: readonly string[]): Promise<void>
  /** The name that discovery shows. */
  name(): Promise<string | undefined>
  /** Reads the configurable scopes and writes them back with another name. */
  setName(name: string): Promise<void>
  /** Subscribes to what the camera tells of itself: to be asked for, or pushed to `consumer`. `unsupported-op` when it has no event service. */
  subscribe(lifetimeMs: number, consumer?: string): Promise<Subscription>
  /** Both ends of the connection. Throws DeviceFailure before the camera was reached. */
  readonly addresses: {readonly local: string; readonly remote: string}
  /** Ends the call that is under way; it and further ones reject as `cancelled` until `resume`. */
  interrupt(): void
  resume(): void
  close(): Promise<void>
}

export interface OnvifOptions extends Omit<CallerOptions, 'xaddr'> {
  /** Device service URL. */
  readonly xaddr: string
}

/** Opens nothing yet: the first call connects. At most one login of a session is ever refused. */
export function openOnvif({xaddr, ...options}: OnvifOptions): OnvifSession {
  return new Session(new URL(xaddr), options)
}

class Session implements OnvifSession {
  readonly #caller: Caller
  readonly #xaddr: URL
  readonly #options: Pick<CallerOptions, 'clock' | 'timeoutMs'>
  #services: Promise<readonly ServiceAddress[]> | undefined

  constructor(xaddr: URL, options: Omit<CallerOptions, 'xaddr'>) {
    this.#xaddr = xaddr
    this.#options = options
    this.#caller = new Caller({...options, xaddr})
  }

  clock(): Promise<DeviceClock> {
    return this.#caller.measureClock()
  }

  async identity(): Promise<Identity> {
    return identityOf(await this.#call(ask.getDeviceInformation()))
  }

  services(): Promise<readonly ServiceAddress[]> {
    this.#services ??= this.#readServices().catch((error: unknown) => {
      this.#services = undefined
      throw error
    })
    return this.#services
  }

  async profiles(): Promise<readonly MediaProfile[]> {
    return profilesOf(await this.#call(ask.getProfiles(await this.#mediaService())))
  }

  async streamUri(profileToken: string): Promise<HandedOut> {
    const service = await this.#mediaService()
    const stream = this.#onCamera(streamUriOf(await this.#call(ask.getStreamUri(service, profileToken))), [
      'rtsp:',
      'rtsps:',
    ])
    if (stream.foreign) return stream
    const media = (await this.services()).find(({name}) => name === service)
    return media?.foreign ? {...stream, advertised: media.advertised, foreign: true} : stream
  }

  async snapshotUri(profileToken: string): Promise<HandedOut> {
    const service = await this.#mediaService()
    const answer = await this.#call(ask.getSnapshotUri(service, profileToken))
    return this.#onCamera(streamUriOf(answer), ['http:', 'https:'])
  }

  async fetch(uri: string): Promise<{readonly contentType: string; readonly body: Buffer}> {
    const {pathname, search} = new URL(uri)
    return this.#caller.fetch(`${pathname}${search}`)
  }

  get login(): 'token' | 'digest' | undefined {
    return this.#caller.login
  }

  async users(): Promise<number> {
    return childrenOf(await this.#call(ask.getUsers()), 'User').length
  }

  async overlay(): Promise<readonly SafeText[]> {
    return overlayTexts(await this.#call(ask.getOsds(await this.#mediaService())))
  }

  async recordedDays(): Promise<number | undefined> {
    const isKept = (await this.services()).some(({name}) => name === 'search')
    return isKept ? recordedDays(await this.#call(ask.getRecordingSummary())) : undefined
  }

  async hostname(): Promise<string | undefined> {
    const answer = await this.#call(ask.getHostname())
    const name = childOf(answer, 'HostnameInformation', 'Name')?.text
    return name ? safeText(name, 253) : undefined
  }

  async setHostname(name: string): Promise<void> {
    await this.#call(ask.setHostname(name))
  }

  async ntp(): Promise<NtpState> {
    return ntpOf(await this.#call(ask.getNtp()))
  }

  async setNtp(servers: readonly string[]): Promise<void> {
    await this.#call(ask.setNtp(servers.map(ntpHost)))
    this.#caller.forgetClock()
  }

  async name(): Promise<string | undefined> {
    return nameFromScopes(await this.#scopes())
  }

  async setName(name: string): Promise<void> {
    await this.#call(ask.setScopes(scopesWithName(await this.#scopes(), name)))
  }

  async subscribe(lifetimeMs: number, consumer?: string): Promise<Subscription> {
    const service = (await this.services()).find(({name}) => name === 'events')
    if (!service) throw new DeviceFailure('unsupported-op', 'has no event service')
    const {clock, timeoutMs} = this.#options
    const keep = (text: string) => this.#onCamera(URL.parse(text, this.#xaddr)?.href ?? text, ['http:', 'https:'])
    const push = consumer === undefined ? {} : {consumer}
    return subscribe({caller: this.#caller, servicePath: service.path, keep, clock, timeoutMs, lifetimeMs, ...push})
  }

  get addresses(): {readonly local: string; readonly remote: string} {
    const {localAddress: local, remoteAddress: remote} = this.#caller.transport
    if (local === undefined || remote === undefined) throw new DeviceFailure('reset', 'was never reached')
    return {local, remote}
  }

  interrupt(): void {
    this.#caller.transport.interrupt()
  }

  resume(): void {
    this.#caller.transport.resume()
  }

  close(): Promise<void> {
    return this.#caller.transport.close()
  }

  async #scopes(): Promise<readonly Scope[]> {
    return scopesOf(await this.#call(ask.getScopes()))
  }

  async #readServices(): Promise<readonly ServiceAddress[]> {
    const keep = (text: string) => this.#onCamera(new URL(text, this.#xaddr).href, ['http:', 'https:'])
    try {
      return serviceAddresses(await this.#call(ask.getServices()), keep)
    } catch (error) {
      if (!(error instanceof DeviceFailure) || !['unsupported-op', 'soap-fault'].includes(error.why)) throw error
      return serviceAddresses(await this.#call(ask.getCapabilities()), keep)
    }
  }

  /** The first media service where there is one: older than the second, and spoken by more cameras without a fault. */
  async #mediaService(): Promise<'media' | 'media2'> {
    const names = new Set((await this.services()).map(({name}) => name))
    if (!names.has('media') && !names.has('media2')) throw new DeviceFailure('no-profile', 'has no media service')
    return names.has('media') ? 'media' : 'media2'
  }

  async #call(operation: ask.Operation): Promise<Element> {
    return this.#caller.call(operation, await this.#pathOf(operation.service))
  }

  async #pathOf(service: ask.Service): Promise<string> {
    const own = this.#xaddr.pathname + this.#xaddr.search
    if (service === 'device') return own
    const known = (await this.services()).find(({name}) => name === service)
    return known?.path ?? own
  }

  #onCamera(text: string, schemes: readonly string[]): HandedOut {
    return onCamera(text, {xaddr: this.#xaddr, remoteAddress: this.#caller.transport.remoteAddress}, schemes)
  }
}
