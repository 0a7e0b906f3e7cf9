import {expect, test} from 'vitest'
import {CONTACT_ID} from '../../../src/model/codes/contact-id.ts'
import {meaningOf, raisesAlarm, subjectOf} from '../../../src/model/codes/meaning.ts'
import {SIA} from '../../../src/model/codes/sia.ts'
import {conditionOf, siaQualifier, siaRestoreOf} from '../../../src/model/codes/sia-pairs.ts'
import type {CodeMeaning, Signal} from '../../../src/model/signal.ts'

type Coded = Pick<Signal, 'scheme' | 'code' | 'qualifier'>
const sia = (code: string): Coded => ({scheme: 'sia', code, qualifier: siaQualifier(code)})
const cid = (code: string, qualifier: Signal['qualifier'] = 'new'): Coded => ({scheme: 'contact-id', code, qualifier})

const burglary: CodeMeaning = {
  name: 'Burglary alarm',
  category: 'burglary',
  priority: 2,
  dispatch: 'police',
  known: true,
  latching: false,
  condition: 'BA',
}

const MEANINGS: readonly (readonly [signal: Coded, meaning: CodeMeaning, raises: boolean])[] = [
  [sia('BA'), burglary, true],
  [sia('BH'), {...burglary, name: 'Burglary alarm restored', priority: 4, dispatch: 'none'}, false],
  [sia('BR'), {...burglary, name: 'Burglary alarm or trouble cleared', priority: 4, dispatch: 'none'}, false],
  [cid('130'), {...burglary, name: 'Burglary alarm, unspecified', condition: '130'}, true],
  [cid('130', 'restore'), {...burglary, name: 'Burglary alarm, unspecified', priority: 4, dispatch: 'none', condition: '130'}, false],
  [cid('130', 'status'), {...burglary, name: 'Burglary alarm, unspecified', condition: '130'}, true],
  [sia('ZX'), {name: 'ZX', category: 'unknown', priority: 2, dispatch: 'none', known: false, latching: false, condition: 'ZX'}, true],
  [cid('9FF'), {name: '9FF', category: 'unknown', priority: 2, dispatch: 'none', known: false, latching: false, condition: '9FF'}, true],
] // biome-ignore format: one case a line

const named = MEANINGS.map(([signal, meaning, raises]) => ({...signal, signal, meaning, raises}))

test.each(named)('codes: $scheme $code $qualifier', ({signal, meaning, raises}) => {
  expect([meaningOf(signal), raisesAlarm(meaningOf(signal), signal)]).toEqual([meaning, raises])
})

test.each(['120', '121', '122', '123', '124', '125', '129'])(
  'codes: Contact ID %s, panic or hold-up, latches',
  (code) => {
    expect(meaningOf(cid(code))).toMatchObject({latching: true, priority: 1, dispatch: 'police'})
  },
)

test.each(['HA', 'PA', 'QA', 'ND'])('codes: SIA %s, panic or duress, latches', (code) => {
  expect(meaningOf(sia(code))).toMatchObject({latching: true, priority: 1, dispatch: 'police'})
})

test.each(['BA', 'FA', 'TA', 'HT', 'PT'])('codes: SIA %s does not latch', (code) => {
  expect(meaningOf(sia(code)).latching).toBe(false)
})

test.each([
  sia('RP'),
  sia('RX'),
  sia('TS'),
  sia('OP'),
  sia('CL'),
  sia('CA'),
  sia('BB'),
  sia('LB'),
  cid('401'),
  cid('401', 'restore'),
  cid('602'),
  cid('607'),
  cid('570'),
])('codes: $code is logged without an alarm', (signal) => {
  expect(raisesAlarm(meaningOf(signal), signal)).toBe(false)
})

test.each([sia('AT'), sia('YT'), sia('XX'), sia('TA'), sia('XT'), cid('301'), cid('350'), cid('384'), cid('414')])(
  'codes: $code raises an alarm: somebody has to do something',
  (signal) => {
    expect(raisesAlarm(meaningOf(signal), signal)).toBe(true)
  },
)

test('codes: every restore ends something that starts, except the six that end what no code starts', () => {
  const lonely = Object.keys(SIA).filter((code) => siaQualifier(code) === 'restore' && conditionOf(code) === code)
  expect(lonely).toEqual(['CF', 'NF', 'NL', 'NM', 'RR', 'XC'])
  for (const code of Object.keys(SIA))
    expect(siaQualifier(conditionOf(code)) === 'new' || lonely.includes(code)).toBe(true)
})

test('codes: what is sent for "restore" ends what was started', () => {
  expect(['BA', 'FA', 'PA', 'HA', 'TA', 'AT', 'YT', 'BB', 'OP', 'WA'].map(siaRestoreOf)).toEqual([
    'BH', 'FH', 'PH', 'HH', 'TR', 'AR', 'YR', 'BU', 'CL', 'WH',
  ]) // biome-ignore format: two rows to compare
  expect(siaRestoreOf('ZX')).toBeUndefined()
})

test('codes: nothing that may send out the police, the fire brigade or a doctor is below priority 3', () => {
  const rows = [...Object.entries(CONTACT_ID), ...Object.entries(SIA)]
  const low = rows.filter(
    ([, [, , priority, dispatch]]) => ['police', 'fire', 'medical'].includes(dispatch) && priority > 3,
  )
  expect(low).toEqual([])
  expect([Object.keys(CONTACT_ID).length, Object.keys(SIA).length]).toEqual([269, 325])
})

test('codes: names of the language runtime are no codes', () => {
  for (const code of ['constructor', '__proto__', 'toString']) {
    expect([meaningOf({scheme: 'sia', code, qualifier: 'new'}).known, meaningOf(cid(code)).known]).toEqual([
      false,
      false,
    ])
    expect([conditionOf(code), siaQualifier(code), subjectOf('sia', code)]).toEqual([code, 'new', 'zone'])
  }
})
