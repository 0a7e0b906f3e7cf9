/** Whether a receiver takes a readable frame at all: known account, the account's key, the time; and the clear frame inside. */
import {isAnswer} from '../protocol/dc09/answer.ts'
import {type CipherLint, open} from '../protocol/dc09/cipher.ts'
import {likelyClock} from '../protocol/dc09/clock-fault.ts'
import type {Fault} from '../protocol/dc09/fault.ts'
import type {Frame} from '../protocol/dc09/frame.ts'
import type {Lint} from '../protocol/dc09/header.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {reportsEvents} from '../protocol/dc09/signals.ts'
import {formatTimestamp, parseTimestamp} from '../protocol/dc09/timestamp.ts'

export interface Admittance {
  /** False turns the account away before anything else is looked at. Absent: every account may come. */
  readonly knows?: (account: string) => boolean
  /** The key of an account (in upper case): it must then come encrypted, and is answered encrypted. Absent: clear text only. */
  readonly keys?: (account: string) => AccountKey | undefined
}

export type Admission =
  | {
      /** In clear. */
      readonly frame: Frame
      /** What it was encrypted with, and is to be answered with. */
      readonly key?: AccountKey
      readonly lints: readonly (Lint | CipherLint)[]
    }
  | {readonly frame: null; readonly fault: Fault}

/** A panel's clock may be this far behind or ahead, ms (defaults of Swissdotnet and pysiaalarm). */
export const PAST_MS = 40_000
export const FUTURE_MS = 20_000

/** The first check that fails, in the order of a receiver's duty: account, key, decryption, time, token. */
export function admit(frame: Frame, {knows, keys}: Admittance, now: number): Admission {
  if (isAnswer(frame)) return refused('token', 'answer', 'a message', frame.token)
  const account = accountOf(frame)
  if (account === '' || knows?.(account) === false) return refused('account', 'account', 'a known account', account)
  const key = keys?.(account)
  const opened = key ? decrypted(frame, key) : clear(frame)
  if (!opened.frame) return opened
  const foreign = otherAccount(opened.frame, account)
  if (foreign !== undefined && keys?.(foreign) && keys(foreign) !== key) {
    // Its events would count as those of an account that must come under a key of its own.
    return refused('key', 'other-account', 'the key of the account in the data', foreign)
  }
  const {timestamp} = opened.frame
  if (timestamp !== undefined && !isTimely(timestamp, now)) {
    const likely = likelyClock(timestamp, now)
    return refused('timestamp', 'timestamp', `about ${formatTimestamp(now)}`, timestamp, likely)
  }
  if (frame.token !== 'NULL' && !reportsEvents(frame)) {
    return refused('token', 'token', 'SIA-DCS, ADM-CID or NULL', frame.token)
  }
  return opened
}

/** The account whose events the data block holds, where that is not the header's; upper case. */
function otherAccount({data}: Frame, account: string): string | undefined {
  const inner = /^#([0-9A-Za-z]{1,16})\|/.exec(data)?.[1]?.toUpperCase()
  return inner === account ? undefined : inner
}

/** The header's account, or the data block's where the header has none; upper case. */
export function accountOf({account, data}: Frame): string {
  return (account || (/^#([0-9A-Za-z]{3,16})\|/.exec(data)?.[1] ?? '')).toUpperCase()
}

/** A clear message of a keyed account may be anybody's. */
function decrypted(frame: Frame, key: AccountKey): Admission {
  if (!frame.encrypted) return refused('key', 'clear-text', 'an encrypted message: the account has a key', 'clear text')
  const opening = open(frame, key)
  return opening.frame ? {...opening, key} : opening
}

function clear(frame: Frame): Admission {
  if (!frame.encrypted) return {frame, lints: []}
  return refused('key', 'key', 'a clear message: no key for this account', 'an encrypted one')
}

function isTimely(timestamp: string, now: number): boolean {
  const at = parseTimestamp(timestamp)
  return at !== undefined && at >= now - PAST_MS && at <= now + FUTURE_MS
}

function refused(step: Fault['step'], rule: string, expected: string, got: string, likely?: string): Admission {
  return {frame: null, fault: {step, rule, expected, got, ...(likely === undefined ? {} : {likely})}}
}
