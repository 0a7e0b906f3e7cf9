/** Looks at the TLS of one port: version, certificate, and whether it still speaks TLS 1.1 or older. Sends nothing but handshakes. */
import type {X509Certificate} from 'node:crypto'
import {isIP} from 'node:net'
import {type ConnectionOptions, connect, type SecureContext, type TLSSocket} from 'node:tls'
import {safeText} from '../../lib/safe-text.ts'
import type {CertificateFact, TlsFact} from './facts.ts'
import type {LookOptions} from './ports.ts'

/** So weak that keys and protocols of any age can be looked at; nothing is ever sent over such a connection. */
const ANY_STRENGTH = 'DEFAULT:@SECLEVEL=0'
const HANDSHAKE_MS = 4_000

/** Undefined where no TLS is spoken. `host` as it was asked for: what the certificate has to be for. */
export async function lookAtTls(
  host: string,
  port: number,
  options: LookOptions & {readonly trust?: SecureContext},
): Promise<TlsFact | undefined> {
  const {trust} = options
  const first = await handshake(host, port, options, trust ? {secureContext: trust} : {ciphers: ANY_STRENGTH})
  // A context of somebody's own refuses weak keys; who does is looked at without it, and is then not trusted.
  const shaken = first ?? (trust ? await handshake(host, port, options, {ciphers: ANY_STRENGTH}) : undefined)
  if (!shaken) return undefined
  const old = await handshake(host, port, options, {
    ciphers: ANY_STRENGTH,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
  })
  return {...shaken, port, oldProtocol: old ? old.protocol : null}
}

type Shaken = Pick<TlsFact, 'protocol' | 'certificate'>

function handshake(
  host: string,
  port: number,
  {address, remainingMs, clock, signal}: LookOptions,
  how: ConnectionOptions,
): Promise<Shaken | undefined> {
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? {servername: host} : {}
    const socket = connect({host: address, port, rejectUnauthorized: false, ...name, ...how})
    const late = new AbortController()
    const end = (shaken?: Shaken) => {
      late.abort('settled')
      signal.removeEventListener('abort', stop)
      socket.destroy()
      resolve(shaken)
    }
    const stop = () => end()
    socket.once('secureConnect', () => end(shakenOf(socket, host)))
    socket.on('error', stop)
    socket.once('close', stop)
    signal.addEventListener('abort', stop, {once: true})
    clock.sleep(Math.min(HANDSHAKE_MS, remainingMs()), late.signal).then(stop, () => {})
    if (signal.aborted) stop()
  })
}

function shakenOf(socket: TLSSocket, host: string): Shaken {
  const protocol = socket.getProtocol() ?? 'TLS'
  const raw = socket.getPeerX509Certificate()
  const problem = socket.authorized ? undefined : String(socket.authorizationError ?? 'untrusted')
  return {protocol, ...(raw ? {certificate: certificateFact(raw, host, problem)} : {})}
}

/** The chain was trusted, and then the name did not fit. */
const NAME_ONLY = /ERR_TLS_CERT_ALTNAME_INVALID|Hostname\/IP does not match/
/** What is told of the dates may stand before what would be told of the chain. */
const DATES = /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/

function certificateFact(certificate: X509Certificate, host: string, problem: string | undefined): CertificateFact {
  const {publicKey} = certificate
  const details = publicKey.asymmetricKeyDetails
  const keyType = publicKey.asymmetricKeyType ?? 'unknown'
  const chain = problem && !NAME_ONLY.test(problem) ? problem : undefined
  const isHidden = chain !== undefined && DATES.test(chain)
  const forHost = isIP(host) ? certificate.checkIP(host) !== undefined : certificate.checkHost(host) !== undefined
  return {
    subject: nameOf(certificate.subject),
    issuer: nameOf(certificate.issuer),
    notBefore: certificate.validFromDate.getTime(),
    notAfter: certificate.validToDate.getTime(),
    selfSigned: certificate.checkIssued(certificate) && certificate.verify(publicKey),
    ...(chain === undefined ? {} : isHidden ? {chainUnknown: true as const} : {untrusted: safeText(chain, 80)}),
    forHost,
    keyType,
    keyBits: details?.modulusLength ?? CURVE_BITS[details?.namedCurve ?? keyType] ?? 0,
  }
}

const CURVE_BITS: Readonly<Record<string, number>> = {
  prime256v1: 256,
  secp384r1: 384,
  secp521r1: 521,
  secp256k1: 256,
  secp224r1: 224,
  prime192v1: 192,
  ed25519: 256,
  ed448: 448,
}

function nameOf(text: string) {
  return safeText(text.replaceAll('\n', ', '), 120)
}
