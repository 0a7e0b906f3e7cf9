/** `camera probe --watch`: asks all cameras again and again, and tells what has changed since. */
import type {Clock} from '../lib/clock.ts'
import type {ProbeReport} from '../model/probe.ts'

export interface Rounds {
  /** From the beginning of one round to the beginning of the next, ms; absent: one round. */
  readonly everyMs?: number | undefined
  /** How many; absent: until the signal. */
  readonly count?: number | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * Each round is to be read to its end before the next is asked for: the first has every report, a later one those whose
 * verdict or cause is not what it was. `probe` is called once a round.
 */
export async function* probeRounds<R extends ProbeReport>(
  probe: () => AsyncIterable<R>,
  {everyMs, count = everyMs === undefined ? 1 : Number.POSITIVE_INFINITY, clock, signal}: Rounds,
): AsyncGenerator<AsyncGenerator<R>> {
  const known = new Map<string, string>()
  for (let round = 1; round <= count && !signal.aborted; round++) {
    const startedAt = clock.now()
    yield changes(probe(), known)
    const leftMs = startedAt + (everyMs ?? 0) - clock.now()
    if (round < count && leftMs > 0) await clock.sleep(leftMs, signal).catch(() => undefined)
  }
}

async function* changes<R extends ProbeReport>(
  reports: AsyncIterable<R>,
  known: Map<string, string>,
): AsyncGenerator<R> {
  for await (const report of reports) {
    const {camera, verdict, cause = ''} = report
    const state = `${verdict} ${cause}`
    // What the end of the run cut off is no change of the camera.
    if (known.get(camera) === state || (cause === 'cancelled' && known.has(camera))) continue
    known.set(camera, state)
    yield report
  }
}
