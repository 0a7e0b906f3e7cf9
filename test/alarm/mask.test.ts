/** Masks: what they hide, for how long, and what they never hide. */
import {describe, expect, test} from 'vitest'
import {
  endMask,
  type MaskStart,
  nextMaskDue,
  passMaskTime,
  rehidden,
  startMask,
  underMasks,
} from '../../src/alarm/mask.ts'
import {DEFAULT_POLICY as policy} from '../../src/alarm/policy.ts'
import {screenState} from '../../src/alarm/screen-state.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm} from '../../src/model/alarm.ts'
import {coversAlarm, type Mask, type MaskScope} from '../../src/model/mask.ts'
import {alarmOf} from '../support/alarms.ts'

const by = safeText('anna')
const MINUTE = 60_000
const routing = {site: 's', jurisdiction: 'a.b'}
const KEY = 'key-1'
const one: MaskScope = {of: 'alarm', account: '1234', alarm: 1, key: KEY}
const account: MaskScope = {of: 'account', account: '1234'}

function mask(request: Partial<MaskStart> = {}, scope: MaskScope = one, alarm?: Alarm, id = 1): Mask {
  const start: MaskStart = {as: 'shelved', by, reason: safeText('rain'), forMs: 60 * MINUTE, ...request}
  return startMask(start, scope, {id, now: 1_000, policy, routing}, alarm).mask
}

describe('how long', () => {
  test.each([
    {name: 'a shift', alarm: alarmOf(1), forMs: 480 * MINUTE, fits: true},
    {name: 'longer than a shift', alarm: alarmOf(1), forMs: 481 * MINUTE, fits: false},
    {name: 'half an hour of priority 1', alarm: alarmOf(1, {priority: 1}), forMs: 30 * MINUTE, fits: true},
    {name: 'longer of priority 1', alarm: alarmOf(1, {priority: 1}), forMs: 31 * MINUTE, fits: false},
    {name: 'less than a minute', alarm: alarmOf(1), forMs: 59_999, fits: false},
  ])('$name', ({alarm, forMs, fits}) => {
    const start = () => mask({forMs}, one, alarm)
    if (fits) expect(start()).toMatchObject({startedAt: 1_000, endsAt: 1_000 + forMs})
    else expect(start).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
  })

  test('shelving needs a time or an end of the condition; suppression and out of service need none', () => {
    const {forMs: _none, ...rest} = {as: 'shelved', by, reason: safeText('rain')} as MaskStart
    const place = {id: 1, now: 1_000, policy, routing}
    expect(() => startMask(rest, one, place)).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
    expect(startMask({...rest, once: true}, one, place).mask).toMatchObject({endsAt: 1_000 + policy.maxShelfMs})
    expect(startMask({...rest, as: 'suppressed'}, account, place).mask).not.toHaveProperty('endsAt')
  })

  test('ends by the clock, at the time it was to end, once', () => {
    const shelved = mask()
    const endsAt = 1_000 + 60 * MINUTE
    expect(nextMaskDue([shelved, mask({as: 'suppressed'}, account, undefined, 2)])).toBe(endsAt)
    expect(passMaskTime(shelved, endsAt - 1)).toBeNull()
    const expired = passMaskTime(shelved, endsAt + 999)!
    expect(expired).toMatchObject({change: 'expired', mask: {version: 2, state: 'expired', endedAt: endsAt}})
    expect(passMaskTime(expired.mask, endsAt + 9_999)).toBeNull()
    expect(endMask(expired.mask, by, endsAt + 9_999)).toBeNull()
  })
})

describe('panic', () => {
  const panic = alarmOf(1, {category: 'panic', priority: 1, latching: true})

  test('is refused by name, whatever hides it', () => {
    for (const as of ['shelved', 'suppressed', 'out-of-service'] as const) {
      expect(() => mask({as}, one, panic)).toThrow(expect.objectContaining({code: 'CW_CONFLICT'}))
    }
  })

  test('is not under a mask of its account', () => {
    for (const as of ['shelved', 'suppressed', 'out-of-service'] as const) {
      expect(coversAlarm(mask({as}, account), panic, KEY)).toBe(false)
    }
  })
})

describe('what lies under a mask', () => {
  const zones: MaskScope = {of: 'account', account: '1234', partition: '1', zones: ['3', '5']}
  test.each([
    {name: 'the alarm of its key', scope: one, alarm: alarmOf(9), covered: true},
    {name: 'not of another key', scope: {...one, key: 'other'}, alarm: alarmOf(9), covered: false},
    {name: 'all of the account', scope: account, alarm: alarmOf(9), covered: true},
    {name: 'nothing of another', scope: account, alarm: alarmOf(9, {account: '99'}), covered: false},
    {name: 'a zone that is named', scope: zones, alarm: alarmOf(9, {partition: '1'}), covered: true},
    {name: 'not the zone beside', scope: zones, alarm: alarmOf(9, {partition: '1', zone: '4'}), covered: false},
    {name: 'not the other partition', scope: zones, alarm: alarmOf(9, {partition: '2'}), covered: false},
    {name: 'not what names no partition', scope: zones, alarm: alarmOf(9), covered: false},
    {
      name: 'not a user whose number is a zone’s',
      scope: {...account, zones: ['3']},
      alarm: alarmOf(9, {code: 'OP'}),
      covered: false,
    },
    {name: 'shelving of many leaves priority 1', scope: account, alarm: alarmOf(9, {priority: 1}), covered: false},
  ] as const)('$name', ({scope, alarm, covered}) => {
    expect(coversAlarm(mask({}, scope), alarm, KEY)).toBe(covered)
  })

  test('out of service takes priority 1 along', () => {
    expect(coversAlarm(mask({as: 'out-of-service'}, account), alarmOf(9, {priority: 1}), KEY)).toBe(true)
  })
})

describe('an alarm under masks', () => {
  const shelved = mask()
  const away = mask({as: 'out-of-service', owner: safeText('Bell Alarms'), forMs: 10 * MINUTE}, account, undefined, 2)

  test('is hidden, not acknowledged; the weightiest mask says how', () => {
    const {alarm} = underMasks(alarmOf(1), KEY, [shelved, away], 2_000)
    expect(alarm).toMatchObject({handling: 'new', hidden: {as: 'out-of-service', mask: 2, owner: 'Bell Alarms'}})
    expect(screenState(alarm)).toBe('OUT-OF-SERVICE')
  })

  test('falls under the next one when that ends, and is shown after the last: it waits from then on', () => {
    const {alarm} = underMasks(alarmOf(1), KEY, [shelved, away], 2_000)
    const next = rehidden(alarm, KEY, [shelved], 3_000)!
    expect(next).toMatchObject({change: 'shelved', alarm: {version: 2, hidden: {mask: 1, until: shelved.endsAt}}})
    expect(rehidden(next.alarm, KEY, [shelved], 4_000)).toBeNull()
    const shown = rehidden(next.alarm, KEY, [], 5_000)!
    expect(shown).toMatchObject({change: 'shown', alarm: {version: 3, newSince: 5_000}})
    expect(shown.alarm).not.toHaveProperty('hidden')
  })

  test('a mask whose time is over hides nothing, noticed or not', () => {
    expect(underMasks(alarmOf(1), KEY, [shelved], shelved.endsAt!).alarm).not.toHaveProperty('hidden')
  })

  test('until the next clear: the end of the condition ends the mask', () => {
    const once = mask({once: true})
    expect(underMasks(alarmOf(1), KEY, [once], 2_000)).toMatchObject({alarm: {hidden: {once: true}}, cleared: []})
    const over = underMasks(alarmOf(1, {condition: 'restored'}), KEY, [once, shelved], 2_000)
    expect(over.cleared).toMatchObject([{change: 'cleared', mask: {id: 1, state: 'cleared', endedAt: 2_000}}])
    expect(underMasks(alarmOf(1, {condition: 'restored'}), KEY, [once], 2_000).alarm).not.toHaveProperty('hidden')
  })

  test('one-shot is for single alarms that are shelved', () => {
    expect(() => mask({once: true}, account)).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
    expect(() => mask({once: true, as: 'suppressed'})).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
  })

  test('a closed alarm is never hidden', () => {
    expect(underMasks(alarmOf(1, {handling: 'closed'}), KEY, [shelved], 2_000).alarm).not.toHaveProperty('hidden')
  })
})
