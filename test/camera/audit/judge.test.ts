import {describe, expect, test} from 'vitest'
import type {BaselinePort, RuleId} from '../../../src/camera/audit/baseline.ts'
import {builtinBaseline} from '../../../src/camera/audit/baselines.ts'
import type {AuditFacts, CertificateFact, PortFact} from '../../../src/camera/audit/facts.ts'
import {judge} from '../../../src/camera/audit/judge.ts'
import {safeText} from '../../../src/lib/safe-text.ts'

const NOW = Date.UTC(2026, 2, 1)
const DAY = 86_400_000
const NOTHING: AuditFacts = {reached: true, scheme: 'http:', ports: [], tls: [], schemes: [], rtspSchemes: []}
const GOOD: CertificateFact = {
  subject: safeText('CN=gate'),
  issuer: safeText('CN=city'),
  notBefore: NOW - 100 * DAY,
  notAfter: NOW + 200 * DAY,
  selfSigned: false,
  forHost: true,
  keyType: 'rsa',
  keyBits: 2_048,
}
const {rules} = builtinBaseline('etsi')

function say(id: RuleId, facts: Partial<AuditFacts>) {
  const rule = rules.find((one) => one.id === id)
  if (!rule) throw new Error(id)
  return judge({...NOTHING, ...facts}, rule, NOW)
}
const shown = (changes: Partial<CertificateFact>): Partial<AuditFacts> => ({
  tls: [{port: 443, protocol: 'TLSv1.3', certificate: {...GOOD, ...changes}}],
})
const port = (kind: BaselinePort['kind'], state: PortFact['state'], more: Partial<PortFact> = {}) => ({
  ports: [{port: 23, kind, state, ...more}],
})

test('where nothing was seen no rule passes and none is broken', () => {
  expect(rules.map(({id}) => [id, say(id, {}).status])).toEqual(rules.map(({id}) => [id, 'untested']))
})

describe('certificates', () => {
  test.each<[RuleId, Partial<CertificateFact>, string, string]>([
    ['certificate-expired', {}, 'passed', ''],
    ['certificate-expired', {notAfter: NOW}, 'passed', ''],
    ['certificate-expired', {notAfter: NOW - 3 * DAY}, 'finding', 'ended on 2026-02-26, 3 days ago'],
    ['certificate-expired', {notBefore: NOW + DAY}, 'finding', 'valid from 2026-03-02 only'],
    ['certificate-expiring', {notAfter: NOW + 30 * DAY}, 'passed', ''],
    ['certificate-expiring', {notAfter: NOW + 29 * DAY}, 'finding', 'in 29 days'],
    ['certificate-age', {notBefore: NOW - 825 * DAY}, 'passed', ''],
    ['certificate-age', {notBefore: NOW - 826 * DAY}, 'finding', '826 days ago'],
    ['certificate-self-signed', {selfSigned: true, untrusted: safeText('DEPTH_ZERO')}, 'finding', 'CN=gate'],
    ['certificate-self-signed', {selfSigned: true, chainUnknown: true}, 'finding', 'CN=gate'],
    ['certificate-self-signed', {selfSigned: true}, 'passed', ''],
    ['certificate-expired', {notAfter: Number.NaN}, 'untested', ''],
    ['certificate-expiring', {notAfter: Number.NaN}, 'untested', ''],
    ['certificate-age', {notBefore: Number.NaN}, 'untested', ''],
    ['certificate-untrusted', {}, 'passed', ''],
    ['certificate-untrusted', {untrusted: safeText('UNABLE_TO_VERIFY_LEAF_SIGNATURE')}, 'finding', 'UNABLE_TO'],
    ['certificate-untrusted', {chainUnknown: true}, 'untested', ''],
    ['certificate-name', {forHost: false}, 'finding', 'another address'],
    ['certificate-key', {}, 'passed', ''],
    ['certificate-key', {keyBits: 1_024}, 'finding', '1024 bits (rsa)'],
    ['certificate-key', {keyType: 'ec', keyBits: 256}, 'passed', ''],
    ['certificate-key', {keyType: 'ec', keyBits: 192}, 'finding', '192 bits (ec)'],
    ['certificate-key', {keyType: 'ec', keyBits: 0}, 'untested', ''],
  ])('%s %j: %s', (id, changes, status, words) => {
    const said = say(id, shown(changes))
    expect(said.status).toBe(status)
    expect(said.seen).toContain(words)
  })
})

test.each<[RuleId, Partial<AuditFacts>, string, string | undefined]>([
  ['telnet-open', port('telnet', 'refused'), 'passed', undefined],
  ['telnet-open', port('telnet', 'silent'), 'untested', undefined],
  ['telnet-open', port('telnet', 'unasked'), 'untested', undefined],
  ['telnet-open', port('telnet', 'open'), 'finding', 'likely'],
  ['telnet-open', port('telnet', 'open', {confirmed: true}), 'finding', 'certain'],
  ['ftp-open', port('telnet', 'open'), 'untested', undefined],
  ['https-missing', port('tls', 'refused'), 'finding', 'certain'],
  ['https-missing', port('tls', 'silent'), 'finding', 'likely'],
  ['https-missing', port('tls', 'open'), 'finding', 'likely'],
  ['https-missing', port('tls', 'unasked'), 'untested', undefined],
  ['https-missing', {scheme: 'https:'}, 'passed', undefined],
  ['port-undeclared', port('other', 'silent'), 'untested', undefined],
  ['clock-offset', {clock: {offsetMs: -30_500, uncertaintyMs: 600}}, 'passed', undefined],
  ['clock-offset', {clock: {offsetMs: 31_000, uncertaintyMs: 600}}, 'finding', 'certain'],
  ['default-login-known', {factoryLogin: null}, 'untested', undefined],
  ['ntp-missing', {timeServers: 0}, 'finding', 'certain'],
])('%s of %j: %s', (id, facts, status, sure) => {
  expect(say(id, facts)).toMatchObject({status, ...(sure ? {sure} : {})})
})
