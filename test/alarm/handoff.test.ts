/** Hand-over to 110: which alarms a rule puts together, and that nothing is told twice. */
import {describe, expect, test} from 'vitest'
import {
  answer,
  drop,
  dropWithAlarms,
  type HandoverRecord,
  hand,
  type Proposal,
  propose,
} from '../../src/alarm/handoff.ts'
import {groundsFor, isDirect, isRuled} from '../../src/alarm/handoff-grounds.ts'
import {type HandoffRules, parseHandoffRules, SHANGHAI_2010} from '../../src/alarm/handoff-rules.ts'
import shanghai from '../../src/alarm/shanghai-2010.json' with {type: 'json'}
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm} from '../../src/model/alarm.ts'
import type {Handoff} from '../../src/model/handoff.ts'
import {alarmOf, NOON} from '../support/alarms.ts'

const by = safeText('anna')
const MINUTE = 60_000

/** Ids of rules with the alarms of each, `2-adjacent 1+2`. */
function rulesFor(
  alarm: Alarm,
  others: readonly Alarm[],
  options: {rules?: HandoffRules; names?: Record<string, string>} = {},
) {
  const {rules = SHANGHAI_2010, names = {}} = options
  const zoneName = ({zone = ''}: Alarm) => names[zone]
  return groundsFor(rules, alarm, {others, zoneName}, NOON).map(({rule, alarms}) => `${rule} ${alarms.join('+')}`)
}

const zone = (id: number, number: string, changes: Parameters<typeof alarmOf>[1] = {}) =>
  alarmOf(id, {zone: number, raisedAt: NOON - id * MINUTE, ...changes})

describe('two adjacent zones in succession', () => {
  test.each([
    {name: 'neighbouring numbers', other: zone(2, '4'), expected: ['2-adjacent 1+2']},
    {name: 'not the zone after the next', other: zone(2, '5'), expected: []},
    {name: 'not the same zone again', other: zone(2, '3', {code: 'BV'}), expected: []},
    {name: 'not in another partition', other: zone(2, '4', {partition: '2'}), expected: []},
    {name: 'not at another site', other: zone(2, '4', {site: 'elsewhere'}), expected: []},
    {name: 'not after the window', other: zone(2, '4', {raisedAt: NOON - 12 * MINUTE}), expected: []},
    {
      name: 'at the end of the window',
      other: zone(2, '4', {raisedAt: NOON - 11 * MINUTE}),
      expected: ['2-adjacent 1+2'],
    },
    {
      name: 'raised long ago, fired again just now',
      other: zone(2, '4', {raisedAt: NOON - 90 * MINUTE, firedAt: NOON, count: 2}),
      expected: ['2-adjacent 1+2'],
    },
    {name: 'not when it is closed', other: zone(2, '4', {handling: 'closed'}), expected: []},
    {
      name: 'not when it is out of service',
      other: zone(2, '4', {hidden: {as: 'out-of-service', mask: 1, owner: by, reason: by}}),
      expected: [],
    },
    {
      name: 'shelved all the same: it has fired',
      other: zone(2, '4', {hidden: {as: 'shelved', mask: 1, by, reason: by, until: NOON}}),
      expected: ['2-adjacent 1+2'],
    },
    {name: 'not a trouble', other: zone(2, '4', {category: 'power'}), expected: []},
  ])('$name', ({other, expected}) => {
    expect(rulesFor(zone(1, '3'), [zone(1, '3'), other])).toEqual(expected)
  })

  test('zones without numbers are nobody’s neighbours', () => {
    expect(rulesFor(zone(1, 'x'), [zone(2, 'y'), alarmOf(3, {zone: undefined})])).toEqual([])
  })

  test('three in a row are one ground', () => {
    expect(rulesFor(zone(1, '4'), [zone(2, '3'), zone(3, '5')])).toEqual(['2-adjacent 1+2+3'])
  })

  test('neighbours may be listed, whatever their numbers', () => {
    const rules = parseHandoffRules({...shanghai, neighbours: [['1234/-/3', '1234/-/17']]})
    expect(rulesFor(zone(1, '3'), [zone(2, '17')], {rules})).toEqual(['2-adjacent 1+2'])
  })
})

describe('two detectors of different principle', () => {
  test('told by the names of their zones', () => {
    const names = {3: 'Hall PIR', 9: '前门门磁', 12: 'Store PIR'}
    expect(rulesFor(zone(1, '3'), [zone(2, '9')], {names})).toEqual(['2-principle 1+2'])
    expect(rulesFor(zone(1, '3'), [zone(2, '12')], {names})).toEqual([])
  })

  test('or by the codes of their alarms', () => {
    expect(rulesFor(zone(1, '3', {code: '131'}), [zone(2, '9', {code: '132'})])).toEqual(['2-principle 1+2'])
    expect(rulesFor(zone(1, '3', {code: '131'}), [zone(2, '9', {code: '131'})])).toEqual([])
  })

  test('unknown principles are not different', () => {
    expect(rulesFor(zone(1, '3', {code: '131'}), [zone(2, '9')])).toEqual([])
  })
})

describe('what people find', () => {
  const panic = {category: 'panic', priority: 1, latching: true, code: 'PA'} as const
  test.each([
    {found: 'user-confirms', of: panic, expected: ['1-user 1']},
    {found: 'user-unreachable', of: panic, expected: ['1-user 1']},
    {found: 'user-denies', of: panic, expected: []},
    {found: 'user-confirms', of: {}, expected: []},
    {found: 'guard-confirms', of: {}, expected: ['3-guard 1']},
    {found: 'guard-denies', of: {}, expected: []},
    {found: 'video-confirms', of: {category: 'fire'}, expected: ['4-video 1']},
  ] as const)('$found', ({found, of, expected}) => {
    expect(rulesFor(alarmOf(1, {...of, checks: [{found, by, at: NOON}]}), [])).toEqual(expected)
  })

  test('before it fired again proves nothing', () => {
    const checks = [{found: 'guard-confirms' as const, by, at: NOON - 1}]
    expect(rulesFor(alarmOf(1, {checks, firedAt: NOON}), [])).toEqual([])
  })

  test('an emergency line that 110 has itself is said to be so', () => {
    const rule = {...shanghai.rules[5], accounts: ['1234']}
    const rules = parseHandoffRules({...shanghai, rules: [...shanghai.rules.slice(0, 5), rule]})
    const alarm = alarmOf(1, panic)
    const grounds = groundsFor(rules, alarm, {others: [], zoneName: () => undefined}, NOON)
    expect(grounds).toEqual([{rule: '5-direct', at: NOON, alarms: [1]}])
    expect(isDirect(rules, grounds)).toBe(true)
    expect(rulesFor(alarmOf(1, {...panic, account: '77'}), [], {rules})).toEqual([])
  })

  test('what no rule is about need not be looked up', () => {
    const only = parseHandoffRules({...shanghai, rules: [shanghai.rules[1]]})
    expect(isRuled(only, alarmOf(1, {category: 'power'}), 'signal')).toBe(false)
    expect(isRuled(only, alarmOf(1), 'signal')).toBe(true)
    expect(isRuled(only, alarmOf(1), 'check')).toBe(false)
  })
})

describe('profile files', () => {
  const adjacent = shanghai.rules[1]!
  test.each([
    {
      name: 'a window without its source',
      value: {...shanghai, rules: [{...adjacent, within: {seconds: 5}}]},
      field: 'rules[0].within.source',
    },
    {
      name: 'a window of nothing',
      value: {...shanghai, rules: [{...adjacent, within: {seconds: 0, source: 'x'}}]},
      field: 'rules[0].within.seconds',
    },
    {name: 'a member nobody knows', value: {...shanghai, rules: [{...adjacent, witihn: 5}]}, field: 'rules[0].witihn'},
    {name: 'two rules of one name', value: {...shanghai, rules: [adjacent, adjacent]}, field: 'rules'},
    {
      name: 'a kind of rule nobody knows',
      value: {...shanghai, rules: [{...adjacent, type: 'moon'}]},
      field: 'rules[0].type',
    },
    {name: 'no rules at all', value: {...shanghai, rules: undefined}, field: 'rules'},
    {
      name: 'a zone beside itself',
      value: {...shanghai, neighbours: [['1234/-/3', '1234/-/3']]},
      field: 'neighbours[0]',
    },
    {name: 'no object', value: 7, field: ''},
  ])('$name is refused by name', ({value, field}) => {
    expect(() => parseHandoffRules(value)).toThrow(
      expect.objectContaining({code: 'CW_BAD_VALUE', params: expect.objectContaining({field})}),
    )
  })
})

const place = {nextId: 5, now: NOON, sameIncidentMs: 30 * MINUTE}
const adjacentOf = (...alarms: number[]): Proposal => ({
  alarm: alarmOf(alarms[0]!),
  grounds: [{rule: '2-adjacent', at: NOON, alarms}],
  direct: false,
})
const record: HandoverRecord = {
  alarm: 1,
  version: 1,
  by,
  how: 'phone',
  to: safeText('110 north'),
  what: safeText('two zones of the bank'),
}

function proposed(...alarms: number[]): Handoff {
  return propose(adjacentOf(...alarms), [], place)!.handoff
}

describe('a hand-over', () => {
  test('is proposed once for an incident; what joins it is said', () => {
    const first = propose(adjacentOf(1, 2), [], place)!
    expect(first).toMatchObject({change: 'proposed', handoff: {id: 5, version: 1, state: 'proposed', alarms: [1, 2]}})
    expect(propose(adjacentOf(2, 1), [first.handoff], place)).toBeNull()
    expect(propose(adjacentOf(3, 2), [first.handoff], place)).toMatchObject({
      change: 'joined',
      handoff: {id: 5, version: 2, state: 'proposed', alarms: [1, 2, 3]},
    })
  })

  test('is recorded once: who, when, what, how; told again it is a conflict that says by whom', () => {
    const {handoff, change} = hand(record, alarmOf(1), [proposed(1, 2)], {...place, now: NOON + 1})!
    expect(change).toBe('handed')
    expect(handoff).toMatchObject({
      id: 5,
      state: 'handed',
      handed: {by: 'anna', at: NOON + 1, how: 'phone', to: '110 north', what: 'two zones of the bank'},
    })
    expect(hand(record, alarmOf(1), [handoff], place)).toBeNull()
    const other = {...record, alarm: 2, by: safeText('bert')}
    expect(() => hand(other, alarmOf(2), [handoff], place)).toThrow(
      expect.objectContaining({
        code: 'CW_CONFLICT',
        params: {
          what: 'hand-over 5',
          detail: expect.stringContaining('by anna at 2026-03-01T12:00:00.001Z (phone, 110 north)'),
        },
      }),
    )
  })

  test('of an alarm that no rule speaks of is a person’s own decision', () => {
    expect(hand(record, alarmOf(1), [], place)).toMatchObject({
      change: 'handed',
      handoff: {id: 5, version: 1, alarms: [1], grounds: [], state: 'handed'},
    })
  })

  test('of an alarm that changed meanwhile is refused', () => {
    expect(() => hand(record, alarmOf(1, {version: 2}), [], place)).toThrow(
      expect.objectContaining({code: 'CW_CONFLICT'}),
    )
  })

  test('stays open until the answer; later alarms of it join, those after the incident are another one', () => {
    const {handoff} = hand(record, alarmOf(1), [proposed(1, 2)], place)!
    const late = {...place, nextId: 6, now: NOON + 999 * MINUTE}
    expect(propose(adjacentOf(3, 2), [handoff], late)).toMatchObject({change: 'joined', handoff: {state: 'handed'}})
    const step = {id: 5, version: 2, by}
    const answered = answer(handoff, step, safeText('car sent'), NOON + 5)!.handoff
    expect(answered).toMatchObject({state: 'answered', answer: {text: 'car sent', by: 'anna', at: NOON + 5}})
    expect(answer(answered, step, safeText('car sent'), NOON + 6)).toBeNull()
    expect(propose(adjacentOf(3, 2), [answered], {...late, now: NOON + 29 * MINUTE})).toMatchObject({change: 'joined'})
    expect(propose(adjacentOf(3, 2), [answered], late)).toMatchObject({change: 'proposed', handoff: {id: 6}})
  })

  test('cannot be answered before it was told, nor taken back after', () => {
    const step = {id: 5, version: 1, by}
    expect(() => answer(proposed(1, 2), step, safeText('x'), NOON)).toThrow(
      expect.objectContaining({code: 'CW_CONFLICT'}),
    )
    const {handoff} = hand(record, alarmOf(1), [proposed(1, 2)], place)!
    expect(() => drop(handoff, {...step, version: 2}, safeText('x'), NOON)).toThrow(
      expect.objectContaining({code: 'CW_CONFLICT'}),
    )
    expect(() => answer(handoff, step, safeText('x'), NOON)).toThrow(expect.objectContaining({code: 'CW_CONFLICT'}))
  })

  test('that somebody dropped is proposed anew when it fires again', () => {
    const dropped = drop(proposed(1, 2), {id: 5, version: 1, by}, safeText('cleaners'), NOON)!.handoff
    expect(dropped).toMatchObject({state: 'dropped', dropped: {reason: 'cleaners', by: 'anna'}})
    expect(propose(adjacentOf(1, 2), [dropped], {...place, nextId: 6})).toMatchObject({
      handoff: {id: 6, state: 'proposed'},
    })
  })

  test('falls with the last of its alarms while nobody was told, and not when somebody was', () => {
    const how = {by, reason: safeText('closed as false'), now: NOON}
    expect(dropWithAlarms(proposed(1, 2), (id) => id === 2, how)).toBeUndefined()
    expect(dropWithAlarms(proposed(1, 2), () => false, how)).toMatchObject({handoff: {state: 'dropped'}})
    const {handoff} = hand(record, alarmOf(1), [proposed(1, 2)], place)!
    expect(dropWithAlarms(handoff, () => false, how)).toBeUndefined()
  })

  test('that 110 has on its own line is told only with a reason, or answered', () => {
    const direct = propose({...adjacentOf(1), direct: true}, [], place)!.handoff
    expect(direct.state).toBe('direct')
    expect(() => hand(record, alarmOf(1), [direct], place)).toThrow(expect.objectContaining({code: 'CW_CONFLICT'}))
    expect(hand({...record, again: safeText('they do not see it')}, alarmOf(1), [direct], place)).toMatchObject({
      handoff: {state: 'handed', handed: {again: 'they do not see it'}},
    })
    expect(answer(direct, {id: 5, version: 1, by}, safeText('seen'), NOON)).toMatchObject({change: 'answered'})
  })
})
