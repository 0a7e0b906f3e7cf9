/** Addresses that a camera hands out: kept on the camera itself, whatever they say. */

import {isIP} from 'node:net'
import {safeText} from '../../lib/safe-text.ts'
import {withoutLogin} from '../../model/address.ts'
import {DeviceFailure} from '../failure.ts'

/** The camera as we reached it. */
export interface Reached {
  /** Device service URL. */
  readonly xaddr: URL
  /** Address that the name stands for; absent before the first connection. */
  readonly remoteAddress?: string | undefined
}

export interface HandedOut {
  /** Where to go: the camera's own host, the path and query as advertised, never userinfo. */
  readonly uri: string
  /** As advertised, without userinfo, safe to print. */
  readonly advertised: string
  /** It named a host that is not the camera. */
  readonly foreign: boolean
}

/** Addresses by which devices mean themselves without saying who they are. */
const SELF = new Set(['', '0.0.0.0', '[::]', 'localhost'])

/**
 * Turns an advertised address into one that stays on the camera. A service address gets the port that we reached; a stream
 * keeps its own, since it is another server. Throws DeviceFailure `malformed-xml` for what is no address of these schemes.
 */
export function onCamera(text: string, {xaddr, remoteAddress}: Reached, schemes: readonly string[]): HandedOut {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || !schemes.includes(url.protocol)) {
    throw new DeviceFailure('malformed-xml', `hands out an address that is none: ${withoutLogin(text).slice(0, 80)}`)
  }
  url.username = ''
  url.password = ''
  const advertised = safeText(url.href, 200)
  const host = url.hostname.toLowerCase()
  const own =
    host === xaddr.hostname || SELF.has(host) || (remoteAddress !== undefined && host === inUrl(remoteAddress))
  // Not url.hostname = …: the URL standard forbids that for schemes that it does not know.
  const port = url.protocol === 'http:' || url.protocol === 'https:' ? xaddr.port : url.port
  const scheme = url.protocol.startsWith('http') ? xaddr.protocol : url.protocol
  const path = `${url.pathname}${url.search}`
  return {uri: `${scheme}//${xaddr.hostname}${port && `:${port}`}${path}`, advertised, foreign: !own}
}

function inUrl(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(plain) === 6 ? `[${plain}]` : plain
}
