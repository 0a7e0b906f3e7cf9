/** What answers at an open port, asked without any login: a camera that tells its time, or something else. */
import type {Socket} from 'node:net'
import type {Clock} from '../../lib/clock.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {DeviceFailure} from '../failure.ts'
import type {LoginLedger} from '../login-ledger.ts'
import {openOnvif} from '../onvif/session.ts'
import type {FoundKind} from './found.ts'
import type {AskedPort} from './ports.ts'

export interface Fingerprint {
  readonly kind: FoundKind
  /** What was seen, where it is not a camera that tells its time. */
  readonly detail?: SafeText
  /** The device's clock minus ours, ms. */
  readonly clockOffsetMs?: number
}

export interface FingerprintOptions {
  /** For the whole conversation. */
  readonly timeoutMs: number
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** The ONVIF device service, where an address alone is known. */
export function deviceServiceAt(address: string, {scheme, port}: AskedPort): string {
  const host = address.includes(':') ? `[${address}]` : address
  return new URL(`${scheme}://${host}:${port}/onvif/device_service`).href
}

/**
 * Closes the connection that found the port open, then asks GetSystemDateAndTime, which ONVIF answers without a login; of an
 * RTSP port it asks OPTIONS on that connection. Never throws for what a device does.
 */
export async function fingerprint(
  address: string,
  port: AskedPort,
  socket: Socket,
  options: FingerprintOptions,
): Promise<Fingerprint> {
  if (port.scheme === 'rtsp') return rtspFingerprint(socket, options)
  await closed(socket) // a device with room for one connection has it free
  return askDevice(deviceServiceAt(address, port), options)
}

/** What answers at an ONVIF device service address. Never throws for what a device does. */
export async function askDevice(xaddr: string, options: FingerprintOptions): Promise<Fingerprint> {
  const session = openOnvif({xaddr, ...options, ledger: NO_LOGINS})
  try {
    const {offsetMs} = await session.clock()
    return {kind: 'onvif', clockOffsetMs: offsetMs}
  } catch (error) {
    if (!(error instanceof DeviceFailure)) throw error
    return {kind: kindOf(error), detail: error.detail}
  } finally {
    await session.close()
  }
}

/** There is no credential, so nothing ever asks it. */
const NO_LOGINS: LoginLedger = {mayTry: () => false, trying() {}, succeeded() {}, failed() {}}

function kindOf({why, detail}: DeviceFailure): FoundKind {
  switch (why) {
    case 'no-credential':
      return 'login'
    case 'soap-fault':
    case 'unsupported-op':
    case 'not-permitted':
    case 'malformed-xml':
      return 'soap'
    case 'not-onvif':
      return detail.startsWith('HTTP ') ? 'http' : 'open'
    case 'too-large':
    case 'tls':
      return 'http'
    default:
      return 'open'
  }
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve())
    socket.destroy()
  })
}

const OPTIONS_REQUEST = 'OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: citywatch\r\n\r\n'
/** A status line is shorter. */
const MAX_STATUS_LINE = 256

async function rtspFingerprint(socket: Socket, {timeoutMs, clock, signal}: FingerprintOptions): Promise<Fingerprint> {
  const text = await firstLine(socket, OPTIONS_REQUEST, {timeoutMs, clock, signal})
  if (/^RTSP\/\d\.\d \d{3}/.test(text)) return {kind: 'rtsp', detail: safeText(text, 120)}
  return {kind: 'open', detail: safeText(text === '' ? 'takes the connection and says nothing' : text, 120)}
}

/** What comes up to the end of the first line; what there is of it when the time is over. */
function firstLine(socket: Socket, request: string, {timeoutMs, clock, signal}: FingerprintOptions): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const late = new AbortController()
    const end = () => {
      late.abort('read')
      signal.removeEventListener('abort', end)
      socket.destroy()
      resolve(text.split(/\r?\n/, 1)[0]?.slice(0, MAX_STATUS_LINE) ?? '')
    }
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1').slice(0, MAX_STATUS_LINE)
      if (text.includes('\n') || text.length >= MAX_STATUS_LINE) end()
    })
    socket.once('close', end)
    signal.addEventListener('abort', end, {once: true})
    clock.sleep(timeoutMs, late.signal).then(end, () => {})
    socket.write(request, 'latin1')
    if (signal.aborted) end()
  })
}
