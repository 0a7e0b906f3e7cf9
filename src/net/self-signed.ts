/** Makes a certificate that signs itself: for links whose ends compare its fingerprint. X.509 v3 in DER (RFC 5280 §4.1). */
import {createSign, generateKeyPairSync, randomBytes} from 'node:crypto'
import {isIPv4} from 'node:net'

const TEN_YEARS_MS = 3_652 * 86_400_000
const DAY_MS = 86_400_000
const ECDSA_SHA256 = '06082a8648ce3d040302'
const COMMON_NAME = '0603550403'
const SUBJECT_ALT_NAME = '0603551d11'

/**
 * PEM texts of a P-256 key and its certificate for these names and IPv4 addresses; the first one is its common name. Valid
 * for ten years from a day before `now`, so that a clock that is a little slow takes it too, unless told otherwise (ms).
 */
export function selfSigned(
  names: readonly string[],
  now: number,
  {notBefore = now - DAY_MS, notAfter = now + TEN_YEARS_MS}: {notBefore?: number; notAfter?: number} = {},
): {readonly cert: string; readonly key: string} {
  const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'})
  const algorithm = der(0x30, hex(ECDSA_SHA256))
  const name = der(0x30, der(0x31, der(0x30, hex(COMMON_NAME), der(0x0c, Buffer.from(names[0] ?? 'citywatch')))))
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, serial()),
    algorithm,
    name,
    der(0x30, time(notBefore), time(notAfter)),
    name,
    publicKey.export({type: 'spki', format: 'der'}),
    der(0xa3, der(0x30, der(0x30, hex(SUBJECT_ALT_NAME), der(0x04, der(0x30, ...names.map(altName)))))),
  )
  const signature = createSign('sha256').update(body).sign(privateKey)
  const certificate = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature))
  const base64 = certificate.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({type: 'pkcs8', format: 'pem'}).toString(),
  }
}

/** A positive number of at most 20 octets that is written in its shortest form (RFC 5280 §4.1.2.2). */
function serial(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes
}

/** UTCTime up to 2049, then GeneralizedTime (RFC 5280 §4.1.2.5). */
function time(at: number): Buffer {
  const text = `${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
  return text < '2050' ? der(0x17, Buffer.from(text.slice(2))) : der(0x18, Buffer.from(text))
}

/** dNSName or iPAddress (RFC 5280 §4.2.1.6). */
function altName(name: string): Buffer {
  if (isIPv4(name)) return der(0x87, Buffer.from(name.split('.').map(Number)))
  return der(0x82, Buffer.from(name, 'latin1'))
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}

/** One DER value: tag, length, content. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  const {length} = content
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}
