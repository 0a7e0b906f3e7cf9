/** The two logins that an audit may make, each only when asked for: the operator's own, and one try of a factory login. */
import type {SecureContext} from 'node:tls'
import {safeText} from '../../lib/safe-text.ts'
import type {Credential} from '../../lib/secret.ts'
import {DeviceFailure} from '../failure.ts'
import {type LoginGate, throughGate} from '../login-gate.ts'
import type {LoginLedger} from '../login-ledger.ts'
import type {NtpState} from '../onvif/answers.ts'
import {type OnvifSession, openOnvif} from '../onvif/session.ts'
import {likeliestFactoryLogin} from './factory-logins.ts'
import type {AuditFacts} from './facts.ts'
import type {LookOptions} from './ports.ts'
import {mediaUris, told} from './told.ts'

export interface LoginOptions extends Omit<LookOptions, 'address'> {
  readonly ledger: LoginLedger
  readonly gate: LoginGate
  readonly trust?: SecureContext
}

export interface LoggedIn extends Pick<AuditFacts, 'login' | 'timeServers'> {
  readonly streamUri?: string
  readonly snapshotUri?: string
}

/** One login with the credential that was given, within the ledger and the gate. Certificates must be trusted. */
export async function lookLoggedIn(xaddr: URL, credential: Credential, options: LoginOptions): Promise<LoggedIn> {
  const ledger = witness(options.ledger)
  return withSession(xaddr, credential, options, ledger, async (session) => {
    const failure = await failureOf(() => throughGate(options.gate, credential, () => session.identity()))
    if (failure) return {login: outcomeOf(failure)}
    const ntp = await told(() => session.ntp())
    const [profile] = (await told(() => session.profiles())) ?? []
    return {
      login: ledger.accepted()
        ? {outcome: 'accepted', detail: safeText(`${credential.user} is let in`, 80)}
        : notMade(NEVER_ASKED),
      ...(ntp ? {timeServers: serversOf(ntp)} : {}),
      ...(await mediaUris(session, profile?.token)),
    }
  })
}

/** Servers that DHCP gives may not be listed: it is asked all the same. */
function serversOf({fromDhcp, servers}: NtpState): number {
  return fromDhcp ? Math.max(1, servers.length) : servers.length
}

/** Devices that a factory login was tried on by this process. */
export type Tried = Set<string>

/**
 * One try of one factory login. Not made where any login of the device failed less than half an hour ago, where this process
 * has tried one there already, and where the ledger or the gate say no.
 */
export async function tryFactoryLogin(
  xaddr: URL,
  words: string,
  options: LoginOptions & {readonly tried: Tried},
): Promise<NonNullable<AuditFacts['defaultTry']>> {
  const {ledger, tried, gate} = options
  const {credential, source} = likeliestFactoryLogin(words)
  if (!ledger.isQuiet?.(xaddr.host)) return notMade('a login failed here less than half an hour ago')
  if (tried.has(xaddr.host)) return notMade('a factory login was tried here in this run')
  tried.add(xaddr.host)
  const watched = witness(ledger)
  return withSession(xaddr, credential, options, watched, async (session) => {
    const failure = await failureOf(() => throughGate(gate, credential, () => session.identity()))
    if (failure) {
      const {outcome, detail} = outcomeOf(failure)
      return {outcome, detail: safeText(`factory login of ${credential.user} (${source}): ${detail}`, 240)}
    }
    if (!watched.accepted()) return notMade(NEVER_ASKED)
    return {outcome: 'accepted', detail: safeText(`lets ${credential.user} in with a factory password: ${source}`, 240)}
  })
}

const NEVER_ASKED = 'the device asked for no login'

/** A device that answers whoever asks has accepted nothing: only what the ledger was told of was a login. */
function witness(ledger: LoginLedger): LoginLedger & {readonly accepted: () => boolean} {
  let isAccepted = false
  return {
    mayTry: (device, credential) => ledger.mayTry(device, credential),
    trying: (device, credential) => ledger.trying(device, credential),
    succeeded(device, credential) {
      isAccepted = true
      ledger.succeeded(device, credential)
    },
    failed: (device, credential) => ledger.failed(device, credential),
    untried: (device, credential) => ledger.untried?.(device, credential),
    accepted: () => isAccepted,
  }
}

async function withSession<T>(
  xaddr: URL,
  credential: Credential,
  {remainingMs, clock, signal, trust}: LoginOptions,
  ledger: LoginLedger,
  work: (session: OnvifSession) => Promise<T>,
): Promise<T> {
  const session = openOnvif({
    ...{xaddr: xaddr.href, credential, ledger, clock, signal, timeoutMs: remainingMs()},
    ...(trust ? {trust} : {}),
  })
  try {
    return await work(session)
  } finally {
    await session.close()
  }
}

function outcomeOf({why, detail}: DeviceFailure): {
  outcome: 'refused' | 'not-made'
  detail: ReturnType<typeof safeText>
} {
  return {outcome: why === 'auth' ? 'refused' : 'not-made', detail: safeText(`${why}: ${detail}`, 160)}
}

function notMade(why: string) {
  return {outcome: 'not-made' as const, detail: safeText(`not tried: ${why}`, 160)}
}

async function failureOf(work: () => Promise<unknown>): Promise<DeviceFailure | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    if (error instanceof DeviceFailure) return error
    throw error
  }
}
