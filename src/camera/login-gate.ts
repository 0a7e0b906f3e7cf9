/** Canary first: one camera of a credential group logs in, then five, then the rest; a wrong password stops the group. */
import type {Clock} from '../lib/clock.ts'
import type {Credential} from '../lib/secret.ts'

/** Logins in flight while the password is unproven, and after the first success. */
const CANARIES = 1
const SECOND_WAVE = 5
const PROVEN_AFTER = 1 + SECOND_WAVE
/** Refusals in a row, without a success in between, that close the gate for the rest of the run. */
const CLOSES_AFTER = 3
/** A canary that hangs does not hold up the city for longer than this. */
const PATIENCE_MS = 1_000

interface Group {
  inFlight: number
  accepted: number
  refusedInARow: number
  readonly waiting: Set<() => void>
}

export interface LoginGate {
  /** Resolves true when this login may go ahead, false when the group's password has proved wrong. */
  admit(credential: Credential): Promise<boolean>
  /** Must follow every admitted login. `unknown`: the camera gave no answer to it. */
  settle(credential: Credential, outcome: 'accepted' | 'refused' | 'unknown'): void
}

export function loginGate(clock: Clock): LoginGate {
  const groups = new Map<string, Group>()
  const groupOf = (credential: Credential) => {
    const key = credential.password.fingerprint(credential.user)
    const group = groups.get(key) ?? {inFlight: 0, accepted: 0, refusedInARow: 0, waiting: new Set()}
    groups.set(key, group)
    return group
  }
  return {
    async admit(credential) {
      const group = groupOf(credential)
      for (let overdue = false; !isClosed(group); overdue = await turn(group, clock)) {
        if (overdue || group.inFlight < widthOf(group)) {
          group.inFlight += 1
          return true
        }
      }
      return false
    },
    settle(credential, outcome) {
      const group = groupOf(credential)
      group.inFlight -= 1
      if (outcome === 'accepted') {
        group.accepted += 1
        group.refusedInARow = 0
      } else if (outcome === 'refused') group.refusedInARow += 1
      for (const wake of group.waiting) wake()
    },
  }
}

function isClosed(group: Group): boolean {
  return group.refusedInARow >= CLOSES_AFTER
}

function widthOf({accepted}: Group): number {
  if (accepted === 0) return CANARIES
  return accepted < PROVEN_AFTER ? SECOND_WAVE : Number.POSITIVE_INFINITY
}

/** Waits until a login of the group settles (false) or patience runs out (true). */
async function turn(group: Group, clock: Clock): Promise<boolean> {
  const stop = new AbortController()
  const settled = new Promise<false>((resolve) => {
    const wake = () => resolve(false)
    group.waiting.add(wake)
    stop.signal.addEventListener('abort', () => group.waiting.delete(wake), {once: true})
  })
  const overdue = clock.sleep(PATIENCE_MS, stop.signal).then(
    () => true,
    () => false,
  )
  const result = await Promise.race([settled, overdue])
  stop.abort(SETTLED)
  return result
}

const SETTLED = 'the turn is settled'
