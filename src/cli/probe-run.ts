/** What `camera probe` and the demo share: targets in, reports out, with the ledger opened and closed around them. */

import type {SecureContext} from 'node:tls'
import {loginGate} from '../camera/login-gate.ts'
import {type Probed, probeFleet} from '../camera/probe.ts'
import type {ProbeTarget} from '../camera/probe-options.ts'
import type {Clock} from '../lib/clock.ts'
import {fileLoginLedger} from './login-ledger.ts'

export interface ProbeRunOptions {
  readonly timeoutMs: number
  readonly concurrency: number
  readonly maxSkewMs: number
  readonly transport: 'auto' | 'tcp' | 'udp'
  readonly keepBytes: number
  /** How long each stream is measured after its first key frame, ms. */
  readonly measureMs?: number
  /** Whose certificates count besides the usual ones. */
  readonly trust?: SecureContext
  readonly askMore?: boolean
  readonly signal: AbortSignal
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
