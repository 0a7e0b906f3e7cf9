/** What `camera probe` and the demo share: targets in, reports out, with the ledger opened and closed around them. */

import {loginGate} from '../camera/login-gate.ts'
import {type Probed, probeFleet} from '../camera/probe.ts'
import type {ProbeOptions, ProbeTarget} from '../camera/probe-options.ts'
import type {Clock} from '../lib/clock.ts'
import {fileLoginLedger} from './login-ledger.ts'

export interface ProbeRunOptions
  extends Pick<ProbeOptions, 'timeoutMs' | 'maxSkewMs' | 'transport' | 'keepBytes'>,
    Partial<Pick<ProbeOptions, 'level' | 'limits' | 'measureMs' | 'trust' | 'askMore' | 'evidence'>> {
  readonly concurrency: number
  readonly signal: AbortSignal
  /** No camera is begun after it aborts. */
  readonly enough?: AbortSignal
  /** Folder of the login ledger; the state folder where absent. */
  readonly ledgerFolder?: string
}

/** Clock offset from which a camera counts as impaired, ms (the strict figure of evaluations). */
const WARN_SKEW_MS = 5_000

export async function* probeRun(
  targets: AsyncIterable<ProbeTarget> | Iterable<ProbeTarget>,
  clock: Clock,
  options: ProbeRunOptions,
): AsyncGenerator<Probed> {
  const ledger = fileLoginLedger(clock, ...(options.ledgerFolder ? [options.ledgerFolder] : []))
  try {
    yield* probeFleet(targets, {
      ...options,
      warnSkewMs: Math.min(WARN_SKEW_MS, options.maxSkewMs),
      ledger,
      gate: loginGate(clock),
      clock,
    })
  } finally {
    ledger.close()
  }
}
