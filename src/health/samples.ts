/** What one observation says of the indicators that count samples: good of all, and why not. */
import type {Cause} from '../model/cause.ts'
import {checkOf, type Observation} from './observation.ts'
import {keeps, type Profile} from './profile.ts'
import type {Code} from './tree.ts'

/** Why points were lost: the probe's cause, or what a limit of the profile found. */
export type Reason =
  | Cause
  | 'signal-slow'
  | 'key-frame-slow'
  | 'packet-loss'
  | 'osd-missing'
  | 'osd-too-long'
  | 'osd-other-name'
  | 'clock-off'
  | 'retention-short'
  /** Fell short without a cause of its own. */
  | 'not-played'

/** `good` of `all`; `reason` is there when some are not good. */
export interface Sample {
  readonly code: Code
  readonly good: number
  readonly all: number
  readonly reason?: Reason
}

/**
 * True and false as far as the camera could be judged; undefined where it could not (no address, no login tried, no picture asked for), and for a
 * mobile source that did not answer: absent is not failed.
 */
export function isNormal(observation: Observation): boolean | undefined {
  const {verdict, mobile} = observation
  if (verdict === 'unknown' || verdict === 'answers') return undefined
  if (mobile) return undefined
  return verdict === 'healthy' || verdict === 'impaired'
}

/** True when it answered as a camera does; undefined as for `isNormal`. */
export function isOnline(observation: Observation): boolean | undefined {
  const reach = checkOf(observation, 'reach')
  if (observation.mobile) return undefined
  if (reach === 'o' || reach === 'w') return true
  return observation.verdict === 'dead' || observation.verdict === 'sick' ? false : undefined
}

/** In the order of the tree; one for each indicator that this observation has something to say about. */
export function samplesOf(observation: Observation, {limits}: Profile): readonly Sample[] {
  const samples = [
    connect(observation),
    delay(observation, limits),
    packets(observation),
    stream(observation, limits),
    osd(observation, limits),
    clock(observation, limits),
    retention(observation, limits),
  ]
  return samples.filter((sample) => sample !== undefined)
}

/** A12: a test connect is made wherever the camera could be judged; one that did not come to RTSP has failed. */
function connect(observation: Observation): Sample | undefined {
  if (isNormal(observation) === undefined) return undefined
  const rtsp = checkOf(observation, 'rtsp')
  return rtsp === 'o' || rtsp === 'w'
    ? good('A12')
    : poor('A12', observation.stopped ?? observation.cause ?? 'not-played')
}

/** A13: the delays that were measured, all within their limits. */
function delay({signalMs, keyFrameMs}: Observation, limits: Profile['limits']): Sample | undefined {
  if (signalMs === undefined && keyFrameMs === undefined) return undefined
  if (keyFrameMs !== undefined && !keeps(keyFrameMs, limits.keyFrameMs)) return poor('A13', 'key-frame-slow')
  if (signalMs !== undefined && !keeps(signalMs, limits.signalMs)) return poor('A13', 'signal-slow')
  // The answer alone says nothing of the video: good only when both were seen.
  return signalMs !== undefined && keyFrameMs !== undefined ? good('A13') : undefined
}

/** B32: packets of the stream that was watched. */
function packets({packets: received, lost}: Observation): Sample | undefined {
  if (received === undefined || lost === undefined || received + lost === 0) return undefined
  const all = received + lost
  return {code: 'B32', good: received, all, ...(lost > 0 ? {reason: 'packet-loss' as const} : {})}
}

/** C11: sampled where RTSP opened a stream. */
function stream(observation: Observation, limits: Profile['limits']): Sample | undefined {
  const rtsp = checkOf(observation, 'rtsp')
  if (rtsp !== 'o' && rtsp !== 'w') return undefined
  const media = checkOf(observation, 'media')
  if (media === 's') return undefined
  if (media === 'w') return poor('C11', 'stream-mismatch')
  if (media === 'f') return poor('C11', observation.stopped ?? observation.cause ?? 'not-played')
  const {keyFrameMs, lost = 0} = observation
  if (keyFrameMs !== undefined && !keeps(keyFrameMs, limits.keyFrameMs)) return poor('C11', 'key-frame-slow')
  return lost > 0 ? poor('C11', 'packet-loss') : good('C11')
}

/** C12: one line of the overlay is the inventory's name, no line is too long. Which line holds the date is not known here. */
function osd({osd: lines, name}: Observation, {osdChars}: Profile['limits']): Sample | undefined {
  if (lines === undefined || name === undefined) return undefined
  const texts = lines.map((line) => line.trim()).filter((line) => line !== '')
  if (texts.length === 0) return poor('C12', 'osd-missing')
  if (texts.some((line) => [...line].length > osdChars.value)) return poor('C12', 'osd-too-long')
  return texts.includes(name.trim()) ? good('C12') : poor('C12', 'osd-other-name')
}

/** What the measurement cannot tell apart speaks for the camera. */
function clock({clockMs, clockUncertaintyMs = 0}: Observation, limits: Profile['limits']): Sample | undefined {
  if (clockMs === undefined) return undefined
  const surely = Math.max(0, Math.abs(clockMs) - clockUncertaintyMs)
  return keeps(surely, limits.clockMs) ? good('CLK') : poor('CLK', 'clock-off')
}

function retention({retentionDays: days}: Observation, limits: Profile['limits']): Sample | undefined {
  if (days === undefined) return undefined
  return days >= limits.retentionDays.days ? good('RET') : poor('RET', 'retention-short')
}

function good(code: Code): Sample {
  return {code, good: 1, all: 1}
}

function poor(code: Code, reason: Reason): Sample {
  return {code, good: 0, all: 1, reason}
}
