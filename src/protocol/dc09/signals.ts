/** What a frame reports: its data block as signals, and what is odd about it. */
import {safeText} from '../../lib/safe-text.ts'
import {meaningOf} from '../../model/codes/meaning.ts'
import type {Signal} from '../../model/signal.ts'
import {parseContactId} from './contact-id.ts'
import type {Frame} from './frame.ts'
import {type BlockEvent, parseSiaBlock} from './sia-block.ts'
import {readText} from './text.ts'
import {parseTimestamp} from './timestamp.ts'

export type DataLint =
  | 'other-account'
  | 'padded-account'
  | 'no-timestamp'
  | 'unknown-code'
  | 'unreadable-data'
  | 'zero-sequence'

export interface Report {
  /** Empty when the data block is: a sign of life. */
  readonly signals: readonly Signal[]
  readonly lints: readonly DataLint[]
}

/** The code of a signal whose data block nobody can read: kept and shown rather than lost. */
const UNREADABLE = '?'

/** True for the tokens whose data block `signalsOf` understands. */
export function reportsEvents({token}: Frame): boolean {
  return token === 'SIA-DCS' || token === 'ADM-CID'
}

/** The frame must be clear. Never throws. */
export function signalsOf(frame: Frame): Report {
  const [, digits, block = ''] = /^(?:#([0-9A-Za-z]{0,16})\|)?\|?(.*)$/s.exec(frame.data) ?? []
  const lints: DataLint[] = frame.timestamp === undefined ? ['no-timestamp'] : []
  const account = accountOf(frame.account, digits ?? '', lints)
  if (block === '') return {signals: [], lints}
  if (frame.seq === 0) lints.push('zero-sequence')
  const signals = eventsOf(frame.token, block).map((event) => signalOf(event, account, frame))
  if (signals.some(({code}) => code === UNREADABLE)) lints.push('unreadable-data')
  else if (signals.some((signal) => !meaningOf(signal).known)) lints.push('unknown-code')
  return {signals, lints}
}

function eventsOf(token: string, block: string): readonly BlockEvent[] {
  const contactId = token === 'ADM-CID' ? parseContactId(block) : undefined
  const events = contactId ? [contactId] : token === 'ADM-CID' ? [] : parseSiaBlock(block)
  if (events.length > 0) return events
  const scheme = token === 'ADM-CID' ? 'contact-id' : 'sia'
  return [{scheme, code: UNREADABLE, qualifier: 'new', text: block}]
}

function signalOf({text, ...event}: BlockEvent, account: string, {data, timestamp}: Frame): Signal {
  const occurredAt = timestamp === undefined ? undefined : parseTimestamp(timestamp)
  return {
    account,
    ...event,
    ...(text === undefined ? {} : {text: readText(text)}),
    raw: safeText(readText(data)),
    ...(occurredAt === undefined ? {} : {occurredAt}),
  }
}

/** Pima panels pad the account with zeros inside the data; a really different one names whose event it is. */
function accountOf(header: string, data: string, lints: DataLint[]): string {
  const outer = header.toUpperCase()
  const inner = data.toUpperCase()
  if (inner === '' || inner === outer) return outer
  if (outer === '') return inner
  const same = inner.replace(/^0+/, '') === outer.replace(/^0+/, '')
  lints.push(same ? 'padded-account' : 'other-account')
  return same ? outer : inner
}
