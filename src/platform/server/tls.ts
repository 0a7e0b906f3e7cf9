/** The platform's certificate: of files that somebody signed, or one that it makes once and keeps in its data folder. */
import {createPrivateKey, X509Certificate} from 'node:crypto'
import {readFileSync, renameSync, writeFileSync} from 'node:fs'
import {isIP} from 'node:net'
import {hostname} from 'node:os'
import {join} from 'node:path'
import {createSecureContext} from 'node:tls'
import {CitywatchError} from '../../lib/errors.ts'
import {Secret} from '../../lib/secret.ts'
import {selfSigned} from '../../net/self-signed.ts'

/** Key and certificate in one file, so that they always belong together. */
const OWN_FILE = 'tls.pem'
const CERTIFICATE_BEGINS = '-----BEGIN CERTIFICATE-----'

export type TlsChoice =
  | {readonly type: 'files'; readonly certFile: string; readonly keyFile: string}
  | {readonly type: 'self-signed'}

export interface Certificate {
  /** PEM: the platform's certificate, then those that lead to its authority. */
  readonly cert: string
  /** PEM. */
  readonly key: Secret
  /** SHA-256 of the certificate: AA:BB:… */
  readonly fingerprint: string
  /** When it runs out, ms UTC. */
  readonly validTo: number
}

export interface TlsPlace {
  readonly folder: string
  readonly host: string
  readonly now: number
}

/** Throws CW_FILE_NOT_FOUND, CW_IO, CW_BAD_VALUE (no certificate, no key, of different pairs). Call it with the folder's lock. */
export function certificateOf(choice: TlsChoice, place: TlsPlace): Certificate {
  if (choice.type === 'self-signed') return ownCertificate(place)
  const {certFile, keyFile} = choice
  return checked({cert: textOf(certFile), certFile, key: new Secret(textOf(keyFile)), keyFile})
}

function ownCertificate({folder, host, now}: TlsPlace): Certificate {
  const path = join(folder, OWN_FILE)
  const kept = textIfThere(path)
  const pem = kept ?? newPem(host, now)
  if (kept === undefined) keep(path, pem)
  const at = Math.max(0, pem.indexOf(CERTIFICATE_BEGINS))
  return checked({cert: pem.slice(at), certFile: path, key: new Secret(pem.slice(0, at)), keyFile: path})
}

function newPem(host: string, now: number): string {
  const names = new Set(['localhost', '127.0.0.1', hostname(), ...(isIP(host) === 6 ? [] : [host])])
  const {cert, key} = selfSigned([...names], now)
  return key + cert
}

function keep(path: string, pem: string): void {
  try {
    writeFileSync(`${path}.new`, pem, {mode: 0o600, flush: true})
    renameSync(`${path}.new`, path)
  } catch (cause) {
    const {code = 'not writable'} = cause as NodeJS.ErrnoException
    throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
  }
}

interface Pair {
  readonly cert: string
  readonly certFile: string
  readonly key: Secret
  readonly keyFile: string
}

function checked({cert, certFile, key, keyFile}: Pair): Certificate {
  const leaf = parsed(certFile, 'a certificate in PEM', () => new X509Certificate(cert))
  const secret = parsed(keyFile, 'a private key in PEM without a passphrase', () => createPrivateKey(key.reveal()))
  if (!leaf.checkPrivateKey(secret)) throw notUsable(keyFile, `the key of ${certFile}`)
  parsed(certFile, 'a certificate that this Node.js accepts', () => createSecureContext({cert, key: key.reveal()}))
  return {cert, key, fingerprint: leaf.fingerprint256, validTo: leaf.validToDate.getTime()}
}

/** Without the cause: what OpenSSL says of a key must not be printed. */
function parsed<Result>(path: string, expected: string, parse: () => Result): Result {
  try {
    return parse()
  } catch {
    throw notUsable(path, expected)
  }
}

function notUsable(path: string, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field: 'TLS file', value: path, expected})
}

function textOf(path: string): string {
  const text = textIfThere(path)
  if (text === undefined) throw new CitywatchError('CW_FILE_NOT_FOUND', {path})
  return text
}

function textIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const {code = 'unreadable'} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
  }
}
