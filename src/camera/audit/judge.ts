/** From what was seen on a device to what each rule of a baseline says of it. Pure: no network, no clock. */
import type {Rule, RuleId} from './baseline.ts'
import type {AuditFacts, DoorFact, SchemesFact} from './facts.ts'
import {CERTIFICATE_RULES} from './judge-certificate.ts'
import {finding, type Judge, type Judgement, passed, untested} from './judgement.ts'

const JUDGES: Readonly<Record<RuleId, Judge>> = {
  'default-login-known': ({factoryLogin, login}) => {
    if (factoryLogin === undefined) return untested('no login was given to compare')
    if (factoryLogin !== null)
      return finding(
        `the login on record is a factory login: ${factoryLogin}`,
        login?.outcome === 'accepted' ? 'certain' : 'likely',
      )
    return login?.outcome === 'accepted'
      ? passed('the login on record works and is in no list of factory logins')
      : untested(
          'the login on record is in no list of factory logins; whether the device has it was not tried (--login)',
        )
  },
  'default-login-accepted': ({defaultTry}) => {
    if (!defaultTry) return untested('not tried: needs --try-defaults, which costs a login')
    if (defaultTry.outcome === 'accepted') return finding(defaultTry.detail)
    return defaultTry.outcome === 'refused'
      ? passed(`one was tried and refused: ${defaultTry.detail}`)
      : untested(defaultTry.detail)
  },
  'factory-state': ({factory}) => door(factory, 'no page of the device that would say so'),
  'https-missing': httpsMissing,
  'tls-old': ({tls}) => {
    const known = tls.filter(({oldProtocol}) => oldProtocol !== undefined)
    const old = known.find(({oldProtocol}) => oldProtocol)
    if (old) return finding(`port ${old.port} speaks ${old.oldProtocol}`)
    return known.length > 0
      ? passed(tls.map(({port, protocol}) => `port ${port}: ${protocol}`).join(', '))
      : untested(NO_TLS)
  },
  ...CERTIFICATE_RULES,
  'basic-cleartext': ({schemes, rtspSchemes}) => {
    const all = [...schemes, ...rtspSchemes]
    const bad = all.find((one) => !one.encrypted && one.schemes.includes('basic'))
    if (bad) return finding(`offers Basic at ${bad.where}`)
    return all.length > 0 ? passed(offers(all)) : untested('no login was asked for by a challenge')
  },
  'rtsp-without-digest': ({rtspSchemes}) => {
    const bad = rtspSchemes.find((one) => !one.schemes.includes('digest'))
    if (bad) return finding(`offers ${bad.schemes.join(', ') || 'no scheme'} at ${bad.where}`)
    return rtspSchemes.length > 0 ? passed(offers(rtspSchemes)) : untested('RTSP asked for no login')
  },
  'digest-md5-only': ({schemes, rtspSchemes}) => {
    const digests = [...schemes, ...rtspSchemes].filter((one) => one.algorithms.length > 0)
    const bad = digests.find((one) => one.algorithms.every((name) => name.startsWith('MD5')))
    if (bad) return finding(`offers ${bad.algorithms.join(', ')} at ${bad.where}`)
    return digests.length > 0 ? passed(offers(digests)) : untested('no Digest challenge was seen')
  },
  'telnet-open': (facts) => service(facts, 'telnet'),
  'ftp-open': (facts) => service(facts, 'ftp'),
  'upnp-open': ({upnp}) => door(upnp, 'the baseline asks no UPnP port'),
  'port-undeclared': undeclared,
  'rtsp-open': ({rtsp}) => door(rtsp, 'no RTSP port of the baseline is open'),
  'onvif-open': ({onvif}) => door(onvif, 'ONVIF was not reached'),
  'snapshot-open': ({snapshot}) => door(snapshot, 'the address of a picture is not known without a login (--login)'),
  'clock-offset': ({clock}, {rule}) => {
    if (!clock) return untested('the device tells its time to nobody without a login')
    const limitMs = (rule.limit ?? 0) * 1_000
    const words = `${Math.round(Math.abs(clock.offsetMs) / 1000)} s ${clock.offsetMs < 0 ? 'behind' : 'ahead'}`
    return Math.abs(clock.offsetMs) - clock.uncertaintyMs > limitMs ? finding(words) : passed(words)
  },
  'ntp-missing': ({timeServers}) => {
    if (timeServers === undefined) return untested('told after a login only (--login)')
    return timeServers === 0 ? finding('no time server is set') : passed(`${timeServers} time servers`)
  },
}

const NO_TLS = 'no port of the baseline speaks TLS'

export function judge(facts: AuditFacts, rule: Rule, now: number): Judgement {
  return JUDGES[rule.id](facts, {rule, now})
}

/** `unknown` proves nothing, so it is never a pass. */
function door(fact: DoorFact | undefined, absent: string): Judgement {
  if (!fact) return untested(absent)
  if (fact.state === 'open') return finding(fact.detail)
  return fact.state === 'closed' ? passed(fact.detail) : untested(fact.detail)
}

function httpsMissing({scheme, tls, ports}: AuditFacts): Judgement {
  const spoken = tls.map(({port}) => port)
  if (spoken.length > 0 || scheme === 'https:') return passed(`TLS on port ${spoken.join(', ') || 'of its address'}`)
  const asked = ports.filter(({kind}) => kind === 'tls')
  if (asked.length === 0) return untested('the baseline asks no TLS port')
  const states = asked.map(({port, state}) => `${port} ${state === 'open' ? 'open without TLS' : state}`).join(', ')
  if (asked.some(({state}) => state === 'unasked')) return untested(`port ${states}`)
  return finding(`HTTP only: port ${states}`, asked.every(({state}) => state === 'refused') ? 'certain' : 'likely')
}

function service({ports}: AuditFacts, kind: 'telnet' | 'ftp'): Judgement {
  const asked = ports.filter((port) => port.kind === kind)
  const open = asked.filter(({state}) => state === 'open')
  const [first = undefined] = [...open.filter(({confirmed}) => confirmed), ...open]
  if (first) {
    const said = first.banner ? `: ${first.banner}` : ', which greets with nothing'
    return finding(`port ${first.port} is open${said}`, first.confirmed ? 'certain' : 'likely')
  }
  if (asked.length === 0) return untested('the baseline asks no such port')
  const states = asked.map(({port, state}) => `${port} ${state}`).join(', ')
  return asked.every(({state}) => state === 'refused')
    ? passed(`port ${states}`)
    : untested(`port ${states}: silence may be a filter on the way`)
}

function undeclared({ports}: AuditFacts): Judgement {
  const asked = ports.filter(({kind}) => kind === 'other')
  const open = asked.filter(({state}) => state === 'open').map(({port}) => port)
  if (open.length > 0) return finding(`open: ${open.join(', ')}`)
  if (asked.length === 0) return untested('the baseline asks no such port')
  const silent = asked.filter(({state}) => state !== 'refused').map(({port, state}) => `${port} ${state}`)
  return silent.length > 0
    ? untested(`port ${silent.join(', ')}: silence may be a filter on the way`)
    : passed(`closed: ${asked.map(({port}) => port).join(', ')}; others were not asked`)
}

function offers(all: readonly SchemesFact[]): string {
  return all.map(({where, schemes, algorithms}) => `${where}: ${[...schemes, ...algorithms].join(', ')}`).join('; ')
}
