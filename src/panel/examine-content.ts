/** The content of an examined frame: the data block with its events, extended data and the time; decrypted when the key is there. */
import {open} from '../protocol/dc09/cipher.ts'
import {likelyClock} from '../protocol/dc09/clock-fault.ts'
import type {Frame} from '../protocol/dc09/frame.ts'
import type {HeaderFields} from '../protocol/dc09/header.ts'
import {type DataLint, reportsEvents, signalsOf} from '../protocol/dc09/signals.ts'
import {readText} from '../protocol/dc09/text.ts'
import {formatTimestamp, parseTimestamp} from '../protocol/dc09/timestamp.ts'
import {FUTURE_MS, PAST_MS} from './admission.ts'
import {describeSignal} from './describe.ts'
import {type ExaminedField, type ExamineOptions, faultField, lint, ok, wrong} from './examined.ts'
import {extendedKind, isKeyMaterial} from './extended-data.ts'

/** Data, extended data, time. Of an encrypted frame the cipher text first, then the same fields of what is inside. */
export function contentFields(header: HeaderFields, options: ExamineOptions): ExaminedField[] {
  const frame: Frame = {...header, crcForm: 'hex'}
  return header.encrypted ? encryptedFields(frame, options) : clearFields(frame, options)
}

function encryptedFields(frame: Frame, options: ExamineOptions): ExaminedField[] {
  const {key, otherKey} = options
  const bytes = `[${frame.data}`
  if (!key) return [{field: 'cipher text', bytes, meaning: 'encrypted; the key opens it', verdict: 'unknown'}]
  const opening = open(frame, key)
  if (!opening.frame) {
    const inOther =
      otherKey && open(frame, otherKey).frame ? {likely: 'the key is right in its other form (hex or ASCII)'} : {}
    return [{...faultField(opening.fault, bytes), field: 'cipher text', bytes, ...inOther}]
  }
  const meaning = `AES-${key.bits}-CBC, opened by the key ${key.fingerprint}`
  const odd = opening.lints.map((kind) => lint('cipher text', '', kind))
  return [ok('cipher text', bytes, meaning), ...odd, ...clearFields(opening.frame, options)]
}

function clearFields(frame: Frame, options: ExamineOptions): ExaminedField[] {
  return [...dataFields(frame), ...frame.xdata.map(extendedField), ...timeFields(frame, options)]
}

function dataFields(frame: Frame): ExaminedField[] {
  const bytes = `[${readText(frame.data)}]`
  if (!reportsEvents(frame)) return [ok('data', bytes, frame.data === '' ? 'empty' : 'not read for this token')]
  const {signals, lints} = signalsOf(frame)
  const said: readonly DataLint[] = lints.filter((kind) => kind !== 'no-timestamp')
  return [
    ok('data', bytes, signals.map(describeSignal).join('; ') || 'empty'),
    ...said.map((kind) => lint('data', '', kind)),
  ]
}

function extendedField(block: string): ExaminedField {
  const {what, max} = extendedKind(block)
  const bytes = isKeyMaterial(block) ? '[K…]' : `[${readText(block)}]`
  const length = block.length - 1
  if (max === undefined)
    return {field: 'x-data', bytes, meaning: what, verdict: 'odd', expected: 'a letter of the protocol'}
  if (length <= max) return ok('x-data', bytes, what)
  return {field: 'x-data', bytes, meaning: `${what}, ${length} characters`, verdict: 'odd', expected: `at most ${max}`}
}

function timeFields({timestamp}: Frame, {receivedAt}: ExamineOptions): ExaminedField[] {
  if (timestamp === undefined) return [ok('time', '', 'none: allowed in clear')]
  const bytes = `_${timestamp}`
  const at = parseTimestamp(timestamp)
  const now = receivedAt ?? at
  const timely = at !== undefined && now !== undefined && at >= now - PAST_MS && at <= now + FUTURE_MS
  if (timely) return [ok('time', bytes, 'UTC, month before day')]
  const expected =
    receivedAt === undefined ? 'HH:MM:SS,MM-DD-YYYY of the calendar' : `about ${formatTimestamp(receivedAt)}`
  const meaning =
    at === undefined ? 'no time of the calendar' : `${difference(at - (now ?? at))}; −40 to +20 s are accepted`
  return [wrong('time', bytes, meaning, expected, likely(timestamp, receivedAt))]
}

/** Without the time at which it came, only a day that is a month can be told. */
function likely(timestamp: string, receivedAt: number | undefined): string | undefined {
  if (receivedAt !== undefined) return likelyClock(timestamp, receivedAt)
  const swapped = parseTimestamp(timestamp.replace(/,(\d\d)-(\d\d)-/, ',$2-$1-'))
  return swapped === undefined ? undefined : 'day and month swapped'
}

function difference(ms: number): string {
  return `${ms > 0 ? '+' : '−'}${Math.round(Math.abs(ms) / 1000)} s from when it came`
}
