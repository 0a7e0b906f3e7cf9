/** What `camera show`, `snapshot`, `media` and `play` share: one login a camera, the ledger around it, XML kept where asked for. */
import {loginGate} from '../camera/login-gate.ts'
import {type Host, type Visited, type VisitOptions, visitFleet} from '../camera/visit.ts'
import type {Clock} from '../lib/clock.ts'
import type {CameraTarget} from './camera-targets.ts'
import {evidenceIn} from './evidence.ts'
import {fileLoginLedger} from './login-ledger.ts'
import {streamOptions} from './stream-flags.ts'

export interface VisitFlags {
  readonly timeout: number
  readonly concurrency: number
  readonly 'camera-ca'?: string | undefined
  readonly 'save-xml'?: string | undefined
}

/** Outcomes in the order in which cameras finish. Throws CW_IO, CW_FILE_NOT_FOUND, CW_BAD_VALUE, CW_DISK_FULL. */
export async function* visits<R>(
  targets: readonly CameraTarget[],
  flags: VisitFlags,
  {clock, signal}: {readonly clock: Clock; readonly signal: AbortSignal},
  work: (host: Host, options: VisitOptions) => Promise<R>,
): AsyncGenerator<Visited<R>> {
  const {trust} = await streamOptions({...flags, measure: 0})
  const saveXml = flags['save-xml']
  const ledger = fileLoginLedger(clock)
  const options: VisitOptions = {
    timeoutMs: flags.timeout,
    concurrency: flags.concurrency,
    ...(trust ? {trust} : {}),
    ...(saveXml === undefined ? {} : {witness: evidenceIn(saveXml, clock)}),
    ledger,
    gate: loginGate(clock),
    clock,
    signal,
  }
  try {
    yield* visitFleet(targets, options, (host) => work(host, options))
  } finally {
    ledger.close()
  }
}
