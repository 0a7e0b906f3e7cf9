/** A device as discovery found it, and how an answer to a probe becomes one. */
import {isIPv4} from 'node:net'
import {type SafeText, safeName, safeText} from '../../lib/safe-text.ts'
import type {Match} from '../../protocol/wsdiscovery/message.ts'
import {nameFromScope} from '../onvif/name-scope.ts'

/**
 * What answers there. `onvif`: a camera that says so itself or tells its time as ONVIF does. Others are found by a sweep only:
 * `soap` speaks SOAP but not as expected, `login` wants a login first, `http` is some web page, `rtsp` has streams and no ONVIF
 * on the ports asked, `open` takes a connection and says nothing that is understood.
 */
export type FoundKind = 'onvif' | 'soap' | 'login' | 'http' | 'rtsp' | 'open'

/** How the way to it differs from what it says of itself. */
export type Reach =
  /** Its address is of a network that the interface has no address in; `suggested` (address/prefix) would reach it. */
  | {readonly kind: 'wrong-subnet'; readonly host: string; readonly interface: string; readonly suggested: string}
  /** It hands out an address of another network than the one it answered from: behind address translation, or forgotten. */
  | {readonly kind: 'translated'; readonly told: readonly string[]}

export interface Found {
  /** Endpoint reference; the first address of a device that gave none. */
  readonly key: SafeText
  readonly kind: FoundKind
  /** What told of it: its answer to a multicast or unicast probe, or to a question over TCP. */
  readonly heard: 'multicast' | 'unicast' | 'tcp'
  /** ONVIF device service addresses; one on the host that answered comes first. Empty for what is not ONVIF. */
  readonly xaddrs: readonly string[]
  readonly name?: SafeText
  readonly hardware?: SafeText
  readonly scopes: readonly SafeText[]
  /** The interface that the answer came in on; `unicast` for an address that was asked by itself. */
  readonly interface: string
  /** Address that the answer came from. */
  readonly address: string
  readonly reach?: Reach
  /** Another address has answered with the same endpoint reference: one camera with two addresses, or two with one name. */
  readonly twin?: true
  /** TCP ports that were found open, of those that a sweep asks: `http:80`. */
  readonly ports?: readonly string[]
  /** What was seen of something that is no camera that tells its time. */
  readonly detail?: SafeText
  /** The device's clock minus ours, ms; only where the time was asked. */
  readonly clockOffsetMs?: number
}

export interface Origin {
  readonly interface: string
  /** An IPv6 address with its zone: `fe80::1%eth0`. */
  readonly address: string
}

const MAX_SCOPES = 64
/** Addresses kept of one device. */
const MAX_XADDRS = 16
/** The longest that the inventory takes. */
const MAX_XADDR = 512
const HARDWARE = 'onvif://www.onvif.org/hardware/'

/** Undefined for a device without any address that could be asked. */
export function foundOf({epr, scopes, xaddrs}: Match, from: Origin, heard: Found['heard']): Found | undefined {
  const told = xaddrs.slice(0, MAX_XADDRS).flatMap((xaddr) => usable(xaddr, from.address) ?? [])
  const [first] = told.toSorted((a, b) => rank(a, from.address) - rank(b, from.address))
  if (first === undefined) return undefined
  const name = scopes.map(nameFromScope).find((text) => text !== undefined)
  const hardware = scopes.find((scope) => scope.startsWith(HARDWARE))?.slice(HARDWARE.length)
  return {
    key: safeText(epr || first, 200),
    kind: 'onvif',
    heard,
    xaddrs: [...new Set([first, ...told])],
    ...(name ? {name: safeName(name)} : {}),
    ...(hardware ? {hardware: safeName(unescaped(hardware))} : {}),
    scopes: scopes.slice(0, MAX_SCOPES).map((scope) => safeText(scope, 200)),
    ...from,
  }
}

/** An http(s) address without a login; `0.0.0.0` and `::`, which some write, mean the host that answered. */
function usable(text: string, answered: string): string | undefined {
  const url = text.length > MAX_XADDR ? null : URL.parse(text)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = bracketed(answered)
  return url.href
}

/** The host that answered first, then the others as they were told; addresses that only say "link" (169.254, fe80) last. */
function rank(xaddr: string, answered: string): number {
  if (isOn(xaddr, answered)) return 0
  return /^(?:169\.254\.|\[fe[89ab])/.test(new URL(xaddr).hostname) ? 2 : 1
}

/** True when the host of a URL is that address; an IPv6 zone does not count. */
export function isOn(xaddr: string, address: string): boolean {
  return new URL(xaddr).hostname === bracketed(address)
}

/** An address as the host of a URL. */
export function bracketed(address: string): string {
  if (isIPv4(address) || !address.includes(':')) return address
  return URL.parse(`http://[${address.replace(/%.*$/, '')}]/`)?.hostname ?? address
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
