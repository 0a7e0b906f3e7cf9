/** Which answers are news: every match of every datagram is read, and each device passes once. */
import {type DiscoveryMessage, readDiscovery} from '../../protocol/wsdiscovery/message.ts'
import {type Found, foundOf, isOn, type Origin} from './found.ts'

/** Marks kept (keys and addresses of devices); what comes beyond them is counted, not kept. */
const MAX_MARKS = 4_000_000
/** Datagrams read from one address; whoever sends more is no camera. */
const MAX_DATAGRAMS = 10_000

/** What a datagram amounted to. */
export interface Taken {
  readonly found: readonly Found[]
  /** False for junk and for answers to questions that were not ours. */
  readonly understood: boolean
}

const NOTHING: Taken = {found: [], understood: false}

/** Keeps the devices seen and lets each pass once: joined by endpoint reference, then by address. */
export class Sightings {
  /** Devices that were not kept because there were too many. */
  dropped = 0
  readonly #asked: ReadonlySet<string>
  readonly #seen = new Set<string>()
  /** Key → address that it was first heard from. */
  readonly #first = new Map<string, string>()
  /** Datagrams by address, and the addresses that devices were heard from. */
  readonly #datagrams = new Map<string, number>()
  readonly #answered = new Set<string>()

  /** `asked`: ids of the probes that were sent; answers to anything else are not ours. */
  constructor(asked: ReadonlySet<string>) {
    this.#asked = asked
  }

  /** The devices in a datagram that were not seen before. Never throws: junk is no device. */
  take(datagram: Uint8Array, from: Origin, heard: Found['heard']): Taken {
    const before = this.#datagrams.get(from.address) ?? 0
    if (before >= MAX_DATAGRAMS || (before === 0 && this.#datagrams.size >= MAX_MARKS)) return NOTHING
    this.#datagrams.set(from.address, before + 1)
    const message = read(datagram)
    if (message?.kind !== 'matches' || !this.#asked.has(message.relatesTo)) return NOTHING
    const found = message.matches.flatMap((match) => {
      const one = foundOf(match, from, heard)
      if (one) this.#answered.add(from.address)
      return one ? this.#news(one) : []
    })
    return {found, understood: true}
  }

  /** True once a device with that address was seen. */
  knows(xaddr: string): boolean {
    return this.#seen.has(xaddr)
  }

  /** True once a device was heard from that address. */
  hasAnswered(address: string): boolean {
    return this.#answered.has(address)
  }

  /** A device that was found in another way; false when it was seen already. */
  add(found: Found): boolean {
    return this.#news(found).length > 0
  }

  /** One that was seen, and is now known by another address too. */
  addAddress(found: Found): void {
    for (const mark of marksOf(found)) this.#seen.add(mark)
  }

  #news(found: Found): Found[] {
    const {key, address} = found
    const marks = marksOf(found)
    if (marks.some((mark) => this.#seen.has(mark))) return []
    const twin = this.#seen.has(key)
    if (this.#seen.size >= MAX_MARKS) {
      this.dropped += 1
      return []
    }
    for (const mark of marks) this.#seen.add(mark)
    if (twin) return this.#isElsewhere(found) ? [{...found, twin: true}] : []
    this.#seen.add(key)
    this.#first.set(key, address)
    return [found]
  }

  /** The same key from another host of the same family that names itself: a clone must not vanish behind its twin. */
  #isElsewhere({key, address, xaddrs}: Found): boolean {
    const first = this.#first.get(key)
    if (first === undefined || first === address || first.includes(':') !== address.includes(':')) return false
    return xaddrs.every((xaddr) => isOn(xaddr, address))
  }
}

/**
 * Its addresses. One on another host than answered is a mark only together with that host: every camera fresh from the factory,
 * and many behind address translation, hands out the same one.
 */
function marksOf({xaddrs, address}: Found): string[] {
  return xaddrs.map((xaddr) => (isOn(xaddr, address) ? xaddr : `${xaddr} from ${address}`))
}

function read(datagram: Uint8Array): DiscoveryMessage | undefined {
  try {
    return readDiscovery(datagram)
  } catch {
    return undefined
  }
}
