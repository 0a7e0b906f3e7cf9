/** The certificate that is made here, as OpenSSL reads it. */
import {createPrivateKey, X509Certificate} from 'node:crypto'
import {expect, test} from 'vitest'
import {selfSigned} from '../../src/net/self-signed.ts'

const NOW = Date.UTC(2026, 5, 1)

test('it names its hosts, fits its key, verifies by its own key, and lasts ten years', () => {
  const {cert, key} = selfSigned(['localhost', '127.0.0.1', 'depot-4'], NOW)
  const parsed = new X509Certificate(cert)
  expect(parsed.subject).toBe('CN=localhost')
  expect(parsed.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, DNS:depot-4')
  expect(parsed.checkHost('depot-4')).toBe('depot-4')
  expect(parsed.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(parsed.verify(parsed.publicKey)).toBe(true)
  expect(parsed.checkPrivateKey(createPrivateKey(key))).toBe(true)
  expect(parsed.validFromDate.getTime()).toBe(Date.UTC(2026, 4, 31))
  expect(parsed.validToDate.getTime()).toBe(Date.UTC(2036, 4, 31))
})

test('years behind 2049 have their own form', () => {
  const parsed = new X509Certificate(selfSigned(['x'], Date.UTC(2045, 0, 1)).cert)
  expect(parsed.validToDate.getUTCFullYear()).toBe(2055)
})

test('a long list of names, and two hundred certificates: each one is read, no two have a serial number in common', () => {
  const names = Array.from({length: 40}, (_, index) => `host-${index}.example`)
  expect(new X509Certificate(selfSigned(names, NOW).cert).checkHost('host-39.example')).toBe('host-39.example')
  const serials = Array.from({length: 200}, () => new X509Certificate(selfSigned(['x'], NOW).cert).serialNumber)
  expect(new Set(serials).size).toBe(200)
})
