/** Keeps count of failed logins so that nothing citywatch does can lock a camera's account. */
import type {Credential} from '../lib/secret.ts'

/**
 * Shared by every part of a run and, through its file, by all commands on this machine. A login is one exchange that a
 * device may count: a challenge without credentials is none, nor is a repeat after `stale`.
 */
export interface LoginLedger {
  /**
   * False when another failed login could lock the account, or when too many cameras of this run refused it. Where several processes
   * share a ledger the answer takes a while, and true is a promise to say what became of it: `succeeded`, `failed` or `untried`.
   */
  mayTry(device: string, credential: Credential): boolean | Promise<boolean>
  /** Written before the first login of a session, so that a crash in between counts as a failure. */
  trying(device: string, credential: Credential): void
  succeeded(device: string, credential: Credential): void
  failed(device: string, credential: Credential): void
  /** True when no login of this device was refused (or left without an answer) within the window, whatever was accepted since. */
  isQuiet?(device: string): boolean
  /** The login that `mayTry` allowed was not made. */
  untried?(device: string, credential: Credential): void
}
