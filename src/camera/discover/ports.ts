/** Which TCP ports a sweep asks, and in which tongue: `80`, `rtsp:5540`, `https:9443`. */
import {CitywatchError} from '../../lib/errors.ts'

type Scheme = 'http' | 'https' | 'rtsp'

export interface AskedPort {
  readonly scheme: Scheme
  readonly port: number
}

export const DEFAULT_PORTS = '80,8080,554'
const MAX_PORTS = 32
const USUAL: Readonly<Record<number, Scheme>> = {443: 'https', 8443: 'https', 554: 'rtsp', 8554: 'rtsp', 10554: 'rtsp'}

/** The ports of a list, each once; none for `none`. Throws CW_BAD_VALUE. */
export function parsePorts(text: string): AskedPort[] {
  if (text.trim() === 'none') return []
  const byPort = new Map<number, AskedPort>()
  for (const word of text.split(',')) {
    const [, scheme, digits] = /^\s*(?:(http|https|rtsp):)?(\d{1,5})\s*$/.exec(word) ?? []
    const port = Number(digits)
    if (!(port >= 1 && port <= 65_535) || byPort.size >= MAX_PORTS) throw badPorts(text)
    byPort.set(port, {scheme: (scheme as Scheme | undefined) ?? USUAL[port] ?? 'http', port})
  }
  return [...byPort.values()]
}

function badPorts(text: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {
    field: '--ports',
    value: text.slice(0, 80),
    expected: `up to ${MAX_PORTS} ports such as 80,8899,rtsp:5540,https:9443, or none`,
  })
}
