/** Connections to a platform whose certificate is known by its fingerprint, whoever signed it. */
import {X509Certificate} from 'node:crypto'
import type {TLSSocket} from 'node:tls'
import {Agent, buildConnector} from 'undici'
import {CitywatchError} from '../lib/errors.ts'

const SHA256 = /^[0-9A-F]{64}$/

/** AA:BB:… of a SHA-256 in hex, with or without colons. Throws CW_BAD_VALUE. */
export function parseFingerprint(text: string): string {
  const digits = text
    .replace(/^sha-?256[:=]/i, '')
    .replaceAll(':', '')
    .toUpperCase()
  if (SHA256.test(digits)) return digits.replace(/..(?=.)/g, '$&:')
  const expected = 'the SHA-256 of a certificate: 64 hex digits'
  throw new CitywatchError('CW_BAD_VALUE', {field: 'fingerprint', value: text.slice(0, 100), expected})
}

/**
 * A dispatcher that sends nothing, not even the token, before the other side has shown that very certificate and proved
 * that it has its key. Another one fails with CW_CERTIFICATE.
 */
export function pinnedAgent(fingerprint: string): Agent {
  // Without kept sessions: a resumed one shows no certificate.
  const connect = buildConnector({rejectUnauthorized: false, maxCachedSessions: 0})
  return new Agent({
    connect(options, callback) {
      const target = `${options.hostname}:${options.port}`
      if (options.protocol !== 'https:') {
        callback(notTheOne(target, 'the line is not encrypted'), null)
        return
      }
      connect(options, (error, socket) => {
        if (error) return callback(error, null)
        const shown = shownBy(socket as TLSSocket)
        if (shown === fingerprint) return callback(null, socket)
        socket.destroy()
        callback(notTheOne(target, `its SHA-256 is ${shown}, expected ${fingerprint}`), null)
      })
    },
  })
}

function shownBy(socket: TLSSocket): string {
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate()
  return certificate instanceof X509Certificate ? certificate.fingerprint256 : 'unknown'
}

function notTheOne(target: string, detail: string): CitywatchError {
  return new CitywatchError('CW_CERTIFICATE', {target, detail})
}

/** What Node.js and OpenSSL call a certificate that does not prove who it is. */
const REFUSED =
  /^(?:CERT_|ERR_TLS_CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_)/

/** True for the code of a failed check of a certificate. */
export function isCertificateCode(code: string | undefined): boolean {
  return code !== undefined && REFUSED.test(code)
}
