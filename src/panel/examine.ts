/** One frame taken apart for people, good or bad: each field with its verdict, what was expected and what most likely went wrong. */
import {crc16} from '../protocol/dc09/crc.ts'
import {likelyCrc, likelyLength} from '../protocol/dc09/fault.ts'
import {type Header, type HeaderFields, type Lint, parseHeader} from '../protocol/dc09/header.ts'
import {hasRawCrc} from '../protocol/dc09/pieces.ts'
import {contentFields} from './examine-content.ts'
import {type ExaminedField, type ExamineOptions, faultField, lint, ok, wrong} from './examined.ts'

const LF = 0x0a
const CR = 0x0d
const TOKENS: Readonly<Record<string, string>> = {
  'SIA-DCS': 'an event with SIA codes (DC-03)', 'ADM-CID': 'an event in Contact ID (DC-05)', NULL: 'link test',
  ACK: 'answer: acknowledged', NAK: 'answer: refused, with the time', DUH: 'answer: not understood', RSP: 'answer with data',
} // biome-ignore format: token and meaning
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/^\s*LFQ=|^\s*HID=/, 'an Aritech protocol, not DC-09'],
  [/^\s*F#\d/, 'Galaxy SIA levels, not DC-09'],
  [/^\s*SR\d{4}L\d{4}\s/, 'Osborne-Hoffman 2000, not DC-09'],
  [/^\s*(?:GET|POST|HEAD|OPTIONS) /, 'HTTP, not DC-09'],
]

/** The fields in wire order. A receiver should refuse the frame when one of them is `wrong`. Never throws. */
export function examineFrame(bytes: Uint8Array, options: ExamineOptions = {}): ExaminedField[] {
  const started = bytes[0] === LF
  const ended = bytes.at(-1) === CR
  const whole = Buffer.concat([Buffer.of(LF), bytes.subarray(started ? 1 : 0, ended ? -1 : undefined), Buffer.of(CR)])
  const edges = edgeFields(started, ended)
  return [edges.start, ...innerFields(whole, options), edges.end]
}

/** Logs leave both out; a frame that has one of them lost the other. */
function edgeFields(started: boolean, ended: boolean) {
  const pasted = !started && !ended
  const edge = (field: string, name: string, there: boolean, meaning: string): ExaminedField => {
    if (there) return {field, bytes: name, meaning, verdict: 'ok'}
    return {
      field,
      bytes: '',
      meaning: pasted ? 'not in what was given' : 'missing',
      verdict: pasted ? 'odd' : 'wrong',
      expected: name,
    }
  }
  return {start: edge('start', 'LF', started, 'a frame begins'), end: edge('end', 'CR', ended, 'the frame ends')}
}

function innerFields(whole: Uint8Array, options: ExamineOptions): ExaminedField[] {
  const raw = hasRawCrc(whole)
  const head = Buffer.from(whole.subarray(1, raw ? 7 : 9)).toString('latin1')
  const body = whole.subarray(raw ? 7 : 9, -1)
  const digits = head.slice(raw ? 2 : 4)
  if (!(raw ? /^..0[0-9A-F]{3}$/is : /^[0-9A-F]{4}0[0-9A-F]{3}$/i).test(head)) {
    const text = Buffer.from(whole.subarray(1, -1)).toString('latin1')
    const likely = FOREIGN.find(([form]) => form.test(text))?.[1]
    return [wrong('head', head, 'where CRC and length should be', 'CRC and 0LLL', likely)]
  }
  const header = parseHeader(Buffer.from(body).toString('latin1'))
  return [crcField(head, body, raw), lengthField(digits, body), ...headerFields(header, body, options)]
}

function crcField(head: string, body: Uint8Array, raw: boolean): ExaminedField {
  const text = raw ? Buffer.from(head.slice(0, 2), 'latin1').toString('hex').toUpperCase() : head.slice(0, 4)
  const right = crc16(body).toString(16).toUpperCase().padStart(4, '0')
  const meaning = 'CRC-16/ARC over the bytes from the first quote to before CR'
  if (text.toUpperCase() !== right) {
    return wrong('CRC', text, meaning, right, likelyCrc(body, Number.parseInt(text, 16)).likely)
  }
  if (raw) return {...lint('CRC', `${text} (two raw bytes)`, 'binary-crc'), meaning}
  return text === right ? ok('CRC', text, meaning) : {...lint('CRC', text, 'lower-case-hex'), meaning, expected: right}
}

function lengthField(digits: string, body: Uint8Array): ExaminedField {
  const right = body.length.toString(16).toUpperCase().padStart(4, '0')
  const meaning = `${Number.parseInt(digits, 16)} of these bytes, in hex`
  if (digits.toUpperCase() !== right) return wrong('length', digits, meaning, right, likelyLength(body, digits).likely)
  return digits === right
    ? ok('length', digits, meaning)
    : {...lint('length', digits, 'lower-case-hex'), expected: right}
}

function headerFields(header: Header, body: Uint8Array, options: ExamineOptions): ExaminedField[] {
  if ('fault' in header) return [faultField(header.fault, Buffer.from(body).toString('latin1'))]
  const {fields, lints} = header
  return [
    tokenField(fields),
    sequenceField(fields),
    ...addressFields(fields, lints),
    ...contentFields(fields, options),
    ...(lints.includes('bytes-after-timestamp') ? [lint('rest', '', 'bytes-after-timestamp')] : []),
  ]
}

function tokenField({token, encrypted}: HeaderFields): ExaminedField {
  const bytes = `"${encrypted ? '*' : ''}${token}"`
  const known = Object.hasOwn(TOKENS, token) ? TOKENS[token] : undefined
  if (known !== undefined) return ok('token', bytes, `${known}${encrypted ? ', encrypted' : ''}`)
  return wrong('token', bytes, 'not known: a receiver answers DUH', Object.keys(TOKENS).join(', '))
}

function sequenceField({token, seq}: HeaderFields): ExaminedField {
  const uncounted = token === 'NULL' || token === 'NAK' ? 'link tests and NAK are not counted' : 'no number'
  return ok('sequence', String(seq).padStart(4, '0'), seq > 0 ? `message ${seq} of this account` : uncounted)
}

function addressFields({receiver, line, account}: HeaderFields, lints: readonly Lint[]): ExaminedField[] {
  const fixed = account === 'A0'
  const fields: readonly (readonly [Lint | undefined, ExaminedField | undefined])[] = [
    ['none-literal', lints.includes('none-literal') ? ok('receiver', 'None', '') : undefined],
    [undefined, receiver === undefined ? undefined : ok('receiver', `R${receiver}`, 'receiver number')],
    ['no-line', ok('line', line === undefined ? '' : `L${line}`, 'account prefix')],
    [
      account === '' ? 'no-account' : 'account-not-hex',
      ok('account', fixed || account === '' ? account : `#${account}`, fixed ? 'none: fixed in a NAK' : 'the panel'),
    ],
  ]
  return fields.flatMap(([odd, field]) => {
    if (!field) return []
    return odd !== undefined && lints.includes(odd) ? [lint(field.field, field.bytes, odd)] : [field]
  })
}
