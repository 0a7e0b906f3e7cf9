/** What became of a task in a worker's hands, and how a camera's report becomes that. */
import type {ProvisionReport} from '../../camera/provision/fleet.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {Cause} from '../../model/cause.ts'
import type {SafeJson} from '../../model/foreign-event.ts'
import type {ProbeReport, ProbeVerdict} from '../../model/probe.ts'
import {safeJson} from '../../platform/parse/safe-json.ts'
import {verdictOf} from '../verdict-of.ts'

/** `unfinished`: the worker was stopped, or lost the lease. */
export type Outcome =
  | {
      readonly type: 'done'
      readonly healthy: boolean
      readonly result: SafeJson
      /** Of a probe. */
      readonly verdict?: Omit<ProbeVerdict, 'camera'>
    }
  | {readonly type: 'failed'; readonly reason: SafeText; readonly isFinal: boolean}
  | {readonly type: 'unfinished'}

/** The camera refused this login: nobody may try it again, or it locks. */
const REFUSED: ReadonlySet<Cause> = new Set<Cause>(['auth', 'rtsp-auth', 'locked-out'])
/** Nothing was found out of the camera: another worker, or a later try, may do better. */
const NOT_ASKED: ReadonlySet<Cause> = new Set<Cause>(['login-withheld', 'no-credential'])
/** States that no later try changes. */
const SETTLED: ReadonlySet<string> = new Set(['updated', 'unchanged', 'rejected'])

/** A camera that is dead or sick is a result like any other. */
export function probeOutcome(report: ProbeReport): Outcome {
  const {cause, checks, verdict} = report
  if (cause === 'cancelled') return {type: 'unfinished'}
  if (cause && (REFUSED.has(cause) || NOT_ASKED.has(cause))) {
    return failed(cause, checks.find((check) => check.cause === cause)?.detail, REFUSED.has(cause))
  }
  return {type: 'done', healthy: verdict === 'healthy', result: safeJson(report, 'report'), verdict: verdictOf(report)}
}

/** What could not be brought about is tried again; what never can be is a result. */
export function provisionOutcome(report: ProvisionReport): Outcome {
  const {result, cause, detail} = report
  if (cause === 'cancelled') return {type: 'unfinished'}
  const isWell = result === 'updated' || result === 'unchanged'
  if (SETTLED.has(result) || cause === 'no-address') {
    return {type: 'done', healthy: isWell, result: safeJson(report, 'report')}
  }
  return failed(cause ?? result, detail, cause !== undefined && REFUSED.has(cause))
}

/** `auth: Sender not authorized`. */
export function failed(why: string, detail: string | undefined, isFinal = false): Outcome {
  return {type: 'failed', reason: safeText(detail === undefined ? why : `${why}: ${detail}`, 300), isFinal}
}
