/** From flags to what is asked of a platform about its alarms: names, words, times and places, each checked. */
import {parseDuration} from '../lib/duration.ts'
import {CitywatchError} from '../lib/errors.ts'
import {MAX_NAME, MAX_TEXT, type SafeText, safeText} from '../lib/safe-text.ts'
import {parseAccount} from '../panel/receiver-address.ts'
import type {AlarmActRequest, MaskPlaceRequest} from '../platform/contract.ts'
import {operatorName} from './operator.ts'

/** What is to be done, without to which alarm and by whom. */
export type Wish = AlarmActRequest extends infer R
  ? R extends AlarmActRequest
    ? Omit<R, 'id' | 'version' | 'by' | 'comment'> & {readonly comment?: string}
    : never
  : never

type Request = AlarmActRequest extends infer R ? (R extends AlarmActRequest ? Omit<R, 'id' | 'version'> : never) : never

/** The wish with who and why. Throws CW_BAD_VALUE for names and comments without a word. */
export function requestOf(
  wish: Wish,
  {by, comment}: {readonly by?: string | undefined; readonly comment?: string | undefined},
): Request {
  const note = comment === undefined ? {} : {comment: words('--comment', comment, MAX_TEXT)}
  return {...wish, ...note, by: nameOf(by)} as Request
}

/** Who does it: the name given, else the user of this machine. Throws CW_BAD_VALUE. */
export function nameOf(by: string | undefined): SafeText {
  return words('--by', by ?? operatorName())
}

/** At most `max` code points on one line. Throws CW_BAD_VALUE when nothing is left. */
export function words(field: string, text: string, max: number = MAX_NAME): SafeText {
  const safe = safeText(text.trim(), max)
  if (safe !== '') return safe
  throw new CitywatchError('CW_BAD_VALUE', {field, value: "''", expected: 'some words'})
}

export interface HideFlags {
  readonly reason: string
  readonly for?: string | undefined
  readonly once?: boolean | undefined
  readonly owner?: string | undefined
}

/** How, why and how long something is hidden. Throws CW_BAD_VALUE. */
export function hiding({reason, once, owner, ...flags}: HideFlags) {
  return {
    reason: words('--reason', reason),
    ...(flags.for === undefined ? {} : {forMs: parseDuration(flags.for, '--for')}),
    ...(once ? {once: true as const} : {}),
    ...(owner === undefined ? {} : {owner: words('--owner', owner)}),
  }
}

export interface PlaceFlags {
  readonly account?: string | undefined
  readonly partition?: string | undefined
  readonly zone?: readonly string[] | undefined
  readonly device?: string | undefined
}

/** What more than single alarms is meant; undefined: single alarms. Throws CW_BAD_VALUE, CW_USAGE. */
export function placeOf({account, partition, zone = [], device}: PlaceFlags): MaskPlaceRequest | undefined {
  if (device !== undefined) return {device}
  if (account !== undefined) {
    return {
      account: parseAccount(account),
      ...(partition === undefined ? {} : {partition: numberOf('--partition', partition)}),
      ...(zone.length === 0 ? {} : {zones: [...new Set(zone.map((text) => numberOf('--zone', text)))]}),
    }
  }
  if (partition === undefined && zone.length === 0) return undefined
  throw new CitywatchError('CW_USAGE', {detail: '--partition and --zone need --account'})
}

/** As signals name it: without leading zeros. */
function numberOf(field: string, text: string): string {
  if (/^\d{1,8}$/.test(text)) return text.replace(/^0+(?=\d)/, '')
  throw new CitywatchError('CW_BAD_VALUE', {field, value: safeText(text, 40), expected: 'a number'})
}
