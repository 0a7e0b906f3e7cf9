/**
 * The session description a camera answers DESCRIBE with: which media, in which codec, under which control address.
 *
 *   m=video 0 RTP/AVP 96 · a=rtpmap:96 H264/90000 · a=fmtp:96 sprop-parameter-sets=Z0LA…,aM4… · a=control:trackID=1
 *                                                                                (RFC 8866, RFC 6184 §8.2, RFC 2326 §C.1)
 */
import {CitywatchError} from '../../lib/errors.ts'

export interface Format {
  readonly payloadType: number
  /** Upper case: `H264`. */
  readonly encoding: string
  readonly clockRate: number
  /** Parameters of fmtp, names in lower case, values as they came. */
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

export interface Media {
  /** `video`, `audio`, `application`. */
  readonly kind: string
  /** Formats in the order of the m= line. A static payload type that we know needs no rtpmap. */
  readonly formats: readonly Format[]
  readonly control?: string
  /** Pictures a second (a=framerate, RFC 8866). */
  readonly frameRate?: number
  /** Pixels across and down (a=x-dimensions, as cameras write it). */
  readonly dimensions?: readonly [number, number]
  /** Kilobits a second (b=AS, RFC 8866). */
  readonly bandwidthKbps?: number
}

export interface SessionDescription {
  readonly name: string
  readonly control?: string
  readonly media: readonly Media[]
}

const MAX_SDP_BYTES = 64 * 1024
const MAX_LINES = 1_000
const MAX_MEDIA = 32
const MAX_FORMATS = 32
const MAX_PARAMETERS = 32
/** Static payload types that cameras use without rtpmap (RFC 3551 §6). */
const STATIC: ReadonlyMap<number, readonly [string, number]> = new Map([
  [0, ['PCMU', 8000]],
  [8, ['PCMA', 8000]],
  [26, ['JPEG', 90000]],
])

/** Lenient: unknown lines are passed over. Throws CW_PROTOCOL_REMOTE when the text is no session description at all, or too long. */
export function parseSdp(text: string): SessionDescription {
  if (text.length > MAX_SDP_BYTES) throw remote(`${text.length} characters`)
  const lines = text.split(/\r\n|\r|\n/, MAX_LINES).filter((line) => /^[a-z]=/.test(line))
  if (!lines.some((line) => /^[vm]=/.test(line))) throw remote('neither v= nor m= line')
  const starts = lines.flatMap((line, index) => (line.startsWith('m=') ? [index] : [])).slice(0, MAX_MEDIA)
  const head = lines.slice(0, starts[0] ?? lines.length)
  return {
    name: valueAfter(head, 's=') ?? '',
    ...controlOf(head),
    media: starts.map((start, index) => mediaFrom(lines.slice(start, starts[index + 1] ?? lines.length))),
  }
}

/** The description as a server sends it; `address` is the camera's own, for the origin line. */
export function buildSdp({name, control, media}: SessionDescription, address: string): string {
  const lines = [
    'v=0',
    `o=- 1 1 IN ${address.includes(':') ? 'IP6' : 'IP4'} ${address}`,
    `s=${name || ' '}`,
    `c=IN ${address.includes(':') ? 'IP6 ::' : 'IP4 0.0.0.0'}`,
    't=0 0',
  ]
  if (control !== undefined) lines.push(`a=control:${control}`)
  for (const one of media) lines.push(...mediaLines(one))
  if (lines.some((line) => /[\r\n\0]/.test(line))) {
    throw new CitywatchError('CW_PROTOCOL_LOCAL', {protocol: 'SDP', detail: 'line break in a value'})
  }
  return `${lines.join('\r\n')}\r\n`
}

function mediaLines({kind, formats, control, frameRate, dimensions, bandwidthKbps}: Media): string[] {
  const lines = [`m=${kind} 0 RTP/AVP ${formats.map(({payloadType}) => payloadType).join(' ')}`]
  if (bandwidthKbps !== undefined) lines.push(`b=AS:${bandwidthKbps}`)
  for (const {payloadType, encoding, clockRate, parameters} of formats) {
    lines.push(`a=rtpmap:${payloadType} ${encoding}/${clockRate}`)
    if (parameters.length > 0) lines.push(`a=fmtp:${payloadType} ${parameters.map((pair) => pair.join('=')).join(';')}`)
  }
  if (frameRate !== undefined) lines.push(`a=framerate:${frameRate}`)
  if (dimensions) lines.push(`a=x-dimensions:${dimensions.join(',')}`)
  if (control !== undefined) lines.push(`a=control:${control}`)
  return lines
}

function mediaFrom([first = '', ...lines]: readonly string[]): Media {
  const [kind = '', , , ...types] = first.slice(2).trim().split(/\s+/)
  const formats = types
    .slice(0, MAX_FORMATS)
    .flatMap((type) => (/^\d{1,3}$/.test(type) ? formatFrom(Number(type), lines) : []))
  return {kind: kind.toLowerCase(), formats, ...controlOf(lines), ...declared(lines)}
}

/** What the medium says of itself; a number that no camera can mean is passed over. */
function declared(lines: readonly string[]): Pick<Media, 'frameRate' | 'dimensions' | 'bandwidthKbps'> {
  const frameRate = Number(/^\d{1,3}(?:\.\d{1,6})?$/.exec(valueAfter(lines, 'a=framerate:') ?? '')?.[0] ?? 0)
  const [, width, height] = /^(\d{1,5})\s*,\s*(\d{1,5})$/.exec(valueAfter(lines, 'a=x-dimensions:') ?? '') ?? []
  const bandwidth = Number(/^\d{1,7}$/.exec(valueAfter(lines, 'b=AS:') ?? '')?.[0] ?? 0)
  return {
    ...(frameRate > 0 ? {frameRate} : {}),
    ...(Number(width) > 0 && Number(height) > 0 ? {dimensions: [Number(width), Number(height)]} : {}),
    ...(bandwidth > 0 ? {bandwidthKbps: bandwidth} : {}),
  }
}

function formatFrom(payloadType: number, lines: readonly string[]): Format[] {
  const map = valueAfter(lines, `a=rtpmap:${payloadType} `) ?? ''
  const [, encoding, rate] = /^([\w.-]{1,40})\/(\d{1,9})/.exec(map.trim()) ?? []
  const known = encoding === undefined ? STATIC.get(payloadType) : ([encoding.toUpperCase(), Number(rate)] as const)
  if (!known || payloadType > 127) return []
  return [
    {
      payloadType,
      encoding: known[0],
      clockRate: known[1],
      parameters: parametersFrom(valueAfter(lines, `a=fmtp:${payloadType} `) ?? ''),
    },
  ]
}

function parametersFrom(text: string): [string, string][] {
  return text
    .split(';')
    .slice(0, MAX_PARAMETERS)
    .map((field) => field.trim())
    .filter((field) => field !== '')
    .map((field) => {
      const at = field.indexOf('=')
      return at === -1
        ? [field.toLowerCase(), '']
        : [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1).trim()]
    })
}

function controlOf(lines: readonly string[]): {control?: string} {
  const control = valueAfter(lines, 'a=control:')
  return control === undefined ? {} : {control}
}

function valueAfter(lines: readonly string[], prefix: string): string | undefined {
  return lines
    .find((line) => line.startsWith(prefix))
    ?.slice(prefix.length)
    .trim()
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'SDP', detail})
}
