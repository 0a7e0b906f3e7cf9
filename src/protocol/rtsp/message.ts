/**
 * RTSP on the wire: bytes ⇄ message. Camera, prober and simulator share it; no sockets, no clock, no role.
 *
 *   METHOD SP uri SP RTSP/1.0 CRLF          request      (RFC 2326 §6)
 *   RTSP/1.0 SP status SP reason CRLF       response     (RFC 2326 §7)
 *     Name: value CRLF … CRLF [body of Content-Length bytes]
 *   '$' channel(1) length(2) payload        data         (RFC 2326 §10.12)
 *
 * `decode` returns the first whole message and the bytes after it, or null for "need more bytes".
 */
import {CitywatchError} from '../../lib/errors.ts'

export type Header = readonly [name: string, value: string]

export interface RtspRequest {
  readonly kind: 'request'
  /** Upper case: `DESCRIBE`. */
  readonly method: string
  readonly uri: string
  /** In wire order, names as spelled, without Content-Length: that follows from the body. */
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

export interface RtspResponse {
  readonly kind: 'response'
  readonly status: number
  readonly reason: string
  readonly headers: readonly Header[]
  readonly body: Uint8Array
}

/** An interleaved packet: RTP on the even channel, RTCP on the odd one. */
interface RtspData {
  readonly kind: 'data'
  readonly channel: number
  readonly payload: Uint8Array
}

export type RtspMessage = RtspRequest | RtspResponse | RtspData

/** Longest head (start line and headers), longest body, longest payload, in bytes; most headers. */
export const MAX_HEAD_BYTES = 16 * 1024
export const MAX_BODY_BYTES = 64 * 1024
const MAX_PAYLOAD_BYTES = 0xffff
const MAX_HEADERS = 64

const DOLLAR = 0x24
const LF = 0x0a
const CR = 0x0d
const REQUEST_LINE = /^([A-Z_]{1,32}) ([\x21-\x7e]{1,4096}) RTSP\/1\.\d$/
const STATUS_LINE = /^RTSP\/1\.\d (\d{3})(?: ([^\r\n]*))?$/
const HEADER_LINE = /^([\w!#$%&'*+.^`|~-]{1,128})[ \t]*:([^\r\n]*)$/
const LENGTH = 'Content-Length'

/** Throws CW_PROTOCOL_LOCAL for a line break in a field, Content-Length among the headers, or more than the limits allow. */
export function encode(message: RtspMessage): Buffer {
  if (message.kind === 'data') return encodeData(message)
  const {headers, body} = message
  const start =
    message.kind === 'request'
      ? `${message.method} ${message.uri} RTSP/1.0`
      : `RTSP/1.0 ${message.status} ${message.reason}`.trimEnd()
  if (!REQUEST_LINE.test(start) && !STATUS_LINE.test(start)) throw local('start line')
  const lines = [start, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const wrong = lines.slice(1).find((line) => !isHeader(line))
  if (wrong !== undefined) throw local(`header ${wrong.split(':', 1)[0]}`)
  if (body.length > 0) lines.push(`${LENGTH}: ${body.length}`)
  const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'utf8')
  if (headers.length > MAX_HEADERS || head.length > MAX_HEAD_BYTES || body.length > MAX_BODY_BYTES) throw local('size')
  return Buffer.concat([head, body])
}

/** Throws CW_PROTOCOL_REMOTE for anything that is not RTSP or exceeds the limits. Empty lines before a message are passed over. */
export function decode(bytes: Uint8Array): {message: RtspMessage; rest: Uint8Array} | null {
  let start = 0
  while (bytes[start] === CR || bytes[start] === LF) start += 1
  if (start > MAX_HEAD_BYTES) throw remote('nothing but empty lines')
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start)
  return buffer[0] === DOLLAR ? decodeData(buffer) : decodeText(buffer)
}

/** The first value of a header, whatever the case of its name. */
export function headerOf(message: RtspRequest | RtspResponse, name: string): string | undefined {
  return headerValues(message, name)[0]
}

/** All values of a header in order. */
export function headerValues({headers}: RtspRequest | RtspResponse, name: string): string[] {
  const wanted = name.toLowerCase()
  return headers.filter(([key]) => key.toLowerCase() === wanted).map(([, value]) => value)
}

function encodeData({channel, payload}: RtspData): Buffer {
  if (payload.length > MAX_PAYLOAD_BYTES || channel > 0xff) throw local('interleaved packet')
  const frame = Buffer.allocUnsafe(4 + payload.length)
  frame[0] = DOLLAR
  frame[1] = channel
  frame.writeUInt16BE(payload.length, 2)
  frame.set(payload, 4)
  return frame
}

function decodeData(buffer: Buffer): {message: RtspData; rest: Uint8Array} | null {
  if (buffer.length < 4) return null
  const end = 4 + buffer.readUInt16BE(2)
  if (buffer.length < end) return null
  const payload = buffer.subarray(4, end)
  return {message: {kind: 'data', channel: buffer.readUInt8(1), payload}, rest: buffer.subarray(end)}
}

function decodeText(buffer: Buffer): {message: RtspMessage; rest: Uint8Array} | null {
  const end = headEnd(buffer)
  if (end === -1) {
    if (buffer.length >= MAX_HEAD_BYTES) throw remote(`no end of the headers within ${MAX_HEAD_BYTES} bytes`)
    refuseEarly(buffer)
    return null
  }
  if (end > MAX_HEAD_BYTES) throw remote(`headers of ${end} bytes`)
  const [start = '', ...lines] = unfold(buffer.toString('utf8', 0, end))
  const first = startFrom(start)
  const all = lines.filter((line) => line !== '').map(headerFrom)
  if (all.length > MAX_HEADERS) throw remote(`${all.length} headers`)
  const length = bodyLength(all)
  if (buffer.length < end + length) return null
  const headers = all.filter(([name]) => name.toLowerCase() !== LENGTH.toLowerCase())
  const body = buffer.subarray(end, end + length)
  return {message: {...first, headers, body}, rest: buffer.subarray(end + length)}
}

/** Offset behind the empty line that ends the headers, or -1. Bare line feeds are accepted. */
function headEnd(buffer: Buffer): number {
  for (let at = buffer.indexOf(LF); at !== -1 && at < MAX_HEAD_BYTES; at = buffer.indexOf(LF, at + 1)) {
    if (buffer[at + 1] === LF) return at + 2
    if (buffer[at + 1] === CR && buffer[at + 2] === LF) return at + 3
  }
  return -1
}

/** Another protocol (HTTP, SSH, a web page) is told at its first line, not when the time is over. */
function refuseEarly(buffer: Buffer): void {
  const line = buffer.indexOf(LF)
  if (line !== -1) startFrom(buffer.toString('utf8', 0, line).trimEnd())
}

function startFrom(
  line: string,
): Pick<RtspRequest, 'kind' | 'method' | 'uri'> | Pick<RtspResponse, 'kind' | 'status' | 'reason'> {
  const [, status, reason = ''] = STATUS_LINE.exec(line) ?? []
  if (status !== undefined) return {kind: 'response', status: Number(status), reason: reason.trim()}
  const [, method, uri] = REQUEST_LINE.exec(line) ?? []
  if (method === undefined || uri === undefined) throw remote(`neither request nor response: ${line.slice(0, 60)}`)
  return {kind: 'request', method, uri}
}

function headerFrom(line: string): Header {
  const [, name, value = ''] = HEADER_LINE.exec(line) ?? []
  if (name === undefined) throw remote(`no header: ${line.slice(0, 60)}`)
  return [name, value.trim()]
}

/** The lines of a head. A header may go on in a line that begins with a space (RFC 2326 §4.2 after RFC 822), the start line not. */
function unfold(head: string): string[] {
  const end = head.indexOf('\n') + 1
  const headers = head.slice(end).replace(/\r?\n[ \t]+(?=[^ \t\r\n])/g, ' ')
  return `${head.slice(0, end)}${headers}`.split(/\r?\n/)
}

function bodyLength(headers: readonly Header[]): number {
  const lengths = headers.filter(([name]) => name.toLowerCase() === LENGTH.toLowerCase()).map(([, value]) => value)
  if (lengths.some((text) => !/^\d{1,9}$/.test(text) || text !== lengths[0]))
    throw remote(`${LENGTH} ${lengths.join(', ').slice(0, 40)}`)
  const length = Number(lengths[0] ?? 0)
  if (length > MAX_BODY_BYTES) throw remote(`body of ${length} bytes`)
  return length
}

function isHeader(line: string): boolean {
  return HEADER_LINE.test(line) && !/[\r\n\0]/.test(line) && !/^content-length\s*:/i.test(line)
}

function local(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_LOCAL', {protocol: 'RTSP', detail})
}

function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'RTSP', detail})
}
