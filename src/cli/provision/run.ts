/** Wires `camera provision`: the declared state, the cameras, the login ledger and Ctrl-C. */
import {loginGate} from '../../camera/login-gate.ts'
import {checkDesired, type DesiredState} from '../../camera/provision/desired.ts'
import {type ProvisionReport, provisionFleet} from '../../camera/provision/fleet.ts'
import type {Clock} from '../../lib/clock.ts'
import {cameraTargets} from '../camera-targets.ts'
import {onInterrupt} from '../interrupt.ts'
import {fileLoginLedger} from '../login-ledger.ts'
import {progress} from '../progress.ts'
import {confirmed} from './confirm.ts'
import type {ProvisionFlags} from './flags.ts'

export interface ProvisionRequest {
  readonly mode: 'plan' | 'apply'
  readonly args: readonly string[]
  readonly flags: ProvisionFlags & {readonly yes?: boolean}
  readonly clock: Clock
  /** Every report is also put here: the summary needs them all, whatever the output format keeps. */
  readonly seen: ProvisionReport[]
}

/**
 * Reports as they come; the first comes after the state was checked and the change confirmed. Throws CW_USAGE, CW_BAD_VALUE,
 * CW_CONFIRM, and what finding the cameras throws.
 */
export async function* provisionReports({
  mode,
  args,
  flags,
  clock,
  seen,
}: ProvisionRequest): AsyncGenerator<ProvisionReport> {
  const desired = desiredOf(flags)
  const command = `camera provision ${mode}`
  if (mode === 'apply' && !flags.yes) await confirmed(wordsOf(desired, args, flags.all))
  const targets = await cameraTargets({args, all: flags.all, command, flags})
  const stop = onInterrupt()
  const ledger = fileLoginLedger(clock)
  const bar = progress(() => clock.now())
  try {
    for await (const report of provisionFleet(targets, desired, {
      mode,
      concurrency: flags.concurrency,
      timeoutMs: flags.timeout,
      maxFail: flags['max-fail'] ?? Number.POSITIVE_INFINITY,
      ledger,
      gate: loginGate(clock),
      clock,
      signal: stop.signal,
    })) {
      seen.push(report)
      bar.step(`${seen.length} cameras done`)
      yield report
    }
  } finally {
    bar.end()
    ledger.close()
    stop.release()
  }
}

/** What the flags ask for. Throws CW_USAGE when that is nothing, CW_BAD_VALUE. */
export function desiredOf({ntp, hostname, name}: Pick<ProvisionFlags, 'ntp' | 'hostname' | 'name'>): DesiredState {
  return checkDesired({
    ...(ntp === undefined ? {} : {ntp: ntp.map((server) => server.trim())}),
    ...(hostname === undefined ? {} : {hostname}),
    ...(name === undefined ? {} : {name}),
  })
}

/** `set ntp 10.0.0.1, name {name} on every camera of the inventory`. */
export function wordsOf(desired: DesiredState, args: readonly string[], all: boolean): string {
  const settings = Object.entries(desired).map(([field, value]) => `${field} ${[value].flat().join(' ')}`)
  const counted = `${args.length} ${args.length === 1 ? 'camera' : 'cameras'}`
  const piped = args.length === 0 || args.includes('-')
  const where = all ? 'every camera of the inventory' : piped ? 'the cameras of standard input' : counted
  return `set ${settings.join(', ')} on ${where}`
}
