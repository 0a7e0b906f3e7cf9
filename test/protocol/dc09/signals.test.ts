import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Signal} from '../../../src/model/signal.ts'
import type {Frame} from '../../../src/protocol/dc09/frame.ts'
import {signalsOf} from '../../../src/protocol/dc09/signals.ts'

const sia = (data: string, change: Partial<Frame> = {}): Frame => ({
  token: 'SIA-DCS',
  encrypted: false,
  seq: 8,
  line: '0',
  account: '1234',
  data,
  xdata: [],
  timestamp: '10:20:30,11-23-2026',
  crcForm: 'hex',
  ...change,
})
const contactId = (data: string) => sia(data, {token: 'ADM-CID'})

type Essence = Omit<Signal, 'raw' | 'occurredAt'>
const BA: Essence = {account: '1234', scheme: 'sia', code: 'BA', qualifier: 'new'}

const CASES: readonly (readonly [frame: Frame, signals: readonly Essence[], lints?: readonly string[]])[] = [
  [sia('#1234|Nri1BA3'), [{...BA, partition: '1', zone: '3'}]],
  [sia('#1234|Nri1/BA003'), [{...BA, partition: '1', zone: '3'}]],
  [sia('#1234|NBA3'), [{...BA, zone: '3'}]],
  [sia('#1234|BA3'), [{...BA, zone: '3'}]],
  [sia('#1234|Nri1/BH3'), [{...BA, code: 'BH', qualifier: 'restore', partition: '1', zone: '3'}]],
  [sia('#1234|NHB0003'), [{...BA, code: 'HB', zone: '3'}]],
  [sia('#1234|NRR|Atest'), [{...BA, code: 'RR', qualifier: 'restore', text: 'test' as Signal['raw']}]],
  [sia('#1234|Nti20:50:26RP99'), [{...BA, code: 'RP', zone: '99'}]],
  [sia('#1234|Nri0RP2^any text^'), [{...BA, code: 'RP', zone: '2', text: 'any text' as Signal['raw']}]],
  [
    sia("#1234|Nri01^TOTAL^/LX901^centrale d'alarme JA-106K(R)^"),
    [{...BA, code: 'LX', qualifier: 'restore', partition: '1', zone: '901', text: "TOTAL / centrale d'alarme JA-106K(R)" as Signal['raw']}],
  ],
  [sia('#1234|Nri04/OP001NM'), [{...BA, code: 'OP', partition: '4', zone: '1'}]],
  [sia('#1234|Nri1/BA003*"Front door"NM'), [{...BA, partition: '1', zone: '3', text: 'Front door' as Signal['raw']}]],
  [sia('#1234|Nri1/BA3/FA4'), [{...BA, partition: '1', zone: '3'}, {...BA, code: 'FA', partition: '1', zone: '4'}]],
  [sia('|Nri1/RP000'), [{...BA, code: 'RP', partition: '1'}]],
  [sia('Nri1/WA000'), [{...BA, code: 'WA', partition: '1'}]],
  [sia('#1234|Nid7OP'), [{...BA, code: 'OP', zone: '7'}]],
  [sia('#1234|Nid7CG2'), [{...BA, code: 'CG', qualifier: 'restore', partition: '2', zone: '7'}]],
  [sia('#001234|NBA3'), [{...BA, zone: '3'}], ['padded-account']],
  [sia('#9999|NBA3'), [{...BA, account: '9999', zone: '3'}], ['other-account']],
  [sia('#ab12|NBA3', {account: ''}), [{...BA, account: 'AB12', zone: '3'}]],
  [sia('#1234|Nri1/ZX003'), [{...BA, code: 'ZX', partition: '1', zone: '3'}], ['unknown-code']],
  [sia('#1234|NBA3', {seq: 0}), [{...BA, zone: '3'}], ['zero-sequence']],
  [sia('#1234|~~~'), [{...BA, code: '?', text: '~~~' as Signal['raw']}], ['unreadable-data']],
  [sia(''), []],
  [sia('#1234|'), []],
  [contactId('#1234|1130 01 015'), [{account: '1234', scheme: 'contact-id', code: '130', qualifier: 'new', partition: '1', zone: '15'}]],
  [contactId('#1234|3130 01 015'), [{account: '1234', scheme: 'contact-id', code: '130', qualifier: 'restore', partition: '1', zone: '15'}]],
  [contactId('#1234|6302 00 000'), [{account: '1234', scheme: 'contact-id', code: '302', qualifier: 'status'}]],
  [contactId('#1234|3401 01 057'), [{account: '1234', scheme: 'contact-id', code: '401', qualifier: 'restore', partition: '1', zone: '57'}]],
  [contactId('#1234|2130 01 015'), [{account: '1234', scheme: 'contact-id', code: '?', qualifier: 'new', text: '2130 01 015' as Signal['raw']}], ['unreadable-data']],
] // biome-ignore format: one case a line

const named = CASES.map(([frame, signals, lints = []]) => ({
  data: `${frame.token} ${frame.data}`,
  frame,
  signals,
  lints,
}))

test.each(named)('signals: $data', ({frame, signals, lints}) => {
  const report = signalsOf(frame)
  const essence = report.signals.map(({raw: _raw, occurredAt: _at, ...rest}) => rest)
  expect([essence, report.lints]).toEqual([signals, lints])
  const at = Date.UTC(2026, 10, 23, 10, 20, 30)
  for (const signal of report.signals) expect([signal.raw, signal.occurredAt]).toEqual([frame.data, at])
})

test('signals: without a time, or with an impossible one, nothing is made up', () => {
  const {timestamp: _, ...untimed} = sia('#1234|NBA3')
  expect(signalsOf(untimed)).toMatchObject({lints: ['no-timestamp']})
  expect(signalsOf(untimed).signals[0]).not.toHaveProperty('occurredAt')
  expect(signalsOf(sia('#1234|NBA3', {timestamp: '10:20:30,13-23-2026'})).signals[0]).not.toHaveProperty('occurredAt')
})

test('signals: text in UTF-8 and in Windows-1252 is read, and made harmless', () => {
  const textOf = (bytes: Buffer) => signalsOf(sia(`#1234|NBA3^${bytes.toString('latin1')}^`)).signals[0]?.text
  expect(textOf(Buffer.from('大门 – Tür'))).toBe('大门 – Tür')
  expect(textOf(Buffer.from('T\xfcr \x80', 'latin1'))).toBe('Tür €')
  expect(textOf(Buffer.from('\x1b[31mred\x07'))).toBe('␛[31mred␇')
})

test('signals: whatever the data block holds, an event is made of it or it is empty', () => {
  const block = fc.string({unit: fc.constantFrom(...'NOAri1d/BA^|*"#03 \x80\xff\x1b]['), maxLength: 60})
  fc.assert(
    fc.property(block, fc.constantFrom('SIA-DCS', 'ADM-CID'), (data, token) => {
      const {signals} = signalsOf(sia(`#1234|${data}`, {token}))
      expect(signals.length === 0).toBe(data.replace(/^\|/, '') === '')
    }),
  )
})
