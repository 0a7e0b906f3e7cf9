/** Whether work may be sent here now: the disk takes a write, the receiver a connection. Tried, not assumed. */
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import {dialTcp} from '../../net/byte-stream.ts'

/** `ok`, `closing`, or the code of what is in the way. Nothing else of the inside is shown: nobody has to say who asks. */
export interface Readiness {
  readonly ready: boolean
  readonly store: string
  readonly receiver: string
}

export interface ReadinessOptions {
  readonly clock: Clock
  /** Resolves once a trial write is on the disk. */
  readonly tryWrite: () => Promise<void>
  /** Where the receiver says that it listens. */
  readonly receiver: {readonly host: string; readonly port: number}
  readonly closing: AbortSignal
}

/** Longest trial, and how long its outcome stands for all who ask, ms. */
const TRIAL_MS = 3_000
const FRESH_MS = 1_000

/** However many ask and however often, one trial is made at a time and one a second. */
export function readiness(options: ReadinessOptions): () => Promise<Readiness> {
  const {clock, closing} = options
  let trial: Promise<Readiness> | undefined
  let endedAt = Number.NEGATIVE_INFINITY
  return () => {
    if (closing.aborted) return Promise.resolve({ready: false, store: 'closing', receiver: 'closing'})
    const age = clock.now() - endedAt
    if (trial && (endedAt === Number.NEGATIVE_INFINITY || (age >= 0 && age < FRESH_MS))) return trial
    endedAt = Number.NEGATIVE_INFINITY
    trial = tryAll(options).finally(() => {
      endedAt = clock.now()
    })
    return trial
  }
}

async function tryAll({clock, tryWrite, receiver, closing}: ReadinessOptions): Promise<Readiness> {
  const done = new AbortController()
  const late = clock.sleep(TRIAL_MS, AbortSignal.any([closing, done.signal])).then(
    () => 'CW_TIMEOUT',
    () => 'closing',
  )
  const connect = async () => {
    const line = await dialTcp(reachable(receiver.host), receiver.port, TRIAL_MS, done.signal)
    line.close()
  }
  const [store, heard] = await Promise.all([
    Promise.race([outcomeOf(tryWrite()), late]),
    Promise.race([outcomeOf(connect()), late]),
  ])
  done.abort()
  return {ready: store === 'ok' && heard === 'ok', store, receiver: heard}
}

/** An address that stands for all of them is reached by the nearest. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

function outcomeOf(work: Promise<void>): Promise<string> {
  return work.then(
    () => 'ok',
    (error) => (isCitywatchError(error) ? error.code : 'CW_INTERNAL'),
  )
}
