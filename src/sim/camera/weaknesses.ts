/** The ways in which a simulated camera is open to strangers, by name. It shows its picture all the same: only an audit sees them. */
import {type Credential, Secret} from '../../lib/secret.ts'

export const WEAKNESSES = {
  'default-password': 'its user is admin and its password is what it came with',
  'factory-state': 'says that it was never activated',
  'onvif-open': 'answers ONVIF whoever asks',
  'rtsp-open': 'shows its streams whoever asks',
  'snapshot-open': 'hands out pictures whoever asks',
  'md5-only': 'offers Digest with MD5 alone',
  'telnet-open': 'has a telnet port',
  'upnp-open': 'answers UPnP discovery',
  'tls-old': 'has HTTPS that still speaks TLS 1.0',
  'certificate-expired': 'has HTTPS with a certificate that ended last week',
  'certificate-old': 'has HTTPS with a certificate of ten years ago that is valid for ten more',
  'certificate-name': 'has HTTPS with a certificate for another address',
} as const

export type WeaknessName = keyof typeof WEAKNESSES

export const FACTORY_LOGIN: Credential = {user: 'admin', password: new Secret('admin')}

/** Those that need an HTTPS port to be seen. */
export const HTTPS_WEAKNESSES: readonly WeaknessName[] = [
  'tls-old',
  'certificate-expired',
  'certificate-old',
  'certificate-name',
]

const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS
/** Of a documentation network (RFC 5737). */
const ANOTHER_ADDRESS = '192.0.2.1'

/** What the camera's certificate says, at a time. */
export function certificatePlan(
  address: string,
  weaknesses: readonly WeaknessName[],
  now: number,
): {readonly names: readonly string[]; readonly notBefore: number; readonly notAfter: number} {
  const names = [weaknesses.includes('certificate-name') ? ANOTHER_ADDRESS : address]
  if (weaknesses.includes('certificate-expired')) return {names, notBefore: now - YEAR_MS, notAfter: now - 7 * DAY_MS}
  if (weaknesses.includes('certificate-old'))
    return {names, notBefore: now - 10 * YEAR_MS, notAfter: now + 10 * YEAR_MS}
  return {names, notBefore: now - DAY_MS, notAfter: now + YEAR_MS}
}
