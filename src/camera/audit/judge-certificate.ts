/** The rules about certificates: each looks at every certificate that the device showed. */
import type {RuleId} from './baseline.ts'
import type {AuditFacts, CertificateFact} from './facts.ts'
import type {Judge, JudgeContext, Judgement} from './judge.ts'

const DAY_MS = 86_400_000
const MIN_CURVE_BITS = 224

type CertificateRule = Extract<RuleId, `certificate-${string}`>

/** What is wrong with one certificate; undefined: nothing; null: it cannot be said. */
type Fault = (certificate: CertificateFact, context: JudgeContext) => string | undefined | null

const FAULTS: Readonly<Record<CertificateRule, Fault>> = {
  'certificate-expired': ({notBefore, notAfter}, {now}) => {
    if (now > notAfter) return `ended on ${dayOf(notAfter)}, ${days(now - notAfter)} days ago`
    return now < notBefore ? `is valid from ${dayOf(notBefore)} only` : undefined
  },
  'certificate-expiring': ({notAfter}, {now, rule}) =>
    now <= notAfter && notAfter - now < (rule.limit ?? 0) * DAY_MS
      ? `ends on ${dayOf(notAfter)}, in ${days(notAfter - now)} days`
      : undefined,
  'certificate-age': ({notBefore}, {now, rule}) =>
    now - notBefore > (rule.limit ?? 0) * DAY_MS
      ? `was issued on ${dayOf(notBefore)}, ${days(now - notBefore)} days ago`
      : undefined,
  'certificate-self-signed': ({selfSigned, subject}) => (selfSigned ? `signs itself: ${subject}` : undefined),
  // One that signs itself is told by the rule of that name, unless somebody has vouched for it.
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
  if (shown.length === 0) return {status: 'untested', seen: 'no certificate was shown on the ports of the baseline'}
  const verdicts = shown.map(({port, certificate}) => ({port, said: fault(certificate, context)}))
  const wrong = verdicts.filter(({said}) => typeof said === 'string')
  if (wrong.length > 0) {
    return {
      status: 'finding',
      seen: wrong.map(({port, said}) => `the certificate of port ${port} ${said}`).join('; '),
      sure: 'certain',
    }
  }
  if (verdicts.some(({said}) => said === null)) return {status: 'untested', seen: 'what was shown does not say'}
  return {status: 'passed', seen: shown.map(({port, certificate}) => `port ${port}: ${lifeOf(certificate)}`).join('; ')}
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
