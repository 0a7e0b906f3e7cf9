import {existsSync, readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {Secret} from '../../src/lib/secret.ts'
import {examineFrame} from '../../src/panel/examine.ts'
import type {ExamineOptions} from '../../src/panel/examined.ts'
import {bytesOfPaste} from '../../src/panel/paste.ts'
import {likelyClock} from '../../src/protocol/dc09/clock-fault.ts'
import {parseKey} from '../../src/protocol/dc09/key.ts'
import {frameOf, rawCrcFrame, stamp} from '../support/dc09.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 20, 30)
const body = '"SIA-DCS"0042L0#1234[#1234|Nri1/BA003]_10:20:30,11-23-2026'

/** `field verdict expected (likely)` of every field that is not in order. */
const unwell = (bytes: Uint8Array, options: ExamineOptions = {}) =>
  examineFrame(bytes, options)
    .filter(({verdict}) => verdict !== 'ok')
    .map(({field, verdict, expected, likely}) =>
      [field, verdict, expected, likely].filter((part) => part !== undefined).join(' · '),
    )

test('examine: a good frame, field by field', () => {
  const fields = examineFrame(frameOf(body))
  expect(fields.every(({verdict}) => verdict === 'ok')).toBe(true)
  expect(fields.map(({field, bytes}) => `${field} ${bytes}`)).toEqual([
    'start LF', 'CRC 9B52', 'length 003A', 'token "SIA-DCS"', 'sequence 0042', 'line L0', 'account #1234',
    'data [#1234|Nri1/BA003]', 'time _10:20:30,11-23-2026', 'end CR',
  ]) // biome-ignore format: one frame
  expect(fields.map(({meaning}) => meaning)[7]).toBe('BA new: Burglary alarm, partition 1, zone 3')
})

const encryptedLength = frameOf('"*NULL"0000L0#1234[EDA37761CC13376DD2E29C4EE3DA3621', {length: '0023'})

const CASES: readonly (readonly [name: string, bytes: Uint8Array, fields: readonly string[], options?: ExamineOptions])[] = [
  ['a bad check sum', frameOf(body, {crc: '1234'}), ['CRC · wrong · 9B52']],
  ['a check sum over the CR', Buffer.from('\nBCD30027"ADM-CID"1533L0#4F39[#4F39|1412 00 000]\r'), ['CRC · wrong · 52A3 · CRC includes the CR (Eldes panels)']],
  ['a check sum in lower case', Buffer.from('\n983b0023"SIA-DCS"0008L0#1234[#1234|Nri1BA3]\r'), ['CRC · odd · 983B']],
  ['a check sum in two raw bytes', rawCrcFrame(body), ['CRC · odd']],
  ['a length in decimal', frameOf(body, {length: '0058'}), ['length · wrong · 003A · length written as decimal']],
  ['a length of the cipher text in bytes', encryptedLength, ['length · wrong · 0033 · length counts the cipher text in bytes, not in hex digits', 'cipher text · unknown']],
  ['nothing of the time counted', Buffer.from('\n87CD0037"ADM-CID"9876R579BDFL789ABC#12345A[#12345A|1110 00 129]_14:12:04,09-25-2011\r'), ['CRC · wrong · 9692 · CRC stops before the timestamp', 'length · wrong · 004B · length stops before the timestamp']],
  ['a frame from a log, without LF and CR', frameOf(body).subarray(1, -1), ['start · odd · LF', 'end · odd · CR']],
  ['no CR', frameOf(body).subarray(0, -1), ['end · wrong · CR']],
  ['no LF', frameOf(body).subarray(1), ['start · wrong · LF']],
  ['no line prefix', frameOf('"NULL"0000#1234[]'), ['line · odd']],
  ['the word None', frameOf('"ACK"0007NoneL0#1234[]'), ['receiver · odd']],
  ['an account beyond F', frameOf('"NULL"0000L0#XTRM189[]'), ['account · odd']],
  ['an account of two characters', frameOf('"NULL"0000L0#12[]'), ['account-length · wrong · 3 to 16 hex digits']],
  ['an unknown token', frameOf('"HENG-BO"0001L0#1234[]'), ['token · wrong · SIA-DCS, ADM-CID, NULL, ACK, NAK, DUH, RSP']],
  ['a word of the language for a token', frameOf('"constructor"0001L0#1234[]'), ['token · wrong · SIA-DCS, ADM-CID, NULL, ACK, NAK, DUH, RSP']],
  ['an unknown code of another account', frameOf('"SIA-DCS"0001L0#1234[#9999|NZX3]'), ['data · odd', 'data · odd']],
  ['extended data', frameOf('"SIA-DCS"0001L0#1234[#1234|NBA3][Ihall][X1234567890123][q]'), ['x-data · odd · at most 12', 'x-data · odd · a letter of the protocol']],
  ['an impossible date', frameOf('"NULL"0000L0#1234[]_10:20:30,23-11-2026'), ['time · wrong · HH:MM:SS,MM-DD-YYYY of the calendar · day and month swapped']],
  ['an old time, when nobody says when it came', frameOf('"NULL"0000L0#1234[]_10:20:30,11-23-2016'), []],
  ['a time two hours ahead of its coming', frameOf(`"NULL"0000L0#1234[]_${stamp(NOW + 7_200_000)}`), ['time · wrong · about 10:20:30,11-23-2026 · local time sent as UTC: +2 h'], {receivedAt: NOW}],
  ['another protocol', Buffer.from('\nLFQ=600#CRC=1234##\r'), ['head · wrong · CRC and 0LLL · an Aritech protocol, not DC-09']],
  ['a request of a browser', Buffer.from('GET / HTTP/1.1\r\n'), ['start · odd · LF', 'head · wrong · CRC and 0LLL · HTTP, not DC-09', 'end · odd · CR']],
] // biome-ignore format: one case a line

test.each(CASES.map(([name, bytes, expected, options]) => ({name, bytes, expected, options})))(
  'examine: $name',
  (one) => {
    expect(unwell(one.bytes, one.options)).toEqual(one.expected)
  },
)

const encrypted = Buffer.from(
  '\n2BFC0076"*SIA-DCS"0008L0#1234[2B521ADC867E0D2F0D373D87BD4C2D3B8A5199AD3895566083A5D46C2FBA4F100B51EE8A2599DB4F62663E4B0B3615C5\r',
)
const key = parseKey(new Secret('ABCDABCDABCDABCD'), 'ascii')
const otherKey = parseKey(new Secret('0'.repeat(32)), 'hex')

test('examine: an encrypted frame without its key is not judged, with it every field inside is shown', () => {
  expect(unwell(encrypted)).toEqual(['cipher text · unknown'])
  const inside = examineFrame(encrypted, {key}).slice(7)
  expect(inside.map(({field, verdict, meaning}) => [field, verdict, meaning])).toEqual([
    ['cipher text', 'ok', `AES-128-CBC, opened by the key ${key.fingerprint}`],
    ['data', 'ok', 'BA new: Burglary alarm, partition 1, zone 3'],
    ['time', 'ok', 'UTC, month before day'],
    ['end', 'ok', 'the frame ends'],
  ])
})

test('examine: a key that is right in its other form is said to be', () => {
  const wrong = ['cipher text · wrong · pad, |, data, ] and a time']
  expect(unwell(encrypted, {key: otherKey})).toEqual([
    `${wrong} · another key, or the key in its other form (hex or ASCII)`,
  ])
  expect(unwell(encrypted, {key: otherKey, otherKey: key})).toEqual([
    `${wrong} · the key is right in its other form (hex or ASCII)`,
  ])
})

test('examine: key material in extended data is not shown', () => {
  const fields = examineFrame(frameOf('"SIA-DCS"0001L0#1234[#1234|NBA3][KCANARY]'))
  expect(JSON.stringify(fields)).not.toContain('CANARY')
})

test('examine: whatever is pasted has fields, never an exception', () => {
  const noise = fc.oneof(
    fc.uint8Array({maxLength: 80}),
    fc.string({unit: fc.constantFrom(...'"*SIADC-NUL0123RL#[]_|:,'), maxLength: 60}).map((text) => frameOf(text)),
  )
  fc.assert(
    fc.property(noise, (bytes) => {
      expect(examineFrame(bytes, {key, receivedAt: NOW}).length).toBeGreaterThan(2)
    }),
  )
})

test.each([
  ['text with \\n and \\r', String.raw`\n1EF20013"NULL"0000L0#1234[]\r`, '\n1EF20013"NULL"0000L0#1234[]\r'],
  ['raw text, with the line end of echo', '\n1EF20013"NULL"0000L0#1234[]\r\n', '\n1EF20013"NULL"0000L0#1234[]\r'],
  ['a line of a log', '  1EF20013"NULL"0000L0#1234[]\n', '1EF20013"NULL"0000L0#1234[]'],
  ['<LF> and <CR>', '<LF>1EF20013"NULL"0000L0#1234[]<CR>', '\n1EF20013"NULL"0000L0#1234[]\r'],
  ['raw bytes as \\x', String.raw`\n\x9b\x52003A"x`, '\n\x9bR003A"x'],
  ['hex', '0a224e554c4c220d', '\n"NULL"\r'],
  ['hex with blanks and colons', '0A 22:4e:55 4c4c 22 0d\n', '\n"NULL"\r'],
  ['hex digits that are text', '1EF20013', '1EF20013'],
])('paste: %s', (_, text, bytes) => {
  expect(Buffer.from(bytesOfPaste(text)).toString('latin1')).toBe(bytes)
})

test('paste: nothing, and too much, are refused', () => {
  for (const text of ['', ' \n', 'x'.repeat(70_000)]) expect(() => bytesOfPaste(text)).toThrow('CW_BAD_VALUE')
})

test.each([
  ['two hours ahead', stamp(NOW + 7_200_000), 'local time sent as UTC: +2 h'],
  ['five and a half hours behind', stamp(NOW - 19_800_000), 'local time sent as UTC: −5.5 h'],
  ['day before month', '10:20:30,12-11-2026', 'day and month swapped', Date.UTC(2026, 10, 12, 10, 20, 30)],
  ['another year', '10:20:30,11-23-2016', 'the year is wrong'],
  ['1970', '00:00:10,01-01-1970', 'the clock was never set'],
  ['three minutes old', stamp(NOW - 180_000), 'an old message sent again, or a clock that is slow'],
  ['three minutes ahead', stamp(NOW + 180_000), 'a clock that is fast'],
  ['no time', 'noon', undefined],
] as const)('clock: %s', (_, timestamp, likely, now: number = NOW) => {
  expect(likelyClock(timestamp, now)).toBe(likely)
})

const file = new URL('../../../shared/reference/dc09-vectors.json', import.meta.url)
interface Vector {
  readonly id: string
  readonly category: string
  readonly frame: string
  readonly frameHex?: string
  readonly keyHex?: string
}

describe.skipIf(!existsSync(file))('examine: the shared vectors', () => {
  const vectors: readonly Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).vectors : []
  /** An unknown code is acknowledged and flagged; the encrypted ones without a key cannot be judged. */
  const accepted = ({id, category}: Vector) =>
    !['mismatch-sample', 'negative'].includes(category) || id === 'neg-unknown-code'

  test.each(vectors.map((vector) => [vector.id, vector] as const))('%s: refused by a receiver or not', (_, vector) => {
    const key = vector.keyHex === undefined ? undefined : parseKey(new Secret(vector.keyHex), 'hex')
    const bytes = vector.frameHex ? Buffer.from(vector.frameHex, 'hex') : Buffer.from(vector.frame, 'latin1')
    const wrong = examineFrame(bytes, {key}).filter(({verdict}) => verdict === 'wrong')
    expect([wrong.length === 0, wrong]).toEqual([accepted(vector), wrong])
  })
})
