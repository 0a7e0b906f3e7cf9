/** What a site decides about its alarms: how long one may be shelved, what closes by itself, what may be closed while it is active. */
import {durationText, parseDuration} from '../lib/duration.ts'
import {bad, Fields} from '../lib/fields.ts'
import {DISPOSITIONS, type Disposition} from '../model/alarm.ts'
import type {Priority} from '../model/signal.ts'
import {type HandoffRules, NO_RULES, SHANGHAI_2010} from './handoff-rules.ts'

export interface Policy {
  /** Longest time that anything may be shelved, and an alarm of priority 1, ms. Shelved again, it is counted anew. */
  readonly maxShelfMs: number
  readonly maxShelfP1Ms: number
  /** Alarms of these priorities close once they are over and acknowledged; the others wait for a person and a disposition. */
  readonly closesItself: readonly Priority[]
  /** With these dispositions an alarm may be closed while its condition is still active; for any other it is reset first. */
  readonly closesActive: readonly Disposition[]
  readonly handoff: HandoffRules
}

const HOUR_MS = 3_600_000
/** What no policy may allow. */
const LONGEST_MS = 7 * 24 * HOUR_MS

/** One shift, and half an hour for priority 1 (proposed after OPC UA Part 9, MaxTimeShelved; a site may say otherwise). */
export const DEFAULT_POLICY: Policy = {
  maxShelfMs: 8 * HOUR_MS,
  maxShelfP1Ms: HOUR_MS / 2,
  closesItself: [3, 4],
  closesActive: ['test', 'duplicate'],
  handoff: SHANGHAI_2010,
}

/** The same where 110 is told by other means: nothing is proposed. */
export const POLICY_WITHOUT_HANDOFF: Policy = {...DEFAULT_POLICY, handoff: NO_RULES}

const NAMES: readonly string[] = ['longestShelf', 'longestShelfP1', 'closesItself', 'closesActive']

/**
 * A policy file's JSON: `{"longestShelf": "8h", "longestShelfP1": "30m", "closesItself": [3, 4], "closesActive": ["test"]}`,
 * each member as in DEFAULT_POLICY when absent. Throws CW_BAD_VALUE naming the member, for unknown ones too.
 */
export function parsePolicy(value: unknown, handoff: HandoffRules = SHANGHAI_2010): Policy {
  const fields = new Fields(value, '')
  for (const name of fields.names()) if (!NAMES.includes(name)) throw bad(name, name, `one of ${NAMES.join(', ')}`)
  const list = <T extends string | number>(name: string, options: readonly T[], absent: readonly T[]) =>
    fields.has(name)
      ? fields.list(name, options.length, (item, where) => new Fields({[where]: item}, '').oneOf(where, options))
      : absent
  const maxShelfMs = time(fields, 'longestShelf', DEFAULT_POLICY.maxShelfMs)
  return {
    maxShelfMs,
    maxShelfP1Ms: Math.min(maxShelfMs, time(fields, 'longestShelfP1', DEFAULT_POLICY.maxShelfP1Ms)),
    // Priority 1 is nobody's to close but a person's.
    closesItself: list<Priority>('closesItself', [2, 3, 4], DEFAULT_POLICY.closesItself),
    closesActive: list('closesActive', DISPOSITIONS, DEFAULT_POLICY.closesActive),
    handoff,
  }
}

function time(fields: Fields, name: string, absent: number): number {
  if (!fields.has(name)) return absent
  const ms = parseDuration(fields.text(name, 20), name)
  if (ms <= LONGEST_MS) return ms
  throw bad(name, durationText(ms), `at most ${durationText(LONGEST_MS)}`)
}
