/** A camera that was heard on a link whose networks it is not in: which address of ours would reach it. */
import {isIPv4} from 'node:net'
import {bracketed, type Found, type Reach} from './found.ts'
import type {LocalInterface} from './interfaces.ts'
import {dotted, ipv4Number} from './targets.ts'

/** Cameras come from the factory with a network of 256 addresses, and without one with link-local ones (RFC 3927). */
const FACTORY_BITS = 24
const LINK_LOCAL_BITS = 16
/** Where a free address is looked for, from the top down: routers sit at .1 and .254. */
const HIGHEST = 250
const LOWEST = 2

/** Remembers which addresses were heard, so that none of them is suggested. */
export class Subnets {
  readonly #interfaces: readonly LocalInterface[]
  readonly #taken = new Set<string>()

  /** `interfaces`: every address of this machine. */
  constructor(interfaces: readonly LocalInterface[]) {
    this.#interfaces = interfaces
  }

  /** Undefined for a device that names any address in a network of ours, or by name. */
  reachOf({heard, xaddrs, interface: on}: Found): Extract<Reach, {kind: 'wrong-subnet'}> | undefined {
    const hosts = xaddrs.map((xaddr) => new URL(xaddr).hostname)
    for (const host of hosts) this.#taken.add(host)
    const foreign = hosts.filter((host) => isIPv4(host))
    const [host] = foreign
    if (heard !== 'multicast' || host === undefined) return undefined
    if (hosts.some((one) => !isIPv4(one) && !/^\[fe[89ab]/.test(one) && !this.#isForeignIPv6(one))) return undefined
    if (foreign.some((one) => this.#interfaces.some(({cidr}) => isInNetwork(one, cidr)))) return undefined
    return {kind: 'wrong-subnet', host, interface: on, suggested: this.#free(host)}
  }

  #free(host: string): string {
    const number = ipv4Number(host) ?? 0
    const base = number - (number % 256)
    const bits = host.startsWith('169.254.') ? LINK_LOCAL_BITS : FACTORY_BITS
    for (let last = HIGHEST; last >= LOWEST; last--) {
      const candidate = dotted(base + last)
      if (!this.#taken.has(candidate)) return `${candidate}/${bits}`
    }
    return `${dotted(base + HIGHEST)}/${bits}`
  }

  /** An IPv6 address that shares no 64-bit prefix with ours. A name is none. */
  #isForeignIPv6(host: string): boolean {
    if (!host.startsWith('[')) return false
    const prefix = prefixOf(host)
    return this.#interfaces.every(({family, address}) => family !== 'IPv6' || prefixOf(bracketed(address)) !== prefix)
  }
}

/** True when an IPv4 address lies in a network written `address/bits`. */
export function isInNetwork(address: string, cidr: string): boolean {
  const [network = '', bits] = cidr.split('/')
  const [a, b] = [ipv4Number(address), ipv4Number(network)]
  if (a === undefined || b === undefined) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(a / size) === Math.floor(b / size)
}

function prefixOf(host: string): string {
  const [head = '', tail] = host.slice(1, -1).split('::')
  const before = head.split(':').filter(Boolean)
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const zeros = Array.from({length: Math.max(0, 8 - before.length - after.length)}, () => '0')
  return [...before, ...zeros, ...after].slice(0, 4).join(':')
}
