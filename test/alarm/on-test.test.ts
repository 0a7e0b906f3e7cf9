import {describe, expect, test} from 'vitest'
import {endOnTest, extendOnTest, MAX_ON_TEST_MS, nextDue, passTime, startOnTest} from '../../src/alarm/on-test.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import {windowOf} from '../support/on-test.ts'

const HOUR = 3_600_000
const by = safeText('anna')
const at = {id: 7, now: 5_000, maxMs: MAX_ON_TEST_MS, routing: {site: '', jurisdiction: 'x'}}
const asked = {account: '1234', reason: safeText('walk test'), by, forMs: HOUR}
const conflict = (detail: string) =>
  expect.objectContaining({
    code: 'CW_CONFLICT',
    params: expect.objectContaining({detail: expect.stringContaining(detail)}),
  })
const badTime = expect.objectContaining({code: 'CW_BAD_VALUE', params: expect.objectContaining({field: 'for'})})

describe('on test: start', () => {
  test('ends so long from now', () => {
    expect(startOnTest({...asked, zones: ['3']}, [], at)).toEqual({
      change: 'started',
      window: {
        id: 7, version: 1, account: '1234', zones: ['3'], reason: 'walk test', by: 'anna', jurisdiction: 'x',
        startedAt: 5_000, endsAt: 5_000 + HOUR, state: 'open',
      }, // biome-ignore format: a window
    })
  })

  test.each([59_999, 0, -1, MAX_ON_TEST_MS + 1, Number.NaN])('%d ms is no length of a test', (forMs) => {
    expect(() => startOnTest({...asked, forMs}, [], at)).toThrow(badTime)
  })

  test('refused where a part is on test already, but not by one that time has ended', () => {
    const other = windowOf({id: 3, zones: ['3'], endsAt: 6_000})
    expect(() => startOnTest(asked, [other], at)).toThrow(conflict('#3 by anna until 1970-01-01T00:00:06.000Z'))
    expect(startOnTest({...asked, zones: ['4']}, [other], at).window.id).toBe(7)
    expect(startOnTest(asked, [{...other, endsAt: 5_000}], at).window.id).toBe(7)
  })

  test('an account has a bounded number of parts on test', () => {
    const parts = Array.from({length: 50}, (_, index) => windowOf({zones: [String(index)]}))
    expect(() => startOnTest({...asked, zones: ['99']}, parts, at)).toThrow(conflict('50 parts'))
  })
})

describe('on test: extend and end', () => {
  const window = windowOf({endsAt: HOUR, warnedAt: 5})

  test('the end moves on, and the warning will be given anew', () => {
    const {warnedAt: _told, ...rest} = window
    expect(extendOnTest(window, HOUR, 1_000, MAX_ON_TEST_MS)).toEqual({
      change: 'extended',
      window: {...rest, version: 2, endsAt: HOUR + 1_000},
    })
  })

  test('neither back, nor beyond what is allowed, nor when it is over', () => {
    expect(() => extendOnTest(window, HOUR / 2, 1_000, MAX_ON_TEST_MS)).toThrow(badTime)
    expect(() => extendOnTest(window, 2 * HOUR, 1_000, HOUR)).toThrow(badTime)
    expect(() => extendOnTest(window, HOUR, HOUR, MAX_ON_TEST_MS)).toThrow(conflict('it ended at'))
    expect(() => extendOnTest({...window, state: 'ended', endedAt: 9}, HOUR, 10, MAX_ON_TEST_MS)).toThrow(
      conflict('1970-01-01T00:00:00.009Z'),
    )
  })

  test('ended once, by name; a second time changes nothing', () => {
    const ended = endOnTest(window, by, 50)
    expect(ended).toEqual({
      change: 'ended',
      window: {...window, version: 2, state: 'ended', endedAt: 50, endedBy: 'anna'},
    })
    expect(ended && endOnTest(ended.window, by, 60)).toBeNull()
    expect(endOnTest(window, by, HOUR)).toBeNull()
  })
})

describe('on test: what time does', () => {
  test('one warning five minutes before, then the end at the time it was to end', () => {
    const window = windowOf({endsAt: HOUR})
    expect(passTime(window, HOUR - 300_001)).toBeNull()
    const warned = passTime(window, HOUR - 300_000)
    expect(warned).toEqual({change: 'expiring', window: {...window, version: 2, warnedAt: HOUR - 300_000}})
    if (!warned) return
    expect(passTime(warned.window, HOUR - 1)).toBeNull()
    expect(passTime(warned.window, HOUR + 77_000)).toEqual({
      change: 'expired',
      window: {...warned.window, version: 3, state: 'expired', endedAt: HOUR},
    })
  })

  test('a window that fell due unnoticed is not warned of first; one that is over stays', () => {
    expect(passTime(windowOf(), 900_000)).toMatchObject({change: 'expired', window: {endedAt: 600_000}})
    expect(passTime(windowOf({state: 'ended'}), 900_000)).toBeNull()
  })

  test('a short one is warned of at half of its time', () => {
    expect(passTime(windowOf({endsAt: 60_000}), 29_999)).toBeNull()
    expect(passTime(windowOf({endsAt: 60_000}), 30_000)?.change).toBe('expiring')
  })

  test('the next moment to look is the first warning or end', () => {
    expect(nextDue([])).toBeUndefined()
    expect(nextDue([windowOf({state: 'expired'})])).toBeUndefined()
    expect(nextDue([windowOf(), windowOf({warnedAt: 1, endsAt: 301_000})])).toBe(300_000)
    expect(nextDue([windowOf(), windowOf({warnedAt: 1, endsAt: 299_000})])).toBe(299_000)
  })
})
