/** Reads events of other systems (CloudEvents 1.0, JSON format): attributes checked, data bounded, texts made safe. */
import {MAX_NAME, type SafeText, safeText} from '../../lib/safe-text.ts'
import {type EventOrigin, type ForeignEvent, PROBE_EVENT_TYPE, SIGNAL_EVENT_TYPE} from '../../model/foreign-event.ts'
import type {ProbeVerdict} from '../../model/probe.ts'
import type {Signal} from '../../model/signal.ts'
import {account} from './device.ts'
import {bad, Fields, present} from './fields.ts'
import {probeVerdict} from './probe-verdict.ts'
import {safeJson} from './safe-json.ts'
import {parseSignal} from './signal.ts'

/** Events in one batch, and characters that one may have as JSON. */
const MAX_EVENTS = 2_000
const MAX_EVENT_CHARS = 64 * 1024
const MAX_ATTRIBUTE = 256
const MAX_SOURCE = 512
const MAX_EXTENSIONS = 16
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'datacontenttype',
  'dataschema',
  'data',
  'data_base64',
])
const EXTENSION = /^[a-z0-9]{1,20}$/
/** RFC 3339 §5.6; what the pattern lets through the date parser judges. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/i
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
const NUMBER = /^[1-9]\d{0,7}$/
const CODE = {sia: /^[0-9A-Z]{2}$/, 'contact-id': /^[0-9A-F]{3}$/} as const

/** What the platform does with an event: keep it, or take the signal in it as a panel's. */
export type Incoming =
  | {readonly type: 'event'; readonly event: ForeignEvent; readonly chars: number}
  | {readonly type: 'signal'; readonly via: EventOrigin; readonly signal: Signal}
  | {readonly type: 'probe'; readonly via: EventOrigin; readonly report: ProbeVerdict}

/** One event, or a list of them. Throws CW_BAD_VALUE naming the member: then none of them is good. */
export function parseEvents(body: unknown): readonly Incoming[] {
  if (!Array.isArray(body)) return [parseIncoming(body, '')]
  if (body.length === 0) throw bad('events', body, 'at least one event')
  return new Fields({events: body}, '').list('events', MAX_EVENTS, parseIncoming)
}

function parseIncoming(value: unknown, where: string): Incoming {
  const fields = new Fields(value, where)
  fields.oneOf('specversion', ['1.0'])
  const event = parseCloudEvent(fields)
  const {source, id, type} = event
  if (type === PROBE_EVENT_TYPE) {
    const data = fields.object('data')
    return {type: 'probe', via: {source, id}, report: {camera: data.key('camera', MAX_NAME), ...probeVerdict(data)}}
  }
  if (type !== SIGNAL_EVENT_TYPE) return {type: 'event', event, chars: requireSize(event, where)}
  return {type: 'signal', via: {source, id}, signal: foreignSignal(fields.raw('data'), fields.at('data'))}
}

/** An unset attribute may be written as null (CloudEvents JSON format §2.2). */
function parseCloudEvent(fields: Fields): ForeignEvent {
  const has = (name: string) => fields.has(name) && fields.raw(name) !== null
  const key = (name: string, max: number) => (has(name) ? fields.key(name, max) : undefined)
  if (has('data') && has('data_base64')) throw bad(fields.at('data_base64'), '', 'data in one form only')
  return {
    source: fields.key('source', MAX_SOURCE),
    id: fields.key('id', MAX_ATTRIBUTE),
    type: fields.key('type', MAX_ATTRIBUTE),
    ...present({
      subject: key('subject', MAX_ATTRIBUTE),
      occurredAt: has('time') ? time(fields) : undefined,
      dataContentType: key('datacontenttype', MAX_ATTRIBUTE),
      dataSchema: key('dataschema', MAX_SOURCE),
      data: has('data') ? safeJson(fields.raw('data'), fields.at('data')) : undefined,
      dataBase64: has('data_base64') ? base64(fields, 'data_base64') : undefined,
      extensions: extensions(fields),
    }),
  }
}

/** The event as the log keeps it, read again on the client's side. Throws CW_BAD_VALUE naming the member. */
export function parseForeignEvent(value: unknown, where: string): ForeignEvent {
  const fields = new Fields(value, where)
  const key = (name: string, max: number) => (fields.has(name) ? fields.key(name, max) : undefined)
  return {
    ...parseOrigin(value, where),
    type: fields.key('type', MAX_ATTRIBUTE),
    ...present({
      subject: key('subject', MAX_ATTRIBUTE),
      occurredAt: fields.optionalInteger('occurredAt', Number.MIN_SAFE_INTEGER),
      dataContentType: key('dataContentType', MAX_ATTRIBUTE),
      dataSchema: key('dataSchema', MAX_SOURCE),
      data: fields.has('data') ? safeJson(fields.raw('data'), fields.at('data')) : undefined,
      dataBase64: fields.has('dataBase64') ? base64(fields, 'dataBase64') : undefined,
      extensions: fields.has('extensions') ? extensions(fields.object('extensions')) : undefined,
    }),
  }
}

/** Throws CW_BAD_VALUE naming the member. */
export function parseOrigin(value: unknown, where: string): EventOrigin {
  const fields = new Fields(value, where)
  return {source: fields.key('source', MAX_SOURCE), id: fields.key('id', MAX_ATTRIBUTE)}
}

/** A signal as strict as a receiver's decoder leaves it: anything else would never meet its restore. */
function foreignSignal(value: unknown, where: string): Signal {
  const fields = new Fields(value, where)
  const signal = parseSignal(value, where)
  account(fields)
  fields.matching('code', CODE[signal.scheme], signal.scheme === 'sia' ? 'a code such as BA' : 'a code such as 130')
  for (const name of ['partition', 'zone']) {
    if (fields.has(name)) fields.matching(name, NUMBER, 'a number without leading zeros')
  }
  return signal
}

/** Characters that the event has as JSON. */
function requireSize(event: ForeignEvent, where: string): number {
  const chars = JSON.stringify(event).length
  if (chars > MAX_EVENT_CHARS) throw bad(where || 'event', chars, `at most ${MAX_EVENT_CHARS} characters`)
  return chars
}

function time(fields: Fields): number {
  const at = Date.parse(fields.matching('time', TIME, 'a time such as 2026-01-31T23:59:59Z').toUpperCase())
  if (Number.isNaN(at)) throw bad(fields.at('time'), fields.raw('time'), 'a time that exists')
  return at
}

function base64(fields: Fields, name: string): string {
  const text = fields.raw(name)
  if (typeof text === 'string' && text.length <= MAX_EVENT_CHARS && BASE64.test(text)) return text
  throw bad(fields.at(name), undefined, `base64 of at most ${MAX_EVENT_CHARS} characters`)
}

/** Everything that is no attribute of CloudEvents itself; undefined when there is nothing. */
function extensions(fields: Fields): ForeignEvent['extensions'] {
  const names = fields.names().filter((name) => !ATTRIBUTES.has(name) && fields.raw(name) !== null)
  if (names.length === 0) return undefined
  if (names.length > MAX_EXTENSIONS) throw bad(fields.at('extensions'), names, `at most ${MAX_EXTENSIONS} of them`)
  return Object.fromEntries(names.sort().map((name) => [extensionName(name, fields), extensionValue(name, fields)]))
}

function extensionName(name: string, fields: Fields): string {
  if (EXTENSION.test(name)) return name
  throw bad(
    fields.at(safeText(name, MAX_NAME)),
    undefined,
    'an attribute name of 1 to 20 lower-case letters and digits',
  )
}

function extensionValue(name: string, fields: Fields): SafeText | number | boolean {
  const value = fields.raw(name)
  if (typeof value === 'boolean') return value
  return typeof value === 'number' ? fields.integer(name, -0x80000000, 0x7fffffff) : fields.text(name, MAX_ATTRIBUTE)
}
