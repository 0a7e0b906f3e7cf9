/** How a watch begins: on a screen or in lines, with what is open or with what comes. */
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {Position} from '../../model/log-entry.ts'
import {type EntryFilter, isTypePattern, MAX_TYPES} from '../../platform/filter.ts'
import {parsePosition} from '../../platform/position.ts'

/** `snapshot`: the open alarms first; `now`: only what comes; else a log position. Throws CW_BAD_VALUE. */
export function startOf(since: string): {readonly skipsSnapshot?: true; readonly since?: Position} {
  if (since === 'snapshot') return {}
  if (since === 'now') return {skipsSnapshot: true}
  try {
    return {since: parsePosition(since, '--since')}
  } catch (cause) {
    const expected = 'snapshot, now or EPOCH-SEQUENCE'
    throw new CitywatchError('CW_BAD_VALUE', {field: '--since', value: safeText(since, 80), expected}, {cause})
  }
}

/** What the platform is asked to send: kinds of entry, joined by commas; absent: all. Throws CW_BAD_VALUE. */
export function filterOf(types: string | undefined): {readonly filter?: EntryFilter} {
  if (types === undefined) return {}
  const patterns = types.split(',').map((pattern) => pattern.trim())
  const wrong = patterns.find((pattern) => !isTypePattern(pattern))
  if (wrong === undefined && patterns.length <= MAX_TYPES) return {filter: {types: patterns}}
  const expected = `at most ${MAX_TYPES} kinds such as alarm.raised or alarm.*, joined by commas`
  throw new CitywatchError('CW_BAD_VALUE', {field: '--types', value: safeText(wrong ?? types, 80), expected})
}

interface Surroundings {
  readonly stdin: {readonly isTTY?: boolean}
  readonly stdout: {readonly isTTY?: boolean}
  readonly env: Readonly<Record<string, string | undefined>>
}

interface Wishes {
  readonly plain: boolean
  readonly jsonl: boolean
  readonly count?: number | undefined
  readonly since?: string | undefined
  readonly types?: string | undefined
}

/** True when lines were asked for, or when there is no terminal that a screen could be drawn on. */
export function isPlain({plain, jsonl, count, since, types}: Wishes, {stdin, stdout, env}: Surroundings): boolean {
  const isScripted = plain || jsonl || count !== undefined || since !== undefined || types !== undefined
  return isScripted || !stdin.isTTY || !stdout.isTTY || env.TERM === 'dumb'
}
