/**
 * The lines of the platform's audit log: who, from where, what, when. Each has a hash that also covers the hash before it.
 *
 *   {"n":7,"at":1790000000000,"who":"user anna","role":"operator","from":"10.4.0.9","what":"alarm.ack","on":"alarm/12","place":"baltimore.central"}
 *   hash = SHA-256(hash of line n-1, in hex ‖ LF ‖ the line's text), in hex; 64 zeros stand before the first.
 */
import {hash} from 'node:crypto'
import {safeText} from '../../lib/safe-text.ts'
import type {Jurisdiction} from '../../model/jurisdiction.ts'
import {FIRST} from '../../panel/audit/chain.ts'

export const BEFORE_FIRST = FIRST

/** What is to be noted; the log adds number and time. */
export interface AuditNote {
  /** `user anna`, `token prometheus`. */
  readonly who: string
  readonly role?: string
  /** Address of the peer, or `shell` for a command on the data folder itself. */
  readonly from: string
  /** A word of a fixed set: `alarm.ack`, `login.failed` … */
  readonly what: string
  /** What it was done to: `alarm/12`, `user/anna`. */
  readonly on?: string
  /** Where that lies, when it lies somewhere. */
  readonly place?: Jurisdiction
  readonly detail?: string
}

export interface AuditLine extends AuditNote {
  /** Dense, counted from 1. */
  readonly n: number
  /** Ms UTC, by the platform's clock. */
  readonly at: number
}

/** A line as it is kept and handed out. */
export interface KeptLine {
  readonly n: number
  readonly line: string
  readonly hash: string
}

const MAX_FIELD = 256
const MAX_PLACE = 520

/** One text for one line: members in a fixed order, texts made safe and bounded. */
export function lineText({n, at, who, role, from, what, on, place, detail}: AuditLine): string {
  const text = (value: string | undefined, max = MAX_FIELD) => (value === undefined ? undefined : safeText(value, max))
  return JSON.stringify({
    n,
    at,
    who: text(who),
    role: text(role),
    from: text(from),
    what: text(what),
    on: text(on),
    place: text(place, MAX_PLACE),
    detail: text(detail),
  })
}

export function hashOf(before: string, text: string): string {
  return hash('sha256', `${before}\n${text}`, 'hex')
}

/** Undefined for what is no line of ours. */
export function readLine(text: string): AuditLine | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  return isLine(value) ? value : undefined
}

function isLine(value: unknown): value is AuditLine {
  if (typeof value !== 'object' || value === null) return false
  const {n, at, who, from, what, role, on, place, detail} = value as Record<string, unknown>
  const given = [who, from, what].every((member) => typeof member === 'string')
  const optional = [role, on, place, detail].every((member) => member === undefined || typeof member === 'string')
  return given && optional && Number.isSafeInteger(n) && Number.isSafeInteger(at)
}
