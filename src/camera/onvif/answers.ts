/** The answers of a camera as typed values: every text as it was spelled, numbers only where the field is one. */
import {isIP} from 'node:net'
import {safeName, safeText} from '../../lib/safe-text.ts'
import type {Identity} from '../../model/probe.ts'
import {childOf, childrenOf, type Element, textOf, wholeNumber} from '../../protocol/soap/element.ts'
import {DeviceFailure} from '../failure.ts'
import type {HandedOut} from './address.ts'
import type {NtpHost, Service} from './operations.ts'

/** Items taken of a list; cameras have a handful, recorders some hundreds. */
const MAX_ITEMS = 512
/** Larger frame rates are not believed. */
const MAX_FRAME_RATE = 1_000

export interface MediaProfile {
  /** As the camera spelled it; goes back to it unchanged. */
  readonly token: string
  readonly name: string
  /** As the camera spells it: `H264`. */
  readonly codec?: string
  readonly width?: number
  readonly height?: number
  /** What the encoder is limited to: pictures and kilobits a second. */
  readonly frameRate?: number
  readonly bitRateKbps?: number
  /** Pictures from one key frame to the next. */
  readonly groupLength?: number
}

export interface NtpState {
  readonly fromDhcp: boolean
  readonly servers: readonly string[]
}

export interface Scope {
  readonly fixed: boolean
  readonly uri: string
}

export interface ServiceAddress {
  readonly name: Service | 'other'
  /** Path and query on the camera. */
  readonly path: string
  readonly advertised: string
  readonly foreign: boolean
}

export function identityOf(answer: Element): Identity {
  const field = (name: string) => safeName(textOf(answer, name) ?? '')
  return {
    manufacturer: field('Manufacturer'),
    model: field('Model'),
    firmware: field('FirmwareVersion'),
    serial: field('SerialNumber'),
  }
}

/** Profiles of either media service. One without a token is passed over: nothing could be asked of it. */
export function profilesOf(answer: Element): MediaProfile[] {
  return childrenOf(answer, 'Profiles')
    .slice(0, MAX_ITEMS)
    .flatMap((profile) => {
      const token = profile.attributes.get('token')
      if (!token) return []
      const encoder =
        childOf(profile, 'VideoEncoderConfiguration') ?? childOf(profile, 'Configurations', 'VideoEncoder')
      const codec = textOf(encoder, 'Encoding')
      const width = wholeNumber(textOf(encoder, 'Resolution', 'Width'))
      const height = wholeNumber(textOf(encoder, 'Resolution', 'Height'))
      return [
        {
          token,
          name: safeName(textOf(profile, 'Name') ?? token),
          ...(codec ? {codec: safeText(codec, 40)} : {}),
          ...(width === undefined ? {} : {width}),
          ...(height === undefined ? {} : {height}),
          ...paceOf(encoder),
        },
      ]
    })
}

/** Rate control and group length of an encoder of either media service. What is absent or 0 says nothing. */
function paceOf(encoder: Element | undefined): Pick<MediaProfile, 'frameRate' | 'bitRateKbps' | 'groupLength'> {
  const frameRate = Number(textOf(encoder, 'RateControl', 'FrameRateLimit') ?? 0)
  const bitRateKbps = wholeNumber(textOf(encoder, 'RateControl', 'BitrateLimit'))
  const groupLength =
    wholeNumber(textOf(encoder, 'H264', 'GovLength')) ?? wholeNumber(encoder?.attributes.get('GovLength'))
  return {
    ...(frameRate > 0 && frameRate <= MAX_FRAME_RATE ? {frameRate} : {}),
    ...(bitRateKbps ? {bitRateKbps} : {}),
    ...(groupLength ? {groupLength} : {}),
  }
}

/** The address in a GetStreamUriResponse of either media service. Throws DeviceFailure `malformed-xml` when there is none. */
export function streamUriOf(answer: Element): string {
  const uri = textOf(answer, 'MediaUri', 'Uri') ?? textOf(answer, 'Uri')
  if (!uri) throw new DeviceFailure('malformed-xml', 'names no stream address')
  return uri
}

export function ntpOf(answer: Element): NtpState {
  const information = childOf(answer, 'NTPInformation')
  const fromDhcp = textOf(information, 'FromDHCP')?.toLowerCase() === 'true'
  const servers = childrenOf(information, fromDhcp ? 'NTPFromDHCP' : 'NTPManual')
    .slice(0, MAX_ITEMS)
    .flatMap((host) => textOf(host, 'IPv4Address') ?? textOf(host, 'IPv6Address') ?? textOf(host, 'DNSname') ?? [])
  return {fromDhcp, servers: servers.map((server) => safeText(server, 253))}
}

export function ntpHost(host: string): NtpHost {
  const version = isIP(host)
  return {type: version === 4 ? 'IPv4' : version === 6 ? 'IPv6' : 'DNS', host}
}

export function scopesOf(answer: Element): Scope[] {
  return childrenOf(answer, 'Scopes')
    .slice(0, MAX_ITEMS)
    .flatMap((scope) => {
      const uri = textOf(scope, 'ScopeItem')
      return uri ? [{uri, fixed: textOf(scope, 'ScopeDef')?.toLowerCase() === 'fixed'}] : []
    })
}

const SERVICES: Readonly<Record<string, Service>> = {
  'http://www.onvif.org/ver10/device/wsdl': 'device',
  'http://www.onvif.org/ver10/media/wsdl': 'media',
  'http://www.onvif.org/ver20/media/wsdl': 'media2',
  'http://www.onvif.org/ver10/events/wsdl': 'events',
  'http://www.onvif.org/ver10/search/wsdl': 'search',
}

/** Services of a GetServicesResponse, or of the older GetCapabilitiesResponse. `keep` holds an address on the camera. */
export function serviceAddresses(answer: Element, keep: (text: string) => HandedOut): ServiceAddress[] {
  const named = childrenOf(answer, 'Service').map((service): [Service | 'other', string | undefined] => [
    SERVICES[textOf(service, 'Namespace') ?? ''] ?? 'other',
    textOf(service, 'XAddr'),
  ])
  const capabilities = childOf(answer, 'Capabilities')
  const older: [Service, string | undefined][] = [
    ['device', textOf(capabilities, 'Device', 'XAddr')],
    ['media', textOf(capabilities, 'Media', 'XAddr')],
    ['events', textOf(capabilities, 'Events', 'XAddr')],
  ]
  return [...named, ...older].slice(0, MAX_ITEMS).flatMap(([name, text]) => {
    if (!text || !isHttp(text)) return []
    const {uri, advertised, foreign} = keep(text)
    const {pathname, search} = new URL(uri)
    return [{name, path: `${pathname}${search}`, advertised, foreign}]
  })
}

/** Also a path without a host, as some cameras give it. A service with no usable address is passed over. */
function isHttp(text: string): boolean {
  const base = 'http://camera.invalid'
  return URL.canParse(text, base) && /^https?:$/.test(new URL(text, base).protocol)
}
