/** Address ranges as people write them: `10.0.0.5`, `10.0.0.0/24`, `10.0.0.10-10.0.0.20`, `10.0.0.10-20`, `fd00::5`, a host name. */
import {isIPv6} from 'node:net'
import {CitywatchError} from '../../lib/errors.ts'

/** Addresses that one run asks unless it is told otherwise, and the most it can be told; a larger range is refused rather than cut. */
export const DEFAULT_MAX_HOSTS = 4_096
export const LARGEST_MAX_HOSTS = 1_048_576
/** Ranges in one list: a file may name every address by itself, and some twice. */
const MAX_RANGES = 2 * LARGEST_MAX_HOSTS

/** Addresses to ask, each once: IPv4 in ascending order, then IPv6 addresses and names as they were given. */
export interface Addresses extends Iterable<string> {
  readonly size: number
  /** Host names among them, as they were given. */
  readonly names: readonly string[]
  /** True for an IPv4 address in the ranges, or one that was named. */
  has(address: string): boolean
}

/**
 * The addresses named. Of a network the first and last one are left out where it has more than two. Nothing is made a list of,
 * so a large range costs no memory. Throws CW_BAD_ADDRESS for what is no range and CW_BAD_VALUE for more than `maxHosts`.
 */
export function expandAddresses(ranges: Iterable<string>, maxHosts = DEFAULT_MAX_HOSTS): Addresses {
  const spans: Span[] = []
  const named = new Set<string>()
  let read = 0
  for (const range of ranges) {
    if (++read > MAX_RANGES) return tooMany(range, maxHosts)
    const bounds = boundsOf(range)
    if ('name' in bounds) named.add(bounds.name)
    else if (bounds.last - bounds.first >= maxHosts) return tooMany(range, maxHosts)
    else spans.push(bounds)
  }
  const merged = mergedSpans(spans)
  const size = merged.reduce((sum, {first, last}) => sum + last - first + 1, named.size)
  if (size > maxHosts) return tooMany(`${size} addresses in all`, maxHosts)
  return {
    size,
    names: [...named].filter((name) => !isIPv6(name)),
    has: (address) => named.has(address) || isWithinSpans(address, merged),
    *[Symbol.iterator]() {
      for (const {first, last} of merged) for (let address = first; address <= last; address++) yield dotted(address)
      yield* named
    },
  }
}

interface Span {
  readonly first: number
  readonly last: number
}

function mergedSpans(spans: readonly Span[]): Span[] {
  const merged: {first: number; last: number}[] = []
  for (const {first, last} of spans.toSorted((a, b) => a.first - b.first)) {
    const before = merged.at(-1)
    if (before && first <= before.last + 1) before.last = Math.max(before.last, last)
    else merged.push({first, last})
  }
  return merged
}

function isWithinSpans(address: string, spans: readonly Span[]): boolean {
  const number = ipv4Number(address)
  if (number === undefined) return false
  let [from, to] = [0, spans.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((spans[middle]?.last ?? 0) < number) from = middle + 1
    else to = middle
  }
  return (spans[from]?.first ?? Number.POSITIVE_INFINITY) <= number
}

function boundsOf(range: string): Span | {readonly name: string} {
  const text = range.trim()
  const [, network, bits] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? []
  if (network !== undefined) return networkOf(text, network, Number(bits))
  const [, from, to] = /^([\d.]+)-([\d.]+)$/.exec(text) ?? []
  if (from !== undefined && to !== undefined) {
    const first = numbered(text, from)
    const last = to.includes('.') ? numbered(text, to) : numbered(text, from.replace(/\d+$/, to))
    return last >= first ? {first, last} : bad(text)
  }
  if (/^[\d.]+$/.test(text)) {
    const only = numbered(text, text)
    return {first: only, last: only}
  }
  const bare = text.replace(/^\[(.*)\]$/, '$1')
  if (isIPv6(bare) && !bare.includes('%')) return {name: new URL(`http://[${bare}]`).hostname.slice(1, -1)}
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text) ? {name: text} : bad(text)
}

function networkOf(text: string, network: string, bits: number): Span {
  const base = numbered(text, network)
  if (bits > 32) return bad(text)
  const size = 2 ** (32 - bits)
  const first = base - (base % size)
  return size > 2 ? {first: first + 1, last: first + size - 2} : {first, last: first + size - 1}
}

function numbered(range: string, address: string): number {
  return ipv4Number(address) ?? bad(range)
}

/** The address as a number; undefined for anything that is not four decimal parts up to 255. */
export function ipv4Number(address: string): number | undefined {
  const parts = address.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined
  return parts.reduce((number, part) => number * 256 + Number(part), 0)
}

export function dotted(address: number): string {
  return `${(address >>> 24) & 255}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

function bad(value: string): never {
  throw new CitywatchError('CW_BAD_ADDRESS', {value: value.slice(0, 80), where: 'address range'})
}

function tooMany(value: string, maxHosts: number): never {
  throw new CitywatchError('CW_BAD_VALUE', {
    field: 'address range',
    value: value.slice(0, 80),
    expected: `at most ${maxHosts} addresses; --max-hosts N allows more`,
  })
}
