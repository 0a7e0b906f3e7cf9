/** Whose certificates count: the usual authorities, and those that a person has vouched for. */
import {X509Certificate} from 'node:crypto'
import {createSecureContext, getCACertificates, type SecureContext} from 'node:tls'

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/**
 * What TLS connections trust when the certificates in `pem` count besides those that Node.js trusts; undefined when there is
 * none in it. Costs some milliseconds: made once, for many connections. Throws what OpenSSL throws for one that is broken
 * (which it would pass over in silence otherwise).
 */
export function trusting(pem: string): SecureContext | undefined {
  const certificates = pem.match(BLOCK) ?? []
  for (const certificate of certificates) new X509Certificate(certificate)
  if (certificates.length === 0) return undefined
  return createSecureContext({ca: [...getCACertificates('default'), ...certificates]})
}
