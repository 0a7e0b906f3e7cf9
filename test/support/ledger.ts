/** A login ledger in memory, which tells how often each device was asked with a login. */
import type {LoginLedger} from '../../src/camera/login-ledger.ts'

export interface CountingLedger extends LoginLedger {
  /** Logins tried, by device. */
  readonly tried: ReadonlyMap<string, number>
  readonly failures: ReadonlyMap<string, number>
}

/** Lets a device be tried until it has failed once. */
export function countingLedger(): CountingLedger {
  const tried = new Map<string, number>()
  const failures = new Map<string, number>()
  const add = (counts: Map<string, number>, device: string) => counts.set(device, (counts.get(device) ?? 0) + 1)
  return {
    tried,
    failures,
    mayTry: (device) => !failures.has(device),
    trying: (device) => add(tried, device),
    succeeded: () => {},
    failed: (device) => add(failures, device),
  }
}
