/** The Transport header of SETUP: how the packets will travel (RFC 2326 §12.39). */

export interface Transport {
  readonly kind: 'tcp' | 'udp'
  /** Channel of RTP and of RTCP (TCP). */
  readonly interleaved?: readonly [number, number]
  readonly clientPort?: readonly [number, number]
  readonly serverPort?: readonly [number, number]
  readonly ssrc?: number
}

const MAX_CHOICES = 8
const FORM = /^RTP\/S?AVPF?(?:\/(TCP|UDP))?$/i

/** The choices of a Transport header that we know, in order of preference: unicast RTP over TCP or UDP. */
export function parseTransports(header: string): Transport[] {
  return header
    .slice(0, 2048)
    .split(',')
    .slice(0, MAX_CHOICES)
    .flatMap((choice) => {
      const [profile = '', ...fields] = choice.split(';').map((field) => field.trim())
      const form = FORM.exec(profile)
      if (!form || fields.includes('multicast')) return []
      const ports = (name: string, max: number) => pair(fields, name, max)
      return [
        {
          kind: form[1]?.toUpperCase() === 'TCP' ? 'tcp' : 'udp',
          ...ports('interleaved', 0xff),
          ...ports('client_port', 0xffff),
          ...ports('server_port', 0xffff),
          ...ssrcOf(fields),
        } as const,
      ]
    })
}

export function formatTransport({kind, interleaved, clientPort, serverPort, ssrc}: Transport): string {
  const fields = [kind === 'tcp' ? 'RTP/AVP/TCP' : 'RTP/AVP', 'unicast']
  if (interleaved) fields.push(`interleaved=${interleaved.join('-')}`)
  if (clientPort) fields.push(`client_port=${clientPort.join('-')}`)
  if (serverPort) fields.push(`server_port=${serverPort.join('-')}`)
  if (ssrc !== undefined) fields.push(`ssrc=${ssrc.toString(16).toUpperCase().padStart(8, '0')}`)
  return fields.join(';')
}

const FIELDS = {interleaved: 'interleaved', client_port: 'clientPort', server_port: 'serverPort'} as const

/** `name=6970-6971`, or one number that means itself and the next. */
function pair(fields: readonly string[], name: string, max: number): Partial<Transport> {
  const text = fields.find((field) => field.toLowerCase().startsWith(`${name}=`))?.slice(name.length + 1) ?? ''
  const [, low, high] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? []
  if (low === undefined) return {}
  const first = Number(low)
  const second = high === undefined ? first + 1 : Number(high)
  return first > max || second > max ? {} : {[FIELDS[name as keyof typeof FIELDS]]: [first, second]}
}

function ssrcOf(fields: readonly string[]): Partial<Transport> {
  const [, hex] = fields.map((field) => /^ssrc=\s*([0-9A-Fa-f]{1,8})$/.exec(field)).find(Boolean) ?? []
  return hex === undefined ? {} : {ssrc: Number.parseInt(hex, 16)}
}
