/** Address ranges as people write them, as a bounded list: `10.0.0.5`, `10.0.0.0/24`, `10.0.0.10-10.0.0.20`, `10.0.0.10-20`. */
import {CitywatchError} from '../../lib/errors.ts'

/** Addresses that one run asks; a larger range is refused rather than cut. */
export const MAX_ADDRESSES = 4_096

/**
 * Every address named, in order, each once; host names as they are. Of a network the first and last address are left out
 * where it has more than two. Throws CW_BAD_ADDRESS for what is no range and CW_BAD_VALUE for more than MAX_ADDRESSES.
 */
export function expandAddresses(ranges: readonly string[]): string[] {
  const all = new Set<string>()
  for (const range of ranges) {
    const {first, last} = boundsOf(range)
    if (typeof first === 'string') all.add(first)
    else if (last - first >= MAX_ADDRESSES) tooMany(range)
    else for (let address = first; address <= last; address++) all.add(dotted(address))
    if (all.size > MAX_ADDRESSES) tooMany(range)
  }
  return [...all]
}

type Bounds = {readonly first: number; readonly last: number} | {readonly first: string; readonly last: 0}

function boundsOf(range: string): Bounds {
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
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/i.test(text) ? {first: text, last: 0} : bad(text)
}

function networkOf(text: string, network: string, bits: number): Bounds {
  const base = numbered(text, network)
  if (bits > 32) return bad(text)
  const size = 2 ** (32 - bits)
  const first = base - (base % size)
  return size > 2 ? {first: first + 1, last: first + size - 2} : {first, last: first + size - 1}
}

function numbered(range: string, address: string): number {
  const parts = address.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return bad(range)
  return parts.reduce((number, part) => number * 256 + Number(part), 0)
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

function bad(value: string): never {
  throw new CitywatchError('CW_BAD_ADDRESS', {value: value.slice(0, 80), where: 'address range'})
}

function tooMany(value: string): never {
  throw new CitywatchError('CW_BAD_VALUE', {
    field: 'address range',
    value: value.slice(0, 80),
    expected: `at most ${MAX_ADDRESSES} addresses`,
  })
}
