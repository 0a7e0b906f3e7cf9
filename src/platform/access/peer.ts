/** Where a request comes from, as limits and the audit log know it. */
import type {IncomingMessage} from 'node:http'
import {isIPv6} from 'node:net'

/** Address of the peer without its port; an IPv4 address in IPv6 clothes as what it is. Headers of proxies are not believed. */
export function addressOf(request: IncomingMessage): string {
  return plainAddress(request.socket.remoteAddress ?? '')
}

export function plainAddress(address: string): string {
  const [, v4] = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address) ?? []
  return v4 ?? (address || 'unknown')
}

export function isLocal(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/** What one asker can change at will counts as one: of an IPv6 address its first 64 bits. */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const [head = '', tail] = address.split('%', 1)[0]!.split('::')
  const left = head === '' ? [] : head.split(':')
  if (tail === undefined) return `${left.slice(0, 4).join(':')}::/64`
  const right = tail === '' ? [] : tail.split(':')
  const groups = [...left, ...Array.from({length: 8 - left.length - right.length}, () => '0'), ...right]
  return `${groups.slice(0, 4).join(':')}::/64`
}
