/** Where a camera answers ONVIF, from what people write in an address column. */
import {deviceServiceUrl} from '../model/address.ts'

/**
 * `http(s)://host[:port]/onvif/device_service` from `10.0.0.5`, `10.0.0.5:8080`, `cam.example`, `[fd00::5]:80` or a URL, whose
 * own path is kept. `port` is used where the text has none. Undefined when the text is no address of a host.
 */
export function xaddrOf(text: string, port?: number): string | undefined {
  const [, scheme = 'http', rest = ''] = /^(?:(https?):\/\/)?(.+)$/i.exec(text.trim()) ?? []
  const bare = rest.includes(':') && /^[0-9a-f:.]+$/i.test(rest) && rest.split(':').length > 2 ? `[${rest}]` : rest
  const parts = /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(?::(\d{1,5}))?(\/[^\s?#\\]*)?$/i.exec(bare)
  if (!parts) return undefined
  const [, host = '', ownPort, path = ''] = parts
  const number = ownPort === undefined ? port : Number(ownPort)
  if (number !== undefined && !isPort(number)) return undefined
  if (!isHost(host)) return undefined
  return deviceServiceUrl(`${scheme.toLowerCase()}://${host}${number === undefined ? '' : `:${number}`}${path}`)
}

export function isPort(number: number): boolean {
  return Number.isInteger(number) && number >= 1 && number <= 65_535
}

/** Ports of other services that stand in port columns: RTSP, SIP, and two makers' own protocols. ONVIF is not there. */
export const FOREIGN_PORTS: ReadonlySet<number> = new Set([554, 5060, 34567, 37777])

/** Strict: URL parsers read `010.1.1.1` as octal and `10.1` as 10.0.0.1, which nobody means in an inventory. */
function isHost(host: string): boolean {
  if (host.startsWith('[')) return true
  if (/^[\d.]+$/.test(host)) return isIpv4(host)
  return (
    host.length <= 253 && host.split('.').every((label) => /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i.test(label))
  )
}

function isIpv4(host: string): boolean {
  const parts = host.split('.')
  const numbers = parts.map(Number)
  if (parts.length !== 4 || parts.some((part) => !/^(?:0|[1-9]\d{0,2})$/.test(part))) return false
  return numbers.every((number) => number <= 255) && numbers[0]! >= 1 && numbers[0]! < 224
}
