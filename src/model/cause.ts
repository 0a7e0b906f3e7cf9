/** Why a device is not well: the closed list of causes, one per failure, the nearest to the root. */

/** Each cause with the check that finds it. docs/errors.md lists them; cli/i18n says them in words. */
export const CAUSES = {
  'no-address': 'reach',
  dns: 'reach',
  route: 'reach',
  refused: 'reach',
  'timeout-connect': 'reach',
  'timeout-read': 'reach',
  reset: 'reach',
  tls: 'reach',
  'tls-untrusted': 'reach',
  'tls-expired': 'reach',
  'tls-hostname': 'reach',
  'not-onvif': 'reach',
  'malformed-xml': 'reach',
  'too-large': 'reach',
  'clock-skew': 'clock',
  auth: 'identity',
  'locked-out': 'identity',
  'login-withheld': 'identity',
  'no-credential': 'identity',
  'not-permitted': 'identity',
  'unsupported-op': 'identity',
  'soap-fault': 'identity',
  quota: 'identity',
  'no-profile': 'profile',
  'xaddr-foreign': 'profile',
  'rtsp-unreachable': 'rtsp',
  'rtsp-auth': 'rtsp',
  'rtsp-error': 'rtsp',
  'rtsp-malformed': 'rtsp',
  'no-frames': 'media',
  'no-key-frame': 'media',
  'wrong-codec': 'media',
  'stream-mismatch': 'media',
  'over-limit': 'media',
  'read-back-mismatch': 'write',
  cancelled: 'run',
} as const

export type Cause = keyof typeof CAUSES
export type CheckName = 'reach' | 'clock' | 'identity' | 'profile' | 'rtsp' | 'media'

/** Checks in the order in which a probe makes them; each needs the ones before it. */
export const CHECKS: readonly CheckName[] = ['reach', 'clock', 'identity', 'profile', 'rtsp', 'media']
