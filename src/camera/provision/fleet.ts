/** Many cameras brought to a declared state: a first one alone, then five, then the rest; every one accounted for. */
import type {Clock} from '../../lib/clock.ts'
import {pool} from '../../lib/pool.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {Credential} from '../../lib/secret.ts'
import type {Cause} from '../../model/cause.ts'
import {DeviceFailure} from '../failure.ts'
import type {LoginGate} from '../login-gate.ts'
import type {LoginLedger} from '../login-ledger.ts'
import {type OnvifSession, openOnvif} from '../onvif/session.ts'
import {applyCamera, type Change, planCamera} from './camera.ts'
import {type DesiredState, desiredFor} from './desired.ts'

/**
 * `differs`: only of a plan; it would be changed. `updated`: changed and read back. `rejected`: its values cannot be; it was
 * not asked. `failed`: it was asked and is not as wanted. `skipped`: a rule left it out. `not-attempted`: the run stopped first.
 */
export const RESULTS = ['differs', 'updated', 'unchanged', 'rejected', 'failed', 'skipped', 'not-attempted'] as const
export type Result = (typeof RESULTS)[number]

export interface ProvisionTarget {
  readonly key: string
  readonly name?: SafeText
  /** ONVIF device service URL; absent when the inventory has no address. */
  readonly xaddr?: string
  readonly credential?: Credential
}

export interface ProvisionReport {
  readonly camera: string
  readonly name?: SafeText
  readonly xaddr?: string
  readonly result: Result
  readonly cause?: Cause
  readonly detail?: SafeText
  /** Of a plan: what would change. Of an apply: what was changed and read back, also where a later step failed. */
  readonly changes: readonly Change[]
  readonly durationMs: number
}

export interface ProvisionOptions {
  readonly mode: 'plan' | 'apply'
  readonly concurrency: number
  /** For all requests to one camera, ms. */
  readonly timeoutMs: number
  /** Cameras that may fail before the run stops; those not yet asked are then `not-attempted`. */
  readonly maxFail: number
  readonly ledger: LoginLedger
  /** Holds the others back while the first camera is on its way, and closes when a password proves wrong. */
  readonly gate: LoginGate
  readonly clock: Clock
  readonly signal?: AbortSignal
}

/** One report a target, in the order in which they finish. Never throws for what a camera does. */
export async function* provisionFleet(
  targets: AsyncIterable<ProvisionTarget> | Iterable<ProvisionTarget>,
  desired: DesiredState,
  options: ProvisionOptions,
): AsyncGenerator<ProvisionReport> {
  let failed = 0
  const work = async (target: ProvisionTarget) => {
    if (options.signal?.aborted) return reportOf(target, {result: 'not-attempted', cause: 'cancelled'})
    if (failed >= options.maxFail)
      return reportOf(target, {result: 'not-attempted', detail: `${failed} cameras have failed`})
    const report = await provisionCamera(target, desired, options)
    if (report.result === 'failed') failed += 1
    return report
  }
  yield* pool(targets, options.concurrency, work)
}

async function provisionCamera(
  target: ProvisionTarget,
  desired: DesiredState,
  options: ProvisionOptions,
): Promise<ProvisionReport> {
  const startedAt = options.clock.now()
  const changes: Change[] = []
  const end = (outcome: Outcome) => reportOf(target, outcome, changes, options.clock.now() - startedAt)
  const own = desiredFor(desired, target)
  if ('rejected' in own) return end({result: 'rejected', detail: own.rejected})
  if (target.xaddr === undefined) return end({result: 'skipped', cause: 'no-address'})
  const {credential, xaddr} = target
  const session = openOnvif({...options, xaddr, ...(credential ? {credential} : {})})
  try {
    await session.clock()
    const work = () => bringAbout(session, own.state, options, (change) => changes.push(change))
    await (credential ? throughGate(credential, options.gate, work) : work())
    if (changes.length === 0) return end({result: 'unchanged'})
    return end({result: options.mode === 'plan' ? 'differs' : 'updated'})
  } catch (error) {
    if (error instanceof GateClosed)
      return end({result: 'not-attempted', cause: 'login-withheld', detail: error.message})
    if (!(error instanceof DeviceFailure)) throw error
    const result = error.why === 'login-withheld' ? 'skipped' : 'failed'
    return end({result, cause: error.why, detail: error.detail})
  } finally {
    await session.close()
  }
}

async function bringAbout(
  session: OnvifSession,
  state: DesiredState,
  {mode, clock}: ProvisionOptions,
  done: (change: Change) => void,
): Promise<void> {
  if (mode === 'apply') return applyCamera(session, state, clock, done)
  for (const change of await planCamera(session, state)) done(change)
}

class GateClosed extends Error {}

/** The gate is held until the camera is done, so that the first of a group proves the change as well as the password. */
async function throughGate(credential: Credential, gate: LoginGate, work: () => Promise<void>): Promise<void> {
  if (!(await gate.admit(credential))) throw new GateClosed('this password was refused by three cameras in a row')
  let outcome: 'accepted' | 'refused' | 'unknown' = 'unknown'
  try {
    await work()
    outcome = 'accepted'
  } catch (error) {
    if (error instanceof DeviceFailure && error.why === 'auth') outcome = 'refused'
    throw error
  } finally {
    gate.settle(credential, outcome)
  }
}

interface Outcome {
  readonly result: Result
  readonly cause?: Cause
  readonly detail?: string
}

function reportOf(
  {key, name, xaddr}: ProvisionTarget,
  {result, cause, detail}: Outcome,
  changes: readonly Change[] = [],
  durationMs = 0,
): ProvisionReport {
  return {
    camera: key,
    ...(name ? {name} : {}),
    ...(xaddr ? {xaddr} : {}),
    result,
    ...(cause ? {cause} : {}),
    ...(detail ? {detail: safeText(detail, 300)} : {}),
    changes,
    durationMs: Math.round(durationMs),
  }
}
