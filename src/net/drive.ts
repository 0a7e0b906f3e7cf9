/** Runs a Session over a ByteStream. The only loop in citywatch that joins protocol, socket and clock. */
import type {Clock} from '../lib/clock.ts'
import type {Session} from '../protocol/session.ts'
import type {ByteStream} from './byte-stream.ts'

/** The session's result; the stream is closed. A stream that breaks is told to the session as its end. */
export async function drive<Result>(session: Session<Result>, stream: ByteStream, clock: Clock): Promise<Result> {
  const chunks = stream[Symbol.asyncIterator]()
  const read = () => chunks.next().catch(() => ({done: true, value: undefined}) as const)
  let chunk = read()
  try {
    for (;;) {
      for (const bytes of session.take()) stream.send(bytes)
      if (session.result !== null) return session.result
      const wake = new AbortController()
      const first = await Promise.race([chunk, until(session.deadline, clock, wake.signal)])
      wake.abort(WOKEN)
      if (first === 'expired') session.expire(clock.now())
      else if (first.done) session.end(clock.now())
      else {
        session.receive(first.value, clock.now())
        chunk = read()
      }
    }
  } finally {
    stream.close()
  }
}

/** A constant: an error with a stack for each chunk would be made for nobody. */
const WOKEN = 'something came'

function until(deadline: number | null, clock: Clock, signal: AbortSignal): Promise<'expired'> {
  if (deadline === null) return new Promise(() => {})
  return clock.sleep(Math.max(0, deadline - clock.now()), signal).then(
    () => 'expired' as const,
    () => new Promise(() => {}),
  )
}
