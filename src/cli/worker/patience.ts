/** What a worker does when its platform does not answer: it tries again, until it is told to stop. */
import type {Clock} from '../../lib/clock.ts'
import {type CitywatchError, type ErrorCode, isCitywatchError} from '../../lib/errors.ts'

/** A platform that restarts, is busy, or whose disk is full for now. */
const PASSING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'CW_NO_PLATFORM',
  'CW_TIMEOUT',
  'CW_TOO_MANY_REQUESTS',
  'CW_IO',
  'CW_DISK_FULL',
])
const FIRST_MS = 250
const MAX_MS = 5_000

export interface Patience {
  readonly clock: Clock
  /** Told of the first failure of several in a row, and when it is over. */
  readonly trouble: (error: CitywatchError | undefined) => void
}

/** True for what may be over by itself. */
function isPassing(error: unknown): error is CitywatchError {
  return isCitywatchError(error) && PASSING.has(error.code)
}

/** The answer; undefined when `signal` aborted before there was one. Throws what does not pass by itself. */
export async function untilAnswered<T>(
  ask: () => Promise<T>,
  {clock, trouble}: Patience,
  signal: AbortSignal,
): Promise<T | undefined> {
  let pauseMs = 0
  do {
    try {
      const answer = await ask()
      if (pauseMs > 0) trouble(undefined)
      return answer
    } catch (error) {
      if (!isPassing(error)) throw error
      if (pauseMs === 0) trouble(error)
    }
    pauseMs = Math.min(MAX_MS, Math.max(FIRST_MS, pauseMs * 2))
    await clock.sleep(pauseMs, signal).catch(() => undefined)
  } while (!signal.aborted)
  return undefined
}
