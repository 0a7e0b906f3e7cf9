/** Whether a code is the one that the checklist expects: itself, or its twin of the other table; and the codes of the panel's own test. */
import {meaningOf, raisesAlarm, subjectOf} from '../../model/codes/meaning.ts'
import {conditionOf} from '../../model/codes/sia-pairs.ts'
import {contactIdTwins, siaTwins} from '../../model/codes/twins.ts'
import type {Signal} from '../../model/signal.ts'

type Coded = Pick<Signal, 'scheme' | 'code' | 'qualifier'>

/** `code`: as written in the checklist. `twin`: the same in the other table. `any`: the checklist names no code. */
export type Fit = 'code' | 'twin' | 'any'

const LIFE: ReadonlySet<string> = new Set(['panic', 'fire', 'medical', 'gas'])
/** What these report is logged, whatever zone they name. */
const ROUTINE: ReadonlySet<string> = new Set(['openclose', 'test', 'log', 'bypass', 'schedule', 'remote', 'personnel'])
/** Numbers of these are not numbers of zones. */
const NOT_ZONES: ReadonlySet<string> = new Set(['user', 'area', 'none', 'printer', 'dealer', 'vendor', 'message'])

/** Which table a written code belongs to. */
function schemeOf(code: string): Signal['scheme'] {
  return /^\d/.test(code) ? 'contact-id' : 'sia'
}

/** Hold-up, panic, duress, fire, gas, medical: what no filter hides and nobody skips in silence. */
export function isLifeSafety(code: string | undefined): boolean {
  if (code === undefined) return false
  return LIFE.has(meaningOf({scheme: schemeOf(code), code, qualifier: 'new'}).category)
}

/** How a signal fits a written code; undefined when it is another one. The written code wins: no twin of a twin. */
export function fitOf(expected: string, signal: Coded): Fit | undefined {
  const scheme = schemeOf(expected)
  if (scheme === signal.scheme) return baseOf(expected, scheme) === baseOf(signal.code, scheme) ? 'code' : undefined
  return isTwin(expected, signal) ? 'twin' : undefined
}

/** The same for a point whose alarm was `alarm` and whose code nobody wrote down. */
export function sameCondition(alarm: Coded, signal: Coded): boolean {
  return fitOf(alarm.scheme === 'sia' ? conditionOf(alarm.code) : alarm.code, signal) !== undefined
}

function isTwin(expected: string, {scheme, code, qualifier}: Coded): boolean {
  if (scheme === 'contact-id') {
    const twins = contactIdTwins(expected)
    return twins.includes(`1${code}`) || (qualifier === 'restore' && twins.includes(`3${code}`))
  }
  const [start, end] = siaTwins(expected)
  if (start === undefined) return false
  return qualifier === 'restore' ? end === code || start === conditionOf(code) : start === code
}

function baseOf(code: string, scheme: Signal['scheme']): string {
  return scheme === 'sia' ? conditionOf(code) : code
}

/** True for what somebody would act on, and for the end of it. */
export function isAlarming(signal: Coded): boolean {
  const meaning = meaningOf(signal)
  if (signal.qualifier !== 'restore') return raisesAlarm(meaning, signal)
  return !ROUTINE.has(meaning.category)
}

/** True when the number beside the code may be a zone's. */
export function namesZone({scheme, code}: Coded): boolean {
  return !NOT_ZONES.has(subjectOf(scheme, code))
}

/** True when somebody could be sent out for it. */
export function mayDispatch(signal: Coded): boolean {
  const {dispatch, known} = meaningOf(signal)
  if (signal.qualifier === 'restore') return false
  return !known || dispatch === 'police' || dispatch === 'fire' || dispatch === 'medical'
}

/** `begins` and `ends`: the panel's own test mode. `tested`, `untested`: its word on a point. `activated`: instead of an alarm. */
export type TestCode = 'begins' | 'ends' | 'tested' | 'untested' | 'activated'

const TESTED: ReadonlySet<string> = new Set(['TP', '611', '613', '614', '615'])
/** Which categories an activation during the test stands for; absent: all that no other stands for. */
const ACTIVATED: Readonly<Record<string, ReadonlySet<string> | undefined>> = {
  BX: undefined,
  FX: new Set(['fire']),
  GX: new Set(['gas', 'environment']),
}

/** What a signal says of the panel's own test; undefined: nothing. */
export function testCodeOf({code, qualifier}: Coded): TestCode | undefined {
  if (code === '607') return qualifier === 'restore' ? 'ends' : 'begins'
  if (code === 'TS') return 'begins'
  if (code === 'TE') return 'ends'
  if (code === '612') return 'untested'
  if (TESTED.has(code)) return 'tested'
  return Object.hasOwn(ACTIVATED, code) ? 'activated' : undefined
}

/** Whether BX, FX or GX may stand for the expected code. */
export function mayReplace(code: string, expected: string | undefined): boolean {
  if (expected === undefined) return true
  const {category} = meaningOf({scheme: schemeOf(expected), code: expected, qualifier: 'new'})
  const own = ACTIVATED[code]
  if (own) return own.has(category)
  return category !== 'fire' && category !== 'gas'
}
