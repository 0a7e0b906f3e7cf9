/** How deliveries, frames and received signals are printed. */
import type {CodeEntry} from '../../model/codes/lookup.ts'
import {describeSignal} from '../../panel/describe.ts'
import type {ExaminedField} from '../../panel/examined.ts'
import type {HeardSignal, ListenSummary} from '../../panel/listen.ts'
import type {Delivery, Finding, PathDelivery} from '../../panel/send.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import type {Column} from './rows.ts'

const FINDINGS: Readonly<Record<Finding, string>> = {
  'answered-in-clear': 'answered in clear: anybody can have written it',
  'not-supported': 'DUH: received intact, but the receiver does not handle this token or code',
  'nak-without-time': 'NAK without a time: the clock cannot be corrected by it',
  'nak-although-clock-set': "NAK again with the receiver's own time: not the clock (account, key or policy)",
  'clock-set': "sent once more with the receiver's time, after a NAK",
  'answer-not-opened': 'an encrypted answer came that the key does not open',
  'answers-ignored': 'answers came that are not readable or not for this message',
  'main-path-failed': 'the main path gave no answer; the backup carried it',
}

export const DELIVERY_COLUMNS: readonly Column<Delivery>[] = [
  {name: 'account', header: 'ACCOUNT', value: ({account}) => account},
  {name: 'seq', header: 'SEQ', value: ({seq}) => String(seq).padStart(4, '0')},
  {name: 'event', header: 'EVENT', value: ({event}) => event},
  {name: 'name', header: 'MEANING', value: ({name}) => name, wide: true},
  {name: 'verdict', header: 'VERDICT', value: ({verdict}) => verdict},
  {name: 'attempts', header: 'SENT', value: ({attempts}) => attempts},
  {name: 'rtt', header: 'ANSWER MS', value: ({rttMs}) => rttMs},
  {name: 'clock', header: 'CLOCK OFFSET MS', value: ({clockOffsetMs}) => clockOffsetMs, wide: true},
  {name: 'detail', header: 'DETAIL', value: ({detail}) => detail},
  {name: 'finding', header: 'FINDING', value: ({findings}) => findings.map((finding) => FINDINGS[finding]).join('; ')},
  {name: 'path', header: 'PATH', value: ({path}) => path, wide: true},
  {name: 'receiver', header: 'RECEIVER', value: ({receiver}) => receiver, wide: true},
  {name: 'paths', header: 'PATHS', value: ({paths}) => paths?.map(pathText).join('; '), wide: true},
  {name: 'data', header: 'DATA', value: ({data}) => data, wide: true},
]

/** `main 10.0.0.1:8031 unreachable (ECONNREFUSED)`. */
function pathText({path, receiver, verdict, detail}: PathDelivery): string {
  return `${path} ${receiver} ${verdict}${detail === undefined ? '' : ` (${detail})`}`
}

/** A field of a frame, with the event whose frame it is. */
export interface ExplainedField extends Pick<ExaminedField, 'bytes' | 'field' | 'meaning'> {
  readonly event: string
}

export const FIELD_COLUMNS: readonly Column<ExplainedField>[] = [
  {name: 'event', header: 'EVENT', value: ({event}) => event, wide: true},
  {name: 'bytes', header: 'BYTES', value: ({bytes}) => bytes},
  {name: 'field', header: 'FIELD', value: ({field}) => field},
  {name: 'meaning', header: 'MEANING', value: ({meaning}) => meaning},
]

export const EXAMINED_COLUMNS: readonly Column<ExaminedField>[] = [
  {name: 'field', header: 'FIELD', value: ({field}) => field},
  {name: 'verdict', header: 'VERDICT', value: ({verdict}) => verdict},
  {name: 'bytes', header: 'BYTES', value: ({bytes}) => bytes},
  {name: 'expected', header: 'EXPECTED', value: ({expected}) => expected},
  {name: 'likely', header: 'LIKELY CAUSE', value: ({likely}) => likely},
  {name: 'meaning', header: 'MEANING', value: ({meaning}) => meaning},
]

export const CODE_COLUMNS: readonly Column<CodeEntry>[] = [
  {name: 'code', header: 'CODE', value: ({code}) => code},
  {name: 'scheme', header: 'TABLE', value: ({scheme}) => scheme},
  {name: 'name', header: 'NAME', value: ({name}) => name},
  {name: 'zh', header: '中文', value: ({zh}) => zh},
  {name: 'category', header: 'CATEGORY', value: ({category}) => category},
  {name: 'priority', header: 'PRIORITY', value: ({priority}) => priority},
  {name: 'dispatch', header: 'DISPATCH', value: ({dispatch}) => dispatch},
  {name: 'subject', header: 'NUMBER IS', value: ({subject}) => subject, wide: true},
  {name: 'twins', header: 'TWINS', value: ({twins}) => twins.join(' ')},
]

/** One line a signal, columns parted by tabs: time, peer, account, number, what it says. */
export function heardLine({at, peer, seq, signal}: HeardSignal): string {
  const number = String(seq).padStart(4, '0')
  return [new Date(at).toISOString(), peer, signal.account, number, describeSignal(signal)].join('\t')
}

/** The sums of a receiver's session. */
export function summaryLine({signals, heartbeats, repeated, refused}: ListenSummary): string {
  return `${signals} signals, ${heartbeats} signs of life, ${repeated} repeated, ${refused} refused`
}

/** Keys that a line names; more are counted. */
const MAX_KEYS_SHOWN = 20

/** `accounts with a key: 1234 (AES-128, 1f2e3d4c)`: fingerprints, never a key. */
export function keyLine(keys: ReadonlyMap<string, AccountKey>): string {
  const shown = [...keys].slice(0, MAX_KEYS_SHOWN)
  const more = keys.size > shown.length ? ` and ${keys.size - shown.length} more` : ''
  return `accounts with a key: ${shown.map(([account, {bits, fingerprint}]) => `${account} (AES-${bits}, ${fingerprint})`).join(', ')}${more}`
}
