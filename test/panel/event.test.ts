import {expect, test} from 'vitest'
import {eventName, parseEvent} from '../../src/panel/event.ts'
import {examineFrame} from '../../src/panel/examine.ts'
import {frameBytes} from '../../src/panel/message.ts'
import {frameOf} from '../support/dc09.ts'

const CASES: readonly (readonly [text: string, token: string, block: string, name: string])[] = [
  ['BA', 'SIA-DCS', 'NBA', 'BA Burglary alarm'],
  ['BA zone 3 partition 1', 'SIA-DCS', 'Nri1/BA3', 'BA Burglary alarm'],
  ['burglary zone 3', 'SIA-DCS', 'NBA3', 'BA Burglary alarm'],
  ['burglary restore zone 3', 'SIA-DCS', 'NBH3', 'BH Burglary alarm restored'],
  ['Panic area 2 text help me', 'SIA-DCS', 'Nri2/PA^help me^', 'PA Panic alarm, manual call for help'],
  ['open user 7', 'SIA-DCS', 'NOP7', 'OP Disarmed by user (opening report)'],
  ['OP restore user 7', 'SIA-DCS', 'NCL7', 'CL Armed by user (closing report)'],
  ['130', 'ADM-CID', '1130 00 000', '130 Burglary alarm, unspecified'],
  ['130 zone 15 partition 1', 'ADM-CID', '1130 01 015', '130 Burglary alarm, unspecified'],
  ['R130 zone 15', 'ADM-CID', '3130 00 015', '130 Burglary alarm, unspecified'],
  ['3130 zone 15', 'ADM-CID', '3130 00 015', '130 Burglary alarm, unspecified'],
  ['130 restore zone 15', 'ADM-CID', '3130 00 015', '130 Burglary alarm, unspecified'],
  ['6302', 'ADM-CID', '6302 00 000', '302 System battery low'],
  ['1130 01 015', 'ADM-CID', '1130 01 015', '130 Burglary alarm, unspecified'],
  ['Nri1/BA3', 'SIA-DCS', 'Nri1/BA3', 'BA Burglary alarm'],
  ['NRR|Atest', 'SIA-DCS', 'NRR|Atest', 'RR Power-up after power loss'],
  ['NA zone 3', 'SIA-DCS', 'NNA3', 'NA No activity for the set time'],
  ['ZX', 'SIA-DCS', 'NZX', 'ZX ZX'],
  ['heartbeat', 'NULL', '', 'heartbeat'],
]

test.each(CASES)('event: %s', (text, token, block, name) => {
  const event = parseEvent(text)
  expect([event.text, event.token, event.block, eventName(event)]).toEqual([text, token, block, name])
})

test.each([
  '',
  'bogus',
  'ba',
  'BA zone',
  'BA zone x',
  'BA zone 3 3',
  'BA zone 10000',
  '130 zone 1000',
  '130 partition 100',
  '130 text x',
  'ZX restore',
  'BA text',
  'NBA3\u0007x',
  'BA text \u0007',
])('event: %j is none', (text) => {
  expect(() => parseEvent(text)).toThrow('CW_BAD_VALUE')
})

test('event: free text cannot end its own mark, open a bracket or a line', () => {
  expect(parseEvent('BA text a^b]c[d\u0001|e 银').block).toBe(`NBA^a'b c d  e ${Buffer.from('银').toString('latin1')}^`)
})

test('explain: every byte has its field, and joined they are the frame', () => {
  const bytes = frameBytes(
    parseEvent('BA zone 3 partition 1'),
    {account: '1234'},
    8,
    Date.UTC(2026, 10, 23, 10, 20, 30),
  )
  const fields = examineFrame(bytes)
  expect(fields.map(({field, bytes: part}) => [field, part])).toEqual([
    ['start', 'LF'],
    ['CRC', '4240'],
    ['length', '0038'],
    ['token', '"SIA-DCS"'],
    ['sequence', '0008'],
    ['line', 'L0'],
    ['account', '#1234'],
    ['data', '[#1234|Nri1/BA3]'],
    ['time', '_10:20:30,11-23-2026'],
    ['end', 'CR'],
  ])
  const joined = fields.map(({bytes: part}) => part.replace(/^LF$/, '\n').replace(/^CR$/, '\r')).join('')
  expect(joined).toBe(Buffer.from(bytes).toString('latin1'))
  expect(joined).toBe(frameOf('"SIA-DCS"0008L0#1234[#1234|Nri1/BA3]_10:20:30,11-23-2026').toString('latin1'))
  expect(fields[7]?.meaning).toBe('BA new: Burglary alarm, partition 1, zone 3')
})
