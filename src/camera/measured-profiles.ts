/** Plays each of a camera's profiles and measures it: what `camera media` compares with what the camera declares and ffprobe sees. */
import type {SecureContext} from 'node:tls'
import type {Clock} from '../lib/clock.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Cause} from '../model/cause.ts'
import type {StreamFacts} from '../model/probe.ts'
import {differencesOf} from './differences.ts'
import {DeviceFailure} from './failure.ts'
import type {HandedOut} from './onvif/address.ts'
import type {MediaProfile} from './onvif/answers.ts'
import {redacted} from './redact.ts'
import {watchStream} from './rtsp/watch-stream.ts'
import type {Host} from './visit.ts'

export interface MeasureOptions {
  readonly timeoutMs: number
  readonly measureMs: number
  readonly transport: 'auto' | 'tcp' | 'udp'
  readonly keepBytes: number
  readonly trust?: SecureContext
  readonly clock: Clock
  readonly signal: AbortSignal
}

export interface MeasuredProfile {
  readonly profile: MediaProfile
  /** Absent when the camera names no address. */
  readonly from?: HandedOut
  readonly stream?: StreamFacts
  /** The first key frame. */
  readonly picture?: Buffer
  /** Why it was not measured, or stopped while it was. */
  readonly cause?: Cause
  readonly detail?: SafeText
}

const MAX_PROFILES = 16

/** One after the other, so that the camera's link is not shared; `token`: only this one. Throws DeviceFailure `no-profile`, `cancelled`. */
export async function measuredProfiles(
  host: Host,
  options: MeasureOptions,
  token?: string,
): Promise<readonly MeasuredProfile[]> {
  const all = await host.session.profiles()
  const wanted = token === undefined ? all.slice(0, MAX_PROFILES) : all.filter((profile) => profile.token === token)
  if (wanted.length === 0) {
    const known = all.map((profile) => profile.token).join(', ')
    throw new DeviceFailure('no-profile', token === undefined ? 'it has none' : `no ${token}; it has ${known}`)
  }
  const measured: MeasuredProfile[] = []
  for (const profile of wanted) measured.push(await measure(host, profile, options))
  return measured
}

async function measure(host: Host, profile: MediaProfile, options: MeasureOptions): Promise<MeasuredProfile> {
  const {target, session, witness} = host
  const login = await host.streamLogin()
  let from: HandedOut | undefined
  try {
    from = await session.streamUri(profile.token)
    const watch = await watchStream(from.uri, target.credential, {
      ...options,
      ...login,
      ...(witness ? {described: (sdp: Uint8Array) => witness.described(redacted(sdp, target.credential))} : {}),
    })
    const declared = [{by: 'onvif' as const, ...profile}, ...(watch.declared ? [watch.declared] : [])]
    const differences = differencesOf(declared, watch.facts)
    const stream = differences.length > 0 ? {...watch.facts, differences} : watch.facts
    const stopped = watch.stopped ? failed(new DeviceFailure('no-frames', watch.stopped)) : {}
    return {profile, from, stream, ...(watch.picture ? {picture: watch.picture} : {}), ...stopped}
  } catch (error) {
    if (!(error instanceof DeviceFailure) || error.why === 'cancelled') throw error
    return {profile, ...(from ? {from} : {}), ...failed(error)}
  } finally {
    login.leave()
  }
}

function failed({why, detail}: DeviceFailure): Pick<MeasuredProfile, 'cause' | 'detail'> {
  return {cause: why, detail}
}
