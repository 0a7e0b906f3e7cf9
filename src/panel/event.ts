/** Events as people write them on a command line: `BA`, `130`, `burglary zone 3`, `fire restore partition 2`, `Nri1/BA3`. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {meaningOf} from '../model/codes/meaning.ts'
import {siaRestoreOf} from '../model/codes/sia-pairs.ts'
import type {Signal} from '../model/signal.ts'
import {signalsOf} from '../protocol/dc09/signals.ts'

/** A message that a panel can send, but for its account, number and time. */
export interface PanelEvent {
  /** As it was written. */
  readonly text: string
  readonly token: 'SIA-DCS' | 'ADM-CID' | 'NULL'
  /** Data block behind `#acct|`, one character a byte; '' for a link test. */
  readonly block: string
  /** What a receiver will read in it; empty for a link test. */
  readonly signals: readonly Signal[]
}

/** Words for the codes that people send most. */
const WORDS: Readonly<Record<string, string>> = {
  burglary: 'BA', panic: 'PA', 'hold-up': 'HA', duress: 'HA', fire: 'FA', heat: 'KA', gas: 'GA', water: 'WA', medical: 'MA',
  tamper: 'TA', power: 'AT', battery: 'YT', bypass: 'BB', open: 'OP', close: 'CL', test: 'RP',
} // biome-ignore format: word and code
const HEARTBEAT = 'heartbeat'
const EXPECTED = `a code (BA, 130, R130), a data block (Nri1/BA3) or one of ${Object.keys(WORDS).join(', ')}, ${HEARTBEAT}; then restore, zone N, user N, partition N, text …`

const RAW_SIA = /^(?:#\w{0,16}\|)?\|?[NO](?:[a-z]{2}[\d:]|\/|[A-Z]{2}(?:\d|[|/^]|$))/
const RAW_CONTACT_ID = /^[136][0-9A-F]{3} [0-9A-F]{2} [0-9A-F]{3}$/
const CONTACT_ID = /^(?<q>[136ER])?(?<code>\d[0-9A-F]{2})$/
const MAX_ZONE = 9_999
const MAX_TEXT_BYTES = 256

/** Throws CW_BAD_VALUE for what is no event. */
export function parseEvent(text: string): PanelEvent {
  const trimmed = text.trim()
  if (trimmed.toLowerCase() === HEARTBEAT) return {text: trimmed, token: 'NULL', block: '', signals: []}
  if (RAW_CONTACT_ID.test(trimmed)) return eventOf(text, 'ADM-CID', trimmed)
  if (RAW_SIA.test(trimmed) && /^[\x20-\x7e]+$/.test(trimmed)) return eventOf(text, 'SIA-DCS', trimmed)
  const [what = '', ...rest] = trimmed.split(/\s+/)
  const details = detailsOf(rest, text)
  const contactId = CONTACT_ID.exec(what)?.groups
  if (contactId) return contactIdEvent(text, contactId.q, contactId.code ?? '', details)
  const code = WORDS[what.toLowerCase()] ?? (/^[A-Z]{2}$/.test(what) ? what : undefined)
  return code === undefined ? fail(text) : siaEvent(text, code, details)
}

interface Details {
  readonly restore: boolean
  readonly zone?: number
  readonly partition?: number
  readonly free?: string
}

function detailsOf(words: readonly string[], whole: string): Details {
  let details: Details = {restore: false}
  for (let at = 0; at < words.length; at++) {
    const word = words[at]?.toLowerCase()
    if (word === 'restore' || word === 'restored') details = {...details, restore: true}
    else if (word === 'zone' || word === 'user') details = {...details, zone: numberOf(words[++at], whole)}
    else if (word === 'partition' || word === 'area') details = {...details, partition: numberOf(words[++at], whole)}
    else if (word === 'text') return {...details, free: freeText(words.slice(at + 1).join(' '), whole)}
    else fail(whole)
  }
  return details
}

function numberOf(word: string | undefined, whole: string): number {
  const value = /^\d{1,4}$/.test(word ?? '') ? Number(word) : Number.NaN
  return value >= 0 && value <= MAX_ZONE ? value : fail(whole)
}

/** Text goes out as UTF-8; its own mark ^ and line ends cannot be in it. */
function freeText(text: string, whole: string): string {
  const bytes = Buffer.from(
    text
      .replaceAll('^', "'")
      .replaceAll(/[\p{C}[\]|]/gu, ' ')
      .trim(),
  )
  return bytes.length > MAX_TEXT_BYTES || bytes.length === 0 ? fail(whole) : bytes.toString('latin1')
}

function siaEvent(text: string, start: string, {restore, zone, partition, free}: Details): PanelEvent {
  const code = restore ? (siaRestoreOf(start) ?? fail(text)) : start
  const area = partition === undefined ? '' : `ri${partition}/`
  return eventOf(text, 'SIA-DCS', `N${area}${code}${zone ?? ''}${free === undefined ? '' : `^${free}^`}`)
}

function contactIdEvent(text: string, q: string | undefined, code: string, details: Details): PanelEvent {
  const {restore, zone = 0, partition = 0, free} = details
  if (zone > 999 || partition > 99 || free !== undefined) fail(text)
  const qualifier = restore || q === 'R' ? '3' : q === 'E' ? '1' : (q ?? '1')
  const block = `${qualifier}${code} ${String(partition).padStart(2, '0')} ${String(zone).padStart(3, '0')}`
  return eventOf(text, 'ADM-CID', block)
}

/** The block is read back as a receiver would: what it says is what the receiver will be told. */
function eventOf(text: string, token: 'SIA-DCS' | 'ADM-CID', block: string): PanelEvent {
  const message = {token, encrypted: false, seq: 1, account: '', data: block, xdata: [], crcForm: 'hex'} as const
  return {text: text.trim(), token, block, signals: signalsOf(message).signals}
}

/** `BA Burglary alarm`, or `heartbeat`. */
export function eventName({signals}: PanelEvent): string {
  return signals.map((signal) => `${signal.code} ${meaningOf(signal).name}`).join(', ') || HEARTBEAT
}

function fail(text: string): never {
  throw new CitywatchError('CW_BAD_VALUE', {field: 'event', value: safeText(text, 80), expected: EXPECTED})
}
