/** What discovery knows of a device, and which answers are news. */
import {type SafeText, safeName, safeText} from '../../lib/safe-text.ts'
import {type DiscoveryMessage, type Match, readDiscovery} from '../../protocol/wsdiscovery/message.ts'
import {nameFromScope} from '../onvif/name-scope.ts'

export interface Found {
  /** Endpoint reference; the first address of a device that gave none. */
  readonly key: SafeText
  /** ONVIF device service addresses; one on the host that answered comes first. */
  readonly xaddrs: readonly string[]
  readonly name?: SafeText
  readonly hardware?: SafeText
  readonly scopes: readonly SafeText[]
  /** The interface that the answer came in on; `unicast` for an address that was asked by itself. */
  readonly interface: string
  /** Address that the answer came from. */
  readonly address: string
}

/** Devices kept; a network that answers more is not a network of cameras. */
const MAX_FOUND = 20_000
const MAX_SCOPES = 64
const HARDWARE = 'onvif://www.onvif.org/hardware/'

/** Keeps the devices seen and lets each pass once. */
export class Sightings {
  readonly #asked: ReadonlySet<string>
  readonly #seen = new Set<string>()

  /** `asked`: ids of the probes that were sent; answers to anything else are not ours. */
  constructor(asked: ReadonlySet<string>) {
    this.#asked = asked
  }

  /** The devices in a datagram that were not seen before. Never throws: junk is no device. */
  take(datagram: Uint8Array, from: {readonly interface: string; readonly address: string}): Found[] {
    const message = read(datagram)
    if (message?.kind !== 'matches' || !this.#asked.has(message.relatesTo)) return []
    return message.matches.flatMap((match) => {
      const found = foundOf(match, from)
      return found && this.#isNews(found) ? [found] : []
    })
  }

  #isNews({key, xaddrs}: Found): boolean {
    const marks = [key, ...xaddrs]
    if (marks.some((mark) => this.#seen.has(mark)) || this.#seen.size > MAX_FOUND) return false
    for (const mark of marks) this.#seen.add(mark)
    return true
  }
}

function read(datagram: Uint8Array): DiscoveryMessage | undefined {
  try {
    return readDiscovery(datagram)
  } catch {
    return undefined
  }
}

/** Undefined for a device without any address that could be asked. */
function foundOf(
  {epr, scopes, xaddrs}: Match,
  from: {readonly interface: string; readonly address: string},
): Found | undefined {
  const usable = xaddrs.filter(isDeviceService).map((xaddr) => new URL(xaddr).href)
  const [first] = usable.toSorted((a, b) => Number(isOn(b, from.address)) - Number(isOn(a, from.address)))
  if (first === undefined) return undefined
  const name = scopes.map(nameFromScope).find((text) => text !== undefined)
  const hardware = scopes.find((scope) => scope.startsWith(HARDWARE))?.slice(HARDWARE.length)
  return {
    key: safeText(epr || first, 200),
    xaddrs: [first, ...usable.filter((xaddr) => xaddr !== first)],
    ...(name ? {name: safeName(name)} : {}),
    ...(hardware ? {hardware: safeName(unescaped(hardware))} : {}),
    scopes: scopes.slice(0, MAX_SCOPES).map((scope) => safeText(scope, 200)),
    ...from,
  }
}

function isDeviceService(text: string): boolean {
  if (!URL.canParse(text)) return false
  const {protocol, username, password} = new URL(text)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

function isOn(xaddr: string, address: string): boolean {
  return new URL(xaddr).hostname === address
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
