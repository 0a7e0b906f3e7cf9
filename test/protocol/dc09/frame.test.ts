import {existsSync, readFileSync} from 'node:fs'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {decode, encodeFrame, type Frame, readFrame} from '../../../src/protocol/dc09/frame.ts'
import {expectDecodes, valueOrRemoteError} from '../../support/codec.ts'
import {frameOf, rawCrcFrame} from '../../support/dc09.ts'

const plain = {encrypted: false, seq: 8, line: '0', account: '1234', data: '', xdata: [], crcForm: 'hex'} as const

/** Frames from the field and from other programs' tests, with what they say. The first group is also what we write. */
const CASES: readonly {readonly name: string; readonly text: string; readonly frame: Frame}[] = [
  {
    name: 'SIA event without time',
    text: '\n983B0023"SIA-DCS"0008L0#1234[#1234|Nri1BA3]\r',
    frame: {...plain, token: 'SIA-DCS', data: '#1234|Nri1BA3'},
  },
  {
    name: 'Contact ID event',
    text: '\n70B80027"ADM-CID"0007L0#1234[#1234|1130 01 015]\r',
    frame: {...plain, token: 'ADM-CID', seq: 7, data: '#1234|1130 01 015'},
  },
  {name: 'link test', text: '\n1EF20013"NULL"0000L0#1234[]\r', frame: {...plain, token: 'NULL', seq: 0}},
  {
    name: 'NAK: account A0 without a #',
    text: '\nE4410025"NAK"0000R0L0A0[]_16:20:01,09-24-2025\r',
    frame: {...plain, token: 'NAK', seq: 0, receiver: '0', account: 'A0', timestamp: '16:20:01,09-24-2025'},
  },
  {
    name: 'R and L of more than one digit, text block',
    text: '\nF4D20029"SIA-DCS"0001RF3L77#1234[#1234|NRR|Atest]\r',
    frame: {...plain, token: 'SIA-DCS', seq: 1, receiver: 'F3', line: '77', data: '#1234|NRR|Atest'},
  },
  {
    name: 'RSP: an acknowledgement with data',
    text: '\nE566004E"RSP"0045RC0FFDL1234#080027E62A64[#080027E62A64|NZZOR0003]_15:15:25,06-22-2015\r',
    frame: {
      ...plain,
      token: 'RSP',
      seq: 45,
      receiver: 'C0FFD',
      line: '1234',
      account: '080027E62A64',
      data: '#080027E62A64|NZZOR0003',
      timestamp: '15:15:25,06-22-2015',
    },
  },
  {
    name: 'DUH for the longest account',
    text: frameOf('"DUH"9999RFFFFFFLFFFFFF#0123456789ABCDEF[]').toString('latin1'),
    frame: {...plain, token: 'DUH', seq: 9999, receiver: 'FFFFFF', line: 'FFFFFF', account: '0123456789ABCDEF'},
  },
  {
    name: 'Contact ID of the shortest account, with extended data and time',
    text: frameOf('"ADM-CID"0001L0#ABC[#ABC|1130 01 015][Ihall][X115000]_10:20:30,11-23-2026').toString('latin1'),
    frame: {
      ...plain,
      token: 'ADM-CID',
      seq: 1,
      account: 'ABC',
      data: '#ABC|1130 01 015',
      xdata: ['Ihall', 'X115000'],
      timestamp: '10:20:30,11-23-2026',
    },
  },
  {
    name: 'an encrypted message, unopened',
    text: '\n0FD10076"*SIA-DCS"0008L0#1234[EDA37761CC13376DD2E29C4EE3DA3621EC4128B767E60731E7A8FD57E16795E9F56688C08E5E461A2763620E0F11D178\r',
    frame: {
      ...plain,
      token: 'SIA-DCS',
      encrypted: true,
      data: 'EDA37761CC13376DD2E29C4EE3DA3621EC4128B767E60731E7A8FD57E16795E9F56688C08E5E461A2763620E0F11D178',
    },
  },
  {
    name: 'a check sum as two raw bytes',
    text: rawCrcFrame('"NULL"0000L0#1234[]_10:20:30,11-23-2026').toString('latin1'),
    frame: {...plain, token: 'NULL', seq: 0, timestamp: '10:20:30,11-23-2026', crcForm: 'binary'},
  },
]

/** Read, but never written like this. */
const TOLERATED: typeof CASES = [
  {
    name: 'no L prefix',
    text: '\n3BAC0029"SIA-DCS"0002#0123[#0123|Nti20:50:26RP99]\r',
    frame: (({line: _, ...rest}) => ({
      ...rest,
      token: 'SIA-DCS',
      seq: 2,
      account: '0123',
      data: '#0123|Nti20:50:26RP99',
    }))(plain),
  },
  {
    name: 'length and CRC in lower case',
    text: '\n01fc0037"ACK"0000Rc0ffdL1234#080027E62A64[]_12:10:40,06-22-2015\r',
    frame: {
      ...plain,
      token: 'ACK',
      seq: 0,
      receiver: 'c0ffd',
      line: '1234',
      account: '080027E62A64',
      timestamp: '12:10:40,06-22-2015',
    },
  },
  {
    name: 'extended data three times',
    text: '\n7C37006b"SIA-DCS"0000RC0FFDL1234#080027E62A64[#080027E62A64|NHB0003][X115000][X115000][X115000]_13:53:11,06-22-2015\r',
    frame: {
      ...plain,
      token: 'SIA-DCS',
      seq: 0,
      receiver: 'C0FFD',
      line: '1234',
      account: '080027E62A64',
      data: '#080027E62A64|NHB0003',
      xdata: ['X115000', 'X115000', 'X115000'],
      timestamp: '13:53:11,06-22-2015',
    },
  },
  {
    name: 'account beyond F',
    text: '\n31FD0018"NULL"0000R0L0#XTRM189[]\r',
    frame: {...plain, token: 'NULL', seq: 0, receiver: '0', account: 'XTRM189'},
  },
  {
    name: 'the word None for an absent R',
    text: '\n64D30016"ACK"0007NoneL0#1234[]\r',
    frame: {...plain, token: 'ACK', seq: 7},
  },
  {
    name: 'check sum as two raw bytes',
    text: rawCrcFrame('"SIA-DCS"0042L0#1234[#1234|Nri1/BA003]_10:20:30,11-23-2026').toString('latin1'),
    frame: {
      ...plain,
      token: 'SIA-DCS',
      seq: 42,
      data: '#1234|Nri1/BA003',
      timestamp: '10:20:30,11-23-2026',
      crcForm: 'binary',
    },
  },
]

const bytesOf = (text: string) => Buffer.from(text, 'latin1')

test.each([...CASES, ...TOLERATED])(
  'frame: decodes $name, whole, byte by byte and with bytes behind it',
  ({text, frame}) => {
    expectDecodes(decode, bytesOf(text), {frame})
  },
)

test.each(CASES)('frame: writes $name', ({text, frame}) => {
  expect(Buffer.from(encodeFrame(frame)).toString('latin1')).toBe(text)
})

test('frame: a raw check sum may hold LF, CR and the quote', () => {
  for (const wanted of [0x0a, 0x0d, 0x22]) {
    const body = bodyWithCrcByte(wanted)
    const frame: Frame = {...plain, token: 'NULL', line: body.slice(11, -7), seq: 0, crcForm: 'binary'}
    expectDecodes(decode, rawCrcFrame(body), {frame})
  }
})

/** A link test whose check sum has the byte in it; the L field is free to be tried. */
function bodyWithCrcByte(wanted: number): string {
  for (let line = 0; line < 0xffffff; line++) {
    const body = `"NULL"0000L${line.toString(16).toUpperCase()}#1234[]`
    const raw = rawCrcFrame(body)
    if (raw[1] === wanted) return body
  }
  throw new Error('no such body')
}

const REFUSED = [
  {
    name: 'a wrong check sum',
    bytes: frameOf('"NULL"0000L0#1234[]', {crc: '1234'}),
    fault: {step: 'crc', rule: 'crc', expected: '1EF2', got: '1234'},
  },
  {
    name: 'a check sum over the CR as well, as Eldes panels have it',
    bytes: bytesOf('\nBCD30027"ADM-CID"1533L0#4F39[#4F39|1412 00 000]\r'),
    fault: {step: 'crc', rule: 'crc', expected: '52A3', got: 'BCD3', likely: 'CRC includes the CR (Eldes panels)'},
  },
  {
    name: 'the sample printed in the standard: nothing of the time is counted',
    bytes: bytesOf('\n87CD0037"ADM-CID"9876R579BDFL789ABC#12345A[#12345A|1110 00 129]_14:12:04,09-25-2011\r'),
    fault: {
      step: 'length',
      rule: 'length',
      expected: '004B',
      got: '0037',
      likely: 'length stops before the timestamp',
    },
  },
  {
    name: 'a length in decimal',
    bytes: frameOf('"NULL"0000L0#1234[]', {length: '0019'}),
    fault: {step: 'length', rule: 'length', expected: '0013', got: '0019', likely: 'length written as decimal'},
  },
  {
    name: 'letters in the number',
    bytes: frameOf('"NULL"00A0L0#1234[]'),
    fault: {step: 'header', rule: 'header', expected: '"id"seq[Rrcvr]Lpref#acct[', got: '"NULL"00A0L0#1234[]'},
  },
  {
    name: 'an account of two characters',
    bytes: frameOf('"NULL"0000L0#12[]'),
    fault: {step: 'header', rule: 'account-length', expected: '3 to 16 hex digits', got: '12'},
  },
  {
    name: 'something behind the data that is no time',
    bytes: frameOf('"NULL"0000L0#1234[]x'),
    fault: {step: 'header', rule: 'timestamp', expected: '_HH:MM:SS,MM-DD-YYYY', got: 'x'},
  },
  {
    name: 'another protocol',
    bytes: bytesOf('\nLFQ=600#CRC=1234##\r'),
    fault: {step: 'framing', rule: 'head', expected: 'CRC and 0LLL', got: 'LFQ=600#'},
  },
]

test.each(REFUSED)('frame: refuses $name and says why', ({bytes, fault}) => {
  expect(readFrame(bytes)).toEqual({frame: null, fault})
  expect(valueOrRemoteError(() => decode(bytes))).toBe('remote error')
})

test('frame: oddities are named', () => {
  const lintsOf = (bytes: Buffer) => {
    const reading = readFrame(bytes)
    return reading.frame ? reading.lints : reading.fault
  }
  expect(lintsOf(frameOf('"NULL"0000#XYZ1[]_10:20:30,11-23-2026zz'))).toEqual([
    'no-line',
    'account-not-hex',
    'bytes-after-timestamp',
  ])
  expect(lintsOf(rawCrcFrame('"NULL"0000NoneL0[]'))).toEqual(['binary-crc', 'none-literal', 'no-account'])
  expect(lintsOf(bytesOf('\n31fd0018"NULL"0000R0L0#XTRM189[]\r'))).toEqual(['lower-case-hex', 'account-not-hex'])
})

test.each([
  ['a sequence number of five digits', {seq: 10_000}],
  ['an account of two digits', {account: '12'}],
  ['a line end in the data', {data: 'a\rb'}],
  ['a character wider than a byte', {data: '银'}],
  ['a bracket in extended data', {xdata: ['X]']}],
  ['a time that is none', {timestamp: 'noon'}],
  ['more than 4095 bytes', {data: 'x'.repeat(4096)}],
])('frame: does not write %s', (_, change) => {
  expect(() => encodeFrame({...plain, token: 'SIA-DCS', ...change})).toThrow('CW_PROTOCOL_LOCAL')
})

const hex = (min: number, max: number) =>
  fc.string({unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: min, maxLength: max})
const latin1 = fc.string({
  unit: fc.integer({min: 0x20, max: 0xff}).map((code) => String.fromCharCode(code)),
  maxLength: 60,
})
const frames: fc.Arbitrary<Frame> = fc.record(
  {
    token: fc.constantFrom('SIA-DCS', 'ADM-CID', 'NULL', 'ACK', 'DUH', 'RSP', 'HENG-BO'),
    encrypted: fc.constant(false),
    seq: fc.integer({min: 0, max: 9999}),
    receiver: hex(1, 6),
    line: hex(1, 6),
    account: hex(3, 16),
    data: latin1.map((text) => text.replaceAll('][', '--').replace(/[\][]$/, '')),
    xdata: fc.array(
      latin1.map((text) => text.replaceAll(/[[\]]/g, '-')),
      {maxLength: 3},
    ),
    timestamp: fc.constant('10:20:30,11-23-2026'),
    crcForm: fc.constantFrom('hex', 'binary'),
  },
  {requiredKeys: ['token', 'encrypted', 'seq', 'line', 'account', 'data', 'xdata', 'crcForm']},
)

test('frame: what was written reads as itself', () => {
  fc.assert(
    fc.property(frames, fc.uint8Array({maxLength: 20}), (frame, rest) => {
      expect(decode(Buffer.concat([encodeFrame(frame), rest]))).toEqual({frame, rest: Buffer.from(rest)})
    }),
  )
})

test('frame: whatever a peer sends, decode returns, waits, or throws CW_PROTOCOL_REMOTE', () => {
  const start = fc.constantFrom('', '\n', '\n983B0023"SIA-DCS"', '\n1EF20013"NULL"0000L0#1234[]\r')
  fc.assert(
    fc.property(start, fc.uint8Array({maxLength: 200}), (head, noise) => {
      valueOrRemoteError(() => decode(Buffer.concat([Buffer.from(head), noise])))
    }),
  )
})

test('frame: with the right check sum any body is read or refused, never thrown at', () => {
  const ascii = fc.string({unit: fc.constantFrom(...'"*SIA-DCSNULACK0123RLA#[]_|:,x'), maxLength: 80})
  fc.assert(
    fc.property(ascii, (body) => {
      const reading = readFrame(frameOf(body))
      if (!reading.frame) expect(reading.fault.step).toMatch(/header|length/)
    }),
  )
})

/** Vectors with an oddity that we never write. */
const ODD: Readonly<Record<string, readonly string[]>> = {
  'sia-no-L-prefix': ['no-line'],
  'peer-ack-none-pysia': ['none-literal'],
}

const file = new URL('../../../../shared/reference/dc09-vectors.json', import.meta.url)
interface Vector {
  readonly id: string
  readonly category: string
  readonly frame: string
  readonly frameHex?: string
  readonly crcOk: boolean
  readonly lengthOk: boolean
  readonly expect: Readonly<Record<string, unknown>>
}

describe.skipIf(!existsSync(file))('frame: the shared vectors', () => {
  const vectors: readonly Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).vectors : []
  const bytes = ({frame, frameHex}: Vector) => (frameHex ? Buffer.from(frameHex, 'hex') : bytesOf(frame))
  const good = vectors.filter(
    ({crcOk, lengthOk, id}) => crcOk && lengthOk && !['neg-no-lf', 'neg-acct-2-chars'].includes(id),
  )

  test.each(good.map((vector) => [vector.id, vector] as const))('%s reads as it says', (_, vector) => {
    const reading = readFrame(bytes(vector))
    expect(reading.frame).not.toBeNull()
    if (!reading.frame) return
    const {token, encrypted, seq, receiver, line, account, data, xdata, timestamp} = reading.frame
    const {
      data: wantedData,
      xdata: wantedX,
      timestamp: wantedTime,
      q: _q,
      event: _e,
      partition: _p,
      zone: _z,
      ...header
    } = vector.expect
    expect({
      token: `${encrypted ? '*' : ''}${token}`,
      seq,
      ...(receiver ? {rcvr: receiver} : {}),
      ...(line ? {lpref: line} : {}),
      acct: account,
    }).toEqual(header)
    if (encrypted) expect(data).toMatch(/^[0-9A-Fa-f]+$/)
    else expect([data, xdata, timestamp]).toEqual([wantedData, wantedX ?? [], wantedTime])
  })

  test.each(good.map((vector) => [vector.id, vector] as const))(
    '%s is written again as it came, unless it has an oddity',
    (id, vector) => {
      const reading = readFrame(bytes(vector))
      if (!reading.frame) return expect.unreachable(id)
      // Hex in lower case and an absent L are read, never written; what a frame says is the same.
      const same = (text: string) => text.slice(0, 9).toUpperCase() + text.slice(9)
      const wire = bytes(vector).toString('latin1')
      const odd = reading.lints.filter((lint) => lint !== 'binary-crc' && lint !== 'account-not-hex')
      const written = Buffer.from(encodeFrame(reading.frame)).toString('latin1')
      if (odd.every((lint) => lint === 'lower-case-hex')) expect(written).toBe(same(wire))
      else expect([id, odd]).toEqual([id, ODD[id]])
    },
  )

  const bad = vectors.filter(({crcOk, lengthOk}) => !crcOk || !lengthOk)
  test.each(bad.map((vector) => [vector.id, vector] as const))('%s is refused', (_, vector) => {
    expect(readFrame(bytes(vector)).frame).toBeNull()
  })

  test('there are vectors of every kind', () => {
    expect([good.length, bad.length]).toEqual([34, 10])
  })
})

test.skipIf(existsSync(file))('the shared vectors are absent: own cases only', () => {
  expect(CASES.length).toBeGreaterThan(0)
})
