/** Does one task: probes its camera or brings it to its state, with the worker's own login. */
import {type LoginGate, loginGate} from '../../camera/login-gate.ts'
import type {LoginLedger} from '../../camera/login-ledger.ts'
import {probeCamera} from '../../camera/probe.ts'
import {checkDesired} from '../../camera/provision/desired.ts'
import {provisionFleet} from '../../camera/provision/fleet.ts'
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import type {Credential} from '../../lib/secret.ts'
import type {JobWork, LeasedTask} from '../../model/job.ts'
import {failed, type Outcome, probeOutcome, provisionOutcome} from './outcome.ts'

export interface PerformOptions {
  readonly clock: Clock
  readonly ledger: LoginLedger
  readonly gate: LoginGate
  readonly signal: AbortSignal
  /** The login for its camera; undefined: none. */
  readonly credential: () => Promise<Credential | undefined>
}

/** Clock offset from which a camera counts as impaired, ms, as `camera probe` has it. */
const WARN_SKEW_MS = 5_000

/** Never throws: what goes wrong with a task is its outcome. */
export async function perform(task: LeasedTask, options: PerformOptions): Promise<Outcome> {
  try {
    const credential = await options.credential()
    const {key, name, xaddr} = task
    const target = {
      key,
      ...(name === undefined ? {} : {name}),
      ...(xaddr === undefined ? {} : {xaddr}),
      ...(credential === undefined ? {} : {credential}),
    }
    return task.work.kind === 'probe'
      ? await probe(target, task.work, options)
      : await provision(target, task.work, options)
  } catch (error) {
    if (options.signal.aborted) return {type: 'unfinished'}
    if (isCitywatchError(error)) return failed(error.code, wordsOf(error.params))
    return failed('CW_INTERNAL', error instanceof Error ? error.message : String(error))
  }
}

type Target = Parameters<typeof probeCamera>[0]

async function probe(target: Target, work: JobWork & {readonly kind: 'probe'}, options: PerformOptions) {
  const {timeoutMs, maxSkewMs, transport} = work
  const warnSkewMs = Math.min(WARN_SKEW_MS, maxSkewMs)
  const {report} = await probeCamera(target, {...options, timeoutMs, maxSkewMs, warnSkewMs, transport, keepBytes: 0})
  return probeOutcome(report)
}

async function provision(target: Target, work: JobWork & {readonly kind: 'provision'}, options: PerformOptions) {
  const {kind: _, timeoutMs, ...wanted} = work
  const run = {...options, timeoutMs, mode: 'apply', concurrency: 1, maxFail: Number.POSITIVE_INFINITY} as const
  for await (const report of provisionFleet([target], checkDesired(wanted), run)) return provisionOutcome(report)
  return failed('CW_INTERNAL', 'no report')
}

function wordsOf(params: Readonly<Record<string, string | number>>): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')
}

/** Jobs whose gates are remembered. */
const MAX_GATES = 16

/** A gate for each job: a password that proved wrong in one is tried again in the next. */
export function jobGates(clock: Clock): (job: number) => LoginGate {
  const gates = new Map<number, LoginGate>()
  return (job) => {
    const gate = gates.get(job) ?? loginGate(clock)
    gates.set(job, gate)
    const [oldest] = gates.keys()
    if (gates.size > MAX_GATES && oldest !== undefined) gates.delete(oldest)
    return gate
  }
}
