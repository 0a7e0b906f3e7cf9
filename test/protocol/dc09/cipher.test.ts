import {createCipheriv} from 'node:crypto'
import {existsSync, readFileSync} from 'node:fs'
import {inspect} from 'node:util'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {Secret} from '../../../src/lib/secret.ts'
import {open, seal} from '../../../src/protocol/dc09/cipher.ts'
import {encodeFrame, type Frame, readFrame} from '../../../src/protocol/dc09/frame.ts'
import {AccountKey, otherForm, parseKey, wrongKey} from '../../../src/protocol/dc09/key.ts'

const key = new AccountKey(Buffer.from('ABCDABCDABCDABCDABCDABCDABCDABCD', 'hex'))
const plain: Frame = {
  token: 'SIA-DCS',
  encrypted: false,
  seq: 8,
  line: '0',
  account: '1234',
  data: '#1234|Nri1BA3',
  xdata: [],
  timestamp: '10:20:30,11-23-2026',
  crcForm: 'hex',
}

/** Clear text as given, encrypted by Node.js alone, in the frame of `plain`. */
function sealed(text: string, change: Partial<Frame> = {}): Frame {
  const bytes = Buffer.from(text, 'latin1')
  const cipher = createCipheriv('aes-128-cbc', key.reveal(), Buffer.alloc(16)).setAutoPadding(false)
  const {timestamp: _, ...header} = plain
  return {...header, encrypted: true, data: cipher.update(bytes).toString('hex').toUpperCase(), ...change}
}

/** Frames of other programs and of a second AES implementation: what they say, and the pad that makes the same bytes again. */
const CASES = [
  {name: 'AES-128 (dc09_spt)', bits: 'ABCDABCD'.repeat(4), pad: '5343672b77465a512d4d792273', seq: 8, data: '#1234|Nri1BA3', timestamp: '04:36:13,11-23-2026',
    frame: '\n0FD10076"*SIA-DCS"0008L0#1234[EDA37761CC13376DD2E29C4EE3DA3621EC4128B767E60731E7A8FD57E16795E9F56688C08E5E461A2763620E0F11D178\r'},
  {name: 'AES-192', bits: '000102030405060708090A0B0C0D0E0F1011121314151617', pad: '30313233343536373839', seq: 100, data: '#1234|Nri1/BA003', timestamp: '10:20:30,11-23-2026',
    frame: '\n6A4B0076"*SIA-DCS"0100L0#1234[E8E32ED205240E197EF476046250D31BBBA304EDDEC7B1266538F282104587538CBFFA166994E709BA7D1B6C13F11CB9\r'},
  {name: 'AES-256 (dc09_spt)', bits: 'ABCDABCD'.repeat(8), pad: '3b7b505273703265593f431726', seq: 8, data: '#1234|Nri1BA3', timestamp: '04:36:14,11-23-2026',
    frame: '\n55F60076"*SIA-DCS"0008L0#1234[2F35E8734019C46B0597A32DDA05F2501C4131DF48FD75F558FB61D7B21EA8E6235C15239B1D460E889C922C009E42A8\r'},
  {name: 'a whole block of pad', bits: 'ABCDABCD'.repeat(4), pad: '51'.repeat(16), seq: 101, data: '#1234|Nri1/BA03^ABXXXXXXX^', timestamp: '10:20:30,11-23-2026',
    frame: '\n63F10096"*SIA-DCS"0101L0#1234[41A2ADE42F9FF9C9725D789FD7C22F46732B5F4054E56C6A386210C4E344EAB41FE3179DA24576924EA991787375519C855401432E1593D05E9448F5D584833C\r'},
] // biome-ignore format: one case in two lines

test.each(CASES)('cipher: $name opens, and is written again', ({bits, pad, seq, data, timestamp, frame}) => {
  const own = parseKey(new Secret(bits), 'hex')
  const wire = readFrame(Buffer.from(frame, 'latin1')).frame
  const clear = {...plain, seq, data, timestamp}
  expect(wire && open(wire, own)).toEqual({frame: clear, lints: []})
  const sixteen = Buffer.concat([Buffer.from(pad, 'hex'), Buffer.alloc(16)]).subarray(0, 16)
  expect(Buffer.from(encodeFrame(seal(clear, own, sixteen))).toString('latin1')).toBe(frame)
})

const TOLERATED = [
  {name: 'an empty ACK without |', text: 'QQQQQQQQQQQ]_16:08:12,04-14-2015', token: 'ACK', data: '', lints: ['no-pad-mark']},
  {name: 'a | in an empty link test', text: 'QQQQQQQQQ||]_16:08:12,04-14-2015', token: 'NULL', data: '|', lints: []},
  {name: 'sixteen bytes behind the time', text: `QQQQQQQQQQ|]_16:08:12,04-14-2015${'\x10'.repeat(16)}`, token: 'ACK', data: '', lints: ['bytes-after-timestamp']},
  {name: 'a bracket in the pad', text: 'QQQQ[QQQQQ|]_16:08:12,04-14-2015', token: 'ACK', data: '', lints: ['pad-with-marks']},
  {name: 'dummy data of another account in a link test', text: 'QQQQQQQQQ|#0000|0000 00 000]_16:08:12,04-14-2015', token: 'NULL', data: '#0000|0000 00 000', lints: []},
  {name: 'an account padded with zeros', text: 'QQQQQQQQ|#001234|NRP000000]_16:08:12,04-14-2015'.padStart(48, 'Q'), token: 'SIA-DCS', data: '#001234|NRP000000', lints: []},
] // biome-ignore format: one case a line

test.each(TOLERATED)('cipher: $name is read', ({text, token, data, lints}) => {
  const {timestamp: _, ...header} = plain
  const frame = {...header, token, data, timestamp: '16:08:12,04-14-2015'}
  expect(open(sealed(text, {token}), key)).toEqual({frame, lints})
})

const DECRYPTION = {
  step: 'key',
  rule: 'decryption',
  expected: 'pad, |, data, ] and a time',
  got: 'bytes without that structure',
  likely: 'another key, or the key in its other form (hex or ASCII)',
}
const REFUSED = [
  ['no cipher text', {data: ''}, {step: 'key', rule: 'cipher-text', expected: 'a multiple of 32 hex digits', got: '0 hex digits'}],
  ['half a block', {data: 'A0'.repeat(24)}, {step: 'key', rule: 'cipher-text', expected: 'a multiple of 32 hex digits', got: '48 hex digits'}],
  ['what is no hex', {data: 'Z'.repeat(32)}, {step: 'key', rule: 'cipher-text', expected: 'a multiple of 32 hex digits', got: '32 characters'}],
  ['nothing with a structure', sealed('QQQQQQQQQQQQQQQQ'), DECRYPTION],
  ['a bracket and nothing else', sealed('QQQQQQQQQQQQQQQ]'), DECRYPTION],
  ['no time', sealed('QQQQQ|#1234|NBA]'), {step: 'timestamp', rule: 'timestamp', expected: 'a time: encrypted messages must carry one', got: 'none'}],
  ['a message of another account', sealed('QQQQQQ|#9999|NRP0]_16:08:12,04-14-2015'.padStart(48, 'Q')), {step: 'key', rule: 'data-account', expected: 'account 1234 inside', got: '#9999|NRP0'}],
] as const // biome-ignore format: one case a line

test.each(REFUSED)('cipher: %s is refused', (_, change, fault) => {
  expect(open({...sealed('Q'.repeat(16)), ...change}, key)).toEqual({frame: null, fault})
})

test('cipher: a wrong key is refused by the structure of what comes out', () => {
  const other = new AccountKey(Buffer.alloc(16, 7))
  expect(open(seal(plain, key, Buffer.alloc(16, 0x51)), other)).toEqual({frame: null, fault: DECRYPTION})
})

test('cipher: what has no time is not sent, nor with too few bytes to pad', () => {
  const {timestamp: _, ...untimed} = plain
  expect(() => seal(untimed, key, Buffer.alloc(16))).toThrow('CW_PROTOCOL_LOCAL')
  expect(() => seal(plain, key, Buffer.alloc(15))).toThrow('CW_PROTOCOL_LOCAL')
})

test('cipher: the pad never holds |, [ or ], and is all there in front of aligned data', () => {
  const data = '#1234|Nri1/BA03^ABXXXXXXX^'
  const frame = seal({...plain, data}, key, Buffer.from('|[]'.padEnd(16, '|'), 'latin1'))
  expect(frame.data).toHaveLength(128)
  const {timestamp} = plain
  expect(open(frame, key)).toEqual({frame: {...plain, data, timestamp}, lints: []})
})

const keys = fc.constantFrom(16, 24, 32).chain((length) => fc.uint8Array({minLength: length, maxLength: length}))
const text = fc.string({
  unit: fc.integer({min: 0x20, max: 0xff}).map((code) => String.fromCharCode(code)),
  maxLength: 60,
})

test('cipher: what was sealed opens as itself, and only with its key', () => {
  const pads = fc.uint8Array({minLength: 16, maxLength: 16})
  const datas = text.map((one) => `#1234|${one.replaceAll(/\]/g, '-')}`)
  fc.assert(
    fc.property(keys, pads, datas, (bytes, pad, data) => {
      const own = new AccountKey(bytes)
      const wire = readFrame(encodeFrame(seal({...plain, data}, own, pad)))
      expect(wire.frame && open(wire.frame, own)).toEqual({frame: {...plain, data}, lints: []})
      const flipped = new AccountKey(bytes.map((byte, index) => (index === 0 ? byte ^ 1 : byte)))
      expect(wire.frame && open(wire.frame, flipped).frame).toBeNull()
    }),
  )
})

test('cipher: any cipher text is opened or refused, never thrown at', () => {
  const hexes = fc.oneof(
    fc.uint8Array({maxLength: 96}).map((bytes) => Buffer.from(bytes).toString('hex')),
    fc
      .string({unit: fc.constantFrom(...'Q|]#1234_:,-0\x10\xff'), minLength: 16, maxLength: 64})
      .map((one) => sealed(one.slice(0, one.length - (one.length % 16))).data),
    text,
  )
  fc.assert(
    fc.property(hexes, (data) => {
      const reading = open({...sealed('Q'.repeat(16)), data}, key)
      if (!reading.frame) expect(reading.fault.step).toMatch(/key|timestamp/)
    }),
  )
})

test('key: 16, 24 and 32 bytes in either form; nothing prints it', () => {
  const bits = (written: string, form: 'hex' | 'ascii') => parseKey(new Secret(written), form).bits
  expect([bits('0'.repeat(32), 'hex'), bits('0'.repeat(48), 'hex'), bits('f'.repeat(64), 'hex')]).toEqual([
    128, 192, 256,
  ])
  expect([bits('k'.repeat(16), 'ascii'), bits('k'.repeat(24), 'ascii'), bits('k'.repeat(32), 'ascii')]).toEqual([
    128, 192, 256,
  ])
  const shown = parseKey(new Secret('CANARYCANARYCANA'), 'ascii')
  expect([String(shown), JSON.stringify({shown}), inspect(shown, {depth: 9, showHidden: true})].join()).not.toMatch(
    /CANARY|43414E/i,
  )
  expect(shown.fingerprint).toMatch(/^[0-9a-f]{8}$/)
})

test('key: it is found in what it must not stand in, in every way of writing', () => {
  const own = new AccountKey(Buffer.from('00112233445566778899aabbccddeeff', 'hex'))
  const texts = ['00112233445566778899AABBCCDDEEFF', '..00112233445566778899aabbccddeeff..', 'ABEiM0RVZneImaq7zN3u/w==']
  expect(texts.map((text) => own.isIn(Buffer.from(text)))).toEqual([true, true, true])
  expect(own.isIn(Buffer.concat([Buffer.from('['), own.reveal(), Buffer.from(']')]))).toBe(true)
  expect(own.isIn(Buffer.from('00112233445566778899AABBCCDDEEF'))).toBe(false)
  const other = wrongKey(own)
  expect([other.bits, other.fingerprint === own.fingerprint, own.isIn(other.reveal())]).toEqual([128, false, false])
})

test('key: an impossible one is refused by what would fit, without its text', () => {
  const message = (written: string, form: 'hex' | 'ascii') => {
    try {
      return parseKey(new Secret(written), form).bits
    } catch (error) {
      return (error as Error).message
    }
  }
  expect(message('CANARYCANARYCANA', 'hex')).toBe(
    'CW_BAD_VALUE {"field":"key (hex)","value":"16 characters","expected":"32, 48 or 64 hex digits; as ascii it would be a 128-bit key"}',
  )
  expect(message('A'.repeat(48), 'ascii')).toContain('as hex it would be a 192-bit key')
  expect(message('CANARY', 'ascii')).toBe(
    'CW_BAD_VALUE {"field":"key (ascii)","value":"6 characters","expected":"16, 24 or 32 printable ASCII characters for AES-128, -192 or -256"}',
  )
  expect(message('', 'hex')).toContain('0 characters')
  expect(otherForm(new Secret('A'.repeat(32)), 'hex')?.bits).toBe(256)
  expect(otherForm(new Secret('A'.repeat(16)), 'hex')?.bits).toBe(128)
  expect(otherForm(new Secret('z'.repeat(32)), 'ascii')).toBeUndefined()
})

const file = new URL('../../../../shared/reference/dc09-vectors.json', import.meta.url)
interface Vector {
  readonly id: string
  readonly frame: string
  readonly keyHex?: string
  readonly padHex: string
  readonly expect: {readonly data: string; readonly xdata?: readonly string[]; readonly timestamp: string}
}

describe.skipIf(!existsSync(file))('cipher: the shared vectors', () => {
  const all: readonly Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).vectors : []
  const vectors = all.filter(({keyHex}) => keyHex !== undefined)

  test.each(vectors.map((vector) => [vector.id, vector] as const))(
    '%s opens as it says, and is written again',
    (id, vector) => {
      const own = parseKey(new Secret(vector.keyHex ?? ''), 'hex')
      const wire = readFrame(Buffer.from(vector.frame, 'latin1'))
      const opening = wire.frame && open(wire.frame, own)
      const {data, xdata = [], timestamp} = vector.expect
      expect(opening?.frame).toMatchObject({encrypted: false, data, xdata, timestamp})
      if (!opening?.frame || id === 'peer-ack-enc-iobroker') return
      const pad = Buffer.concat([Buffer.from(vector.padHex, 'hex'), Buffer.alloc(16)]).subarray(0, 16)
      const written = Buffer.from(encodeFrame(seal(opening.frame, own, pad))).toString('latin1')
      const lengthDigits = (one: string) => one.slice(0, 5) + one.slice(5, 9).toUpperCase() + one.slice(9)
      expect(written).toBe(lengthDigits(vector.frame))
    },
  )

  test('there are vectors of every key length', () => {
    expect(vectors.length).toBe(9)
  })
})
