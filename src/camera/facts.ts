/** Everything that a camera tells of itself: what `camera show` shows. A part that it does not tell is a finding, not the end. */

import type {SafeText} from '../lib/safe-text.ts'
import type {Cause} from '../model/cause.ts'
import type {Identity} from '../model/probe.ts'
import {DeviceFailure} from './failure.ts'
import type {HandedOut} from './onvif/address.ts'
import type {MediaProfile, NtpState, ServiceAddress} from './onvif/answers.ts'
import type {Host} from './visit.ts'

export interface CameraFacts {
  readonly identity: Identity
  /** Camera minus ours, ms. */
  readonly clockOffsetMs: number
  readonly clockUncertaintyMs: number
  /** How it takes logins; null: it took none. */
  readonly login: 'token' | 'digest' | null
  readonly name?: string
  readonly hostname?: string
  readonly ntp?: NtpState
  readonly services: readonly ServiceAddress[]
  readonly profiles: readonly (MediaProfile & {readonly stream?: HandedOut; readonly snapshot?: HandedOut})[]
  /** What it did not tell, and why. */
  readonly missing: readonly Missing[]
}

interface Missing {
  /** `ntp`, `stream profile_2`. */
  readonly part: string
  readonly cause: Cause
  readonly detail: SafeText
}

/** Profiles whose addresses are asked for: a recorder has hundreds. */
const MAX_PROFILES = 32

/** Throws DeviceFailure only when the run was stopped. */
export async function factsOf({session, identity, clock}: Host): Promise<CameraFacts> {
  const missing: Missing[] = []
  const part = <T>(name: string, work: () => Promise<T>) => tolerant(missing, name, work)
  const name = await part('name', () => session.name())
  const hostname = await part('hostname', () => session.hostname())
  const ntp = await part('ntp', () => session.ntp())
  const services = (await part('services', () => session.services())) ?? []
  const listed = (await part('profiles', () => session.profiles())) ?? []
  const profiles: CameraFacts['profiles'][number][] = []
  for (const profile of listed.slice(0, MAX_PROFILES)) {
    const stream = await part(`stream ${profile.token}`, () => session.streamUri(profile.token))
    const snapshot = await part(`snapshot ${profile.token}`, () => session.snapshotUri(profile.token))
    profiles.push({...profile, ...(stream ? {stream} : {}), ...(snapshot ? {snapshot} : {})})
  }
  return {
    identity,
    clockOffsetMs: clock.offsetMs,
    clockUncertaintyMs: clock.uncertaintyMs,
    login: session.login ?? null,
    ...(name === undefined ? {} : {name}),
    ...(hostname === undefined ? {} : {hostname}),
    ...(ntp === undefined ? {} : {ntp}),
    services,
    profiles,
    missing,
  }
}

async function tolerant<T>(missing: Missing[], part: string, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof DeviceFailure) || error.why === 'cancelled') throw error
    missing.push({part, cause: error.why, detail: error.detail})
    return undefined
  }
}
