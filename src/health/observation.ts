/** What is kept of one probe: who was asked, what was answered, what was measured. Scores are made from these alone. */
import {bad, Fields} from '../lib/fields.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import {CAUSES, type Cause, CHECKS, type CheckName} from '../model/cause.ts'
import {isJurisdiction, type Jurisdiction} from '../model/jurisdiction.ts'
import {VERDICTS, type Verdict} from '../model/probe.ts'

/** `key`: public areas that matter most; `industry`: industries that face public areas; `other`: the rest. Absent: not declared. */
export const TIERS = ['key', 'industry', 'other'] as const
export type Tier = (typeof TIERS)[number]

/** What the inventory said of the camera when it was probed. */
export interface CameraFacts {
  readonly name?: SafeText
  readonly jurisdiction: Jurisdiction
  readonly industry?: SafeText
  readonly tier?: Tier
  readonly maker?: SafeText
  /** Degrees, WGS-84. */
  readonly latitude?: number
  readonly longitude?: number
  /** A source that moves: absent is not failed. */
  readonly mobile?: true
}

export interface Observation extends CameraFacts {
  /** Inventory key, or the address probed. */
  readonly camera: string
  /** Ms since the epoch, UTC. */
  readonly at: number
  readonly verdict: Verdict
  /** Absent only when healthy. */
  readonly cause?: Cause
  /** Cause of the check that ended the probe, where it is another than `cause` (a wrong clock does not end it). */
  readonly stopped?: Cause
  /** One letter a check, in the order of CHECKS: o passed, w warning, f failed, s not made. */
  readonly checks: string
  /** First answer of the device, ms. */
  readonly signalMs?: number
  /** PLAY to first packet and to first key frame, ms. */
  readonly firstPacketMs?: number
  readonly keyFrameMs?: number
  /** RTP packets received, and missing in the sequence. */
  readonly packets?: number
  readonly lost?: number
  /** Device clock minus ours, ms, with the uncertainty of the measurement. */
  readonly clockMs?: number
  readonly clockUncertaintyMs?: number
  /** Text that the device draws over its picture, a line each, where it tells it. */
  readonly osd?: readonly SafeText[]
  /** Days of recordings that the device holds, where it tells it. */
  readonly retentionDays?: number
}

export const MAX_TIME = 8_640_000_000_000_000
const MAX_KEY = 256
const MAX_FACT = 128
const MAX_OSD_LINES = 16
const MAX_MS = 86_400_000
const MAX_PACKETS = 1_000_000_000
const CHECKS_FORM = /^[owfs]{6}$/

/** One line of the store, without its end. Members always stand in the same order, so equal observations are equal lines. */
export function observationLine(observation: Observation): string {
  return JSON.stringify({v: 1, ...observation})
}

/** From a line's value. Every text is safe afterwards. Throws CW_BAD_VALUE naming the member. */
export function parseObservation(value: unknown): Observation {
  const fields = new Fields(value, '')
  if (fields.raw('v') !== 1) throw bad('v', fields.raw('v'), 'version 1')
  // A million and more are read for one score: members are set one by one, always in this order.
  const one: Draft = {
    camera: fields.key('camera', MAX_KEY),
    at: fields.integer('at', 0, MAX_TIME),
    jurisdiction: jurisdictionIn(fields),
    verdict: fields.oneOf('verdict', VERDICTS),
    checks: fields.matching('checks', CHECKS_FORM, 'six letters of o, w, f, s'),
  }
  set(one, 'cause', causeIn(fields))
  set(one, 'stopped', causeIn(fields, 'stopped'))
  set(one, 'name', text(fields, 'name'))
  set(one, 'industry', text(fields, 'industry'))
  set(one, 'tier', fields.has('tier') ? fields.oneOf('tier', TIERS) : undefined)
  set(one, 'maker', text(fields, 'maker'))
  const isPlaced = fields.has('latitude') || fields.has('longitude')
  set(one, 'latitude', isPlaced ? fields.number('latitude', -90, 90) : undefined)
  set(one, 'longitude', isPlaced ? fields.number('longitude', -180, 180) : undefined)
  set(one, 'mobile', fields.has('mobile') && fields.boolean('mobile') ? true : undefined)
  set(one, 'signalMs', number(fields, 'signalMs', 0, MAX_MS))
  set(one, 'firstPacketMs', number(fields, 'firstPacketMs', 0, MAX_MS))
  set(one, 'keyFrameMs', number(fields, 'keyFrameMs', 0, MAX_MS))
  set(one, 'packets', fields.optionalInteger('packets', 0, MAX_PACKETS))
  set(one, 'lost', fields.optionalInteger('lost', 0, MAX_PACKETS))
  set(one, 'clockMs', number(fields, 'clockMs', -MAX_TIME, MAX_TIME))
  set(one, 'clockUncertaintyMs', number(fields, 'clockUncertaintyMs', 0, MAX_MS))
  set(one, 'osd', osdIn(fields))
  set(one, 'retentionDays', number(fields, 'retentionDays', 0, 100_000))
  return sound(one)
}

type Draft = {-readonly [Member in keyof Observation]: Observation[Member]}

function set<Member extends keyof Draft>(one: Draft, member: Member, value: Draft[Member] | undefined): void {
  if (value !== undefined) one[member] = value
}

/** How one check of an observation ended. */
export function checkOf({checks}: Pick<Observation, 'checks'>, name: CheckName): 'o' | 'w' | 'f' | 's' {
  const letter = checks[CHECKS.indexOf(name)]
  return letter === 'o' || letter === 'w' || letter === 'f' ? letter : 's'
}

/** What the checks of a verdict look like; of any other, one has failed or was not made. */
const CLAIMS: Partial<Record<Verdict, RegExp>> = {
  healthy: /^o{6}$/,
  impaired: /^(?=.*w)[ow]{6}$/,
  answers: /^(?=.{6}$)[ow]{2,5}s+$/,
}

/** A verdict that its own checks do not bear out is a lie or a mistake: it is refused. Throws CW_BAD_VALUE. */
function sound(observation: Observation): Observation {
  const {verdict, checks, cause} = observation
  if (!(CLAIMS[verdict] ?? /[fs]/).test(checks)) throw bad('verdict', verdict, `what the checks ${checks} bear out`)
  const isFlawless = verdict === 'healthy' || (verdict === 'answers' && !checks.includes('w'))
  if (isFlawless !== (cause === undefined)) throw bad('cause', cause, 'a cause unless it is healthy')
  return observation
}

export function causeIn(fields: Fields, name = 'cause'): Cause | undefined {
  const cause = fields.raw(name)
  if (cause === undefined) return undefined
  if (typeof cause === 'string' && Object.hasOwn(CAUSES, cause)) return cause as Cause
  throw bad(fields.at(name), cause, 'a cause of docs/errors.md')
}

/** Undefined when absent. Throws CW_BAD_VALUE. */
export function number(fields: Fields, name: string, min: number, max: number): number | undefined {
  return fields.has(name) ? fields.number(name, min, max) : undefined
}

function text(fields: Fields, name: string): SafeText | undefined {
  const value = fields.optionalText(name, MAX_FACT)
  return value === '' ? undefined : value
}

function jurisdictionIn(fields: Fields): Jurisdiction {
  const path = fields.raw('jurisdiction') ?? ''
  if (typeof path === 'string' && isJurisdiction(path)) return path
  throw bad(fields.at('jurisdiction'), path, 'a path of codes')
}

export function osdIn(fields: Fields): readonly SafeText[] | undefined {
  if (!fields.has('osd')) return undefined
  return fields.list('osd', MAX_OSD_LINES, (line, where) => {
    if (typeof line !== 'string') throw bad(where, line, 'text')
    return safeText(line, MAX_FACT)
  })
}
