/** Why a device could not do what it was asked: thrown inside camera/, turned into data by the probe and by provisioning. */
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {Cause} from '../model/cause.ts'

interface FailureOptions extends ErrorOptions {
  readonly attemptsLeft?: number
}

export class DeviceFailure extends Error {
  readonly why: Cause
  /** What was seen, safe to print: `HTTP 200 text/html`, `no bytes for 3000 ms`. Never a secret. */
  readonly detail: SafeText
  /** Logins that the device says are left; absent where it does not say. */
  readonly attemptsLeft?: number

  constructor(why: Cause, detail: string, {attemptsLeft, ...options}: FailureOptions = {}) {
    super(`${why}: ${detail}`, options)
    if (attemptsLeft !== undefined) this.attemptsLeft = attemptsLeft
    this.name = 'DeviceFailure'
    this.why = why
    this.detail = safeText(detail, 300)
  }
}

/** The cause behind a socket error: ECONNREFUSED → refused, and so on. */
export function causeOfSocketError(error: NodeJS.ErrnoException): Cause {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'refused'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'dns'
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return 'route'
    case 'ECONNRESET':
    case 'EPIPE':
      return 'reset'
    case 'ETIMEDOUT':
      return 'timeout-connect'
    default:
      return error.code?.startsWith('ERR_TLS') || error.code?.includes('CERT') ? 'tls' : 'reset'
  }
}

const TLS = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_|HOSTNAME_MISMATCH|ERR_TLS|ERR_SSL|EPROTO)/

const UNTRUSTED = /^(?:UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|CERT_UNTRUSTED|CERT_SIGNATURE|INVALID_CA|CERT_CHAIN)/
const OUT_OF_DATE: readonly string[] = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']
const OTHER_NAME: readonly string[] = ['ERR_TLS_CERT_ALTNAME_INVALID', 'HOSTNAME_MISMATCH']

function tlsCause(code: string): Cause {
  if (OUT_OF_DATE.includes(code)) return 'tls-expired'
  if (OTHER_NAME.includes(code)) return 'tls-hostname'
  return UNTRUSTED.test(code) ? 'tls-untrusted' : 'tls'
}

/** The failure `tls` or `tls-…` when the error is one of TLS or of the certificate; undefined for any other. */
export function tlsFailure(error: Error): DeviceFailure | undefined {
  const code = String((error as NodeJS.ErrnoException).code ?? '')
  if (!TLS.test(code)) return undefined
  const text = code === 'CERT_HAS_EXPIRED' ? 'the certificate has expired' : error.message.split('\n')[0]
  return new DeviceFailure(tlsCause(code), `${text} (${code})`, {cause: error})
}
