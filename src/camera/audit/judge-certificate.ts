/** The rules about certificates: each looks at every certificate that the device showed. */
import type {RuleId} from './baseline.ts'
import type {AuditFacts, CertificateFact} from './facts.ts'
import {finding, type Judge, type JudgeContext, type Judgement, passed, untested} from './judgement.ts'

const DAY_MS = 86_400_000
const MIN_CURVE_BITS = 224

type CertificateRule = Extract<RuleId, `certificate-${string}`>

/** What is wrong with one certificate; undefined: nothing; null: it cannot be said. */
type Fault = (certificate: CertificateFact, context: JudgeContext) => string | undefined | null

const FAULTS: Readonly<Record<CertificateRule, Fault>> = {
  'certificate-expired': ({notBefore, notAfter}, {now}) => {
    if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return null
    if (now > notAfter) return `ended on ${dayOf(notAfter)}, ${days(now - notAfter)} days ago`
    return now < notBefore ? `is valid from ${dayOf(notBefore)} only` : undefined
  },
  'certificate-expiring': ({notAfter}, {now, rule}) => {
    if (Number.isNaN(notAfter)) return null
    const isSoon = now <= notAfter && notAfter - now < (rule.limit ?? 0) * DAY_MS
    return isSoon ? `ends on ${dayOf(notAfter)}, in ${days(notAfter - now)} days` : undefined
  },
  'certificate-age': ({notBefore}, {now, rule}) => {
    if (Number.isNaN(notBefore)) return null
    const isOld = now - notBefore > (rule.limit ?? 0) * DAY_MS
    return isOld ? `was issued on ${dayOf(notBefore)}, ${days(now - notBefore)} days ago` : undefined
  },
  // Somebody may have vouched for it (--camera-ca): then it is trusted as it is.
  'certificate-self-signed': ({selfSigned, subject, untrusted, chainUnknown}) =>
    selfSigned && (untrusted || chainUnknown) ? `signs itself: ${subject}` : undefined,
  'certificate-untrusted': ({untrusted, selfSigned, chainUnknown}) => {
    if (untrusted && !selfSigned) return `is not trusted: ${untrusted}`
    return chainUnknown || untrusted ? null : undefined
  },
  'certificate-name': ({forHost, subject}) => (forHost ? undefined : `is for another address: ${subject || 'no name'}`),
  'certificate-key': ({keyType, keyBits}, {rule}) => {
    if (keyBits === 0) return null
    const least = keyType.startsWith('rsa') || keyType === 'dsa' ? (rule.limit ?? 0) : MIN_CURVE_BITS
    return keyBits < least ? `has a key of ${keyBits} bits (${keyType})` : undefined
  },
}

export const CERTIFICATE_RULES = Object.fromEntries(
  Object.entries(FAULTS).map(([id, fault]): [string, Judge] => [
    id,
    (facts, context) => judgeEach(facts, context, fault),
  ]),
) as Readonly<Record<CertificateRule, Judge>>

function judgeEach({tls}: AuditFacts, context: JudgeContext, fault: Fault): Judgement {
  const shown = tls.flatMap(({port, certificate}) => (certificate ? [{port, certificate}] : []))
  if (shown.length === 0) return untested('no certificate was shown on the ports of the baseline')
  const verdicts = shown.map(({port, certificate}) => ({port, said: fault(certificate, context)}))
  const wrong = verdicts.filter(({said}) => typeof said === 'string')
  if (wrong.length > 0) {
    return finding(wrong.map(({port, said}) => `the certificate of port ${port} ${said}`).join('; '))
  }
  if (verdicts.some(({said}) => said === null)) return untested('what was shown does not say')
  return passed(shown.map(({port, certificate}) => `port ${port}: ${lifeOf(certificate)}`).join('; '))
}

function lifeOf({notBefore, notAfter, keyType, keyBits}: CertificateFact): string {
  return `${dayOf(notBefore)} to ${dayOf(notAfter)}, ${keyType} ${keyBits}`
}

function dayOf(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString().slice(0, 10) : 'an unreadable date'
}

function days(ms: number): number {
  return Math.floor(ms / DAY_MS)
}
