/** The life of alarms on any engine: whatever signals, people and time do, nothing is lost, hidden from the totals or closed by nobody. */
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {DEFAULT_POLICY} from '../../../../src/alarm/policy.ts'
import {type Tallies, tallied} from '../../../../src/alarm/tally.ts'
import {isCitywatchError} from '../../../../src/lib/errors.ts'
import {safeText} from '../../../../src/lib/safe-text.ts'
import {type Alarm, DISPOSITIONS, FINDINGS} from '../../../../src/model/alarm.ts'
import {meaningOf, raisesAlarm} from '../../../../src/model/codes/meaning.ts'
import {type Handoff, isWaiting} from '../../../../src/model/handoff.ts'
import type {LogEntry} from '../../../../src/model/log-entry.ts'
import {coversAlarm, isOn, type Mask} from '../../../../src/model/mask.ts'
import type {AlarmActRequest} from '../../../../src/platform/contract.ts'
import type {Json} from '../../../../src/platform/json.ts'
import {alarmLog} from '../../../../src/platform/store/alarm-log.ts'
import type {SignalWrite, Store} from '../../../../src/platform/store/port.ts'
import {panel, signalOf} from '../../../support/signals.ts'
import {burglary} from '../../../support/store.ts'
import {type Engine, freshStore, opened, wholeLog} from './engine.ts'

const by = safeText('anna')
const reason = safeText('painter in the hall')
const MINUTE = 60_000

type Verb<V> = AlarmActRequest extends infer R
  ? R extends {verb: V}
    ? Omit<R, 'id' | 'version' | 'by'>
    : never
  : never
type Wish = Verb<AlarmActRequest['verb']>

type Step =
  | {readonly do: 'signal'; readonly code: string; readonly zone: string; readonly restore: boolean}
  | {readonly do: 'act'; readonly alarm: number; readonly stale: boolean; readonly wish: Wish}
  | {readonly do: 'mask'; readonly as: Mask['as']; readonly zone: string | undefined; readonly minutes: number}
  | {readonly do: 'unmask'; readonly mask: number}
  | {readonly do: 'hand'; readonly alarm: number}
  | {readonly do: 'answer' | 'drop'; readonly handoff: number}
  | {readonly do: 'time'; readonly minutes: number}

const alarm = fc.integer({min: 1, max: 4})
const wish: fc.Arbitrary<Wish> = fc.oneof(
  fc.constantFrom<Wish>({verb: 'ack'}, {verb: 'unack'}, {verb: 'reset'}, {verb: 'unhide'}),
  fc.constantFrom<Wish>(
    {verb: 'dispatch', unit: safeText('car 7')},
    {verb: 'comment', comment: safeText('seen')},
    {verb: 'route', jurisdiction: 'baltimore.north'},
    {verb: 'shelve', reason, forMs: 20 * MINUTE},
    {verb: 'shelve', reason, once: true},
    {verb: 'suppress', reason},
    {verb: 'outofservice', reason, owner: safeText('Bell Alarms'), forMs: 40 * MINUTE},
  ),
  fc.constantFrom(...DISPOSITIONS).map((as) => ({verb: 'close' as const, as})),
  fc.constantFrom(...FINDINGS).map((found) => ({verb: 'check' as const, found})),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('signal' as const),
      code: fc.constantFrom('BA', 'BA', 'PA', 'AT'),
      zone: fc.constantFrom('1', '2', '3'),
      restore: fc.constantFrom(false, false, true),
    }),
  },
  {weight: 5, arbitrary: fc.record({do: fc.constant('act' as const), alarm, stale: fc.integer({max: 5, min: 0}).map((n) => n === 0), wish})},
  fc.record({
    do: fc.constant('mask' as const),
    as: fc.constantFrom('shelved', 'suppressed', 'out-of-service'),
    zone: fc.constantFrom(undefined, '1', '2'),
    minutes: fc.integer({min: 1, max: 60}),
  }),
  fc.record({do: fc.constant('unmask' as const), mask: fc.integer({min: 1, max: 6})}),
  fc.record({do: fc.constant('hand' as const), alarm}),
  fc.record({do: fc.constantFrom('answer', 'drop'), handoff: fc.integer({min: 1, max: 3})}),
  {weight: 2, arbitrary: fc.record({do: fc.constant('time' as const), minutes: fc.integer({min: 1, max: 30})})},
) // biome-ignore format: one kind of step a line

function signal(code: string, zone: string, restore: boolean, at: number): SignalWrite {
  const ends: Record<string, string> = {BA: 'BR', PA: 'PR', FA: 'FR', AT: 'AR'}
  const of = signalOf({code: restore ? (ends[code] ?? code) : code, qualifier: restore ? 'restore' : 'new', zone})
  const meaning = meaningOf(of)
  return {at, signal: of, meaning, raises: raisesAlarm(meaning, of), acceptUnknown: true}
}

const parsed = <T>(rows: readonly Json<T>[]): T[] => rows.map((row) => JSON.parse(row) as T)
const everything = {all: true, after: 0, limit: 1_000}
const alarmsOf = async (store: Store) => parsed((await store.alarms(everything)).rows)

async function take(store: Store, what: Step, at: number): Promise<unknown> {
  switch (what.do) {
    case 'signal':
      return store.signal(signal(what.code, what.zone, what.restore, at))
    case 'act': {
      const version = (await alarmsOf(store)).find(({id}) => id === what.alarm)?.version ?? 1
      const request = {...what.wish, id: what.alarm, version: Math.max(1, version - (what.stale ? 1 : 0)), by}
      return store.act(request as AlarmActRequest, at)
    }
    case 'mask': {
      const place = {account: '1234', ...(what.zone === undefined ? {} : {zones: [what.zone]})}
      return store.startMask({as: what.as, reason, by, forMs: what.minutes * MINUTE, place}, at)
    }
    case 'unmask':
      return store.endMask({id: what.mask, by}, at)
    case 'hand': {
      const version = (await alarmsOf(store)).find(({id}) => id === what.alarm)?.version ?? 1
      const record = {alarm: what.alarm, version, by, how: 'phone', to: safeText('110'), what: reason} as const
      return store.handOver(record, at)
    }
    case 'answer':
    case 'drop': {
      const known = parsed((await store.handoffs(everything)).rows).find(({id}) => id === what.handoff)
      const seen = {id: what.handoff, version: known?.version ?? 1, by}
      return what.do === 'answer'
        ? store.answerHandoff({...seen, text: reason}, at)
        : store.dropHandoff({...seen, reason}, at)
    }
    case 'time':
      return store.passMaskTime(at)
  }
}

/** What must hold after anything. */
async function check(store: Store, now: number): Promise<void> {
  const alarms = await alarmsOf(store)
  const entries = (await wholeLog(store)).map(({seq, entry}) => {
    const told = JSON.parse(entry) as LogEntry
    expect(told.seq).toBe(seq)
    return told
  })
  const masks = parsed((await store.masks(everything)).rows)
  const handoffs = parsed((await store.handoffs(everything)).rows)
  const counts = await store.counts()
  expect(counts.alarms).toEqual(tallied(alarms) satisfies Tallies)
  expect(counts.masks).toBe(masks.filter(({state}) => state === 'on').length)
  expect(counts.handoffs).toEqual(handoffCounts(handoffs))
  checkChanges(alarms, entries)
  for (const one of alarms) await checkAlarm(store, one, masks, now)
}

function handoffCounts(handoffs: readonly Handoff[]) {
  const unanswered = handoffs.filter(({state}) => state === 'handed').length
  return {open: handoffs.filter(isWaiting).length - unanswered, unanswered}
}

/** Every alarm that was ever raised is there; versions grow by one; nobody but a person closes panic or what is urgent. */
function checkChanges(alarms: readonly Alarm[], entries: readonly LogEntry[]): void {
  const versions = new Map<number, Alarm>()
  for (const entry of entries) {
    if ((entry.type !== 'signal' && entry.type !== 'action') || entry.alarm === undefined) continue
    const {alarm: told, change} = entry
    const before = versions.get(told.id)
    expect(told.version).toBe((before?.version ?? 0) + 1)
    versions.set(told.id, told)
    if (change !== 'closed') continue
    const isPerson = entry.type === 'action' && entry.by !== undefined && told.closed?.as !== undefined
    if (told.latching || told.priority <= 2) expect(isPerson).toBe(true)
  }
  expect(alarms).toEqual([...versions.values()])
}

async function checkAlarm(store: Store, one: Alarm, masks: readonly Mask[], now: number): Promise<void> {
  if (one.latching) expect(one.hidden).toBeUndefined()
  if (one.handling === 'closed') expect(one.hidden).toBeUndefined()
  if (one.hidden) {
    const mask = masks.find(({id}) => id === one.hidden?.mask)
    expect(mask).toMatchObject({state: 'on', as: one.hidden.as})
  }
  if (one.handling !== 'closed' && !one.hidden) {
    const over = masks.filter((mask) => mask.scope.of === 'account' && isOn(mask, now) && coversAlarm(mask, one, ''))
    expect(over).toEqual([])
  }
  const history = await alarmLog(store, {id: one.id, limit: 200})
  expect(history?.complete).toBe(true)
  expect(history?.rows.map((row) => (JSON.parse(row) as {alarm: Alarm}).alarm.version)).toEqual(
    Array.from({length: one.version}, (_, index) => one.version - index),
  )
}

export function lifeSuite(engine: Engine): void {
  describe('the life of alarms', () => {
    test('whatever signals, people and time do in whatever order', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, {minLength: 20, maxLength: 60, size: 'max'}), async (steps) => {
          const store = await (await engine.place()).open(DEFAULT_POLICY)
          try {
            let now = MINUTE
            for (const what of steps) {
              now += what.do === 'time' ? what.minutes * MINUTE : 1_000
              await take(store, what, now).catch((error: unknown) => {
                if (!isCitywatchError(error, 'CW_CONFLICT') && !isCitywatchError(error, 'CW_BAD_VALUE')) throw error
              })
            }
            await store.passMaskTime(now)
            await check(store, now)
          } finally {
            await store.close()
          }
        }),
        {numRuns: 30},
      )
    })

    test('an account that is shelved: what fires is logged, counted and hidden; it comes back by the clock', async () => {
      const place = await engine.place()
      const first = await opened(place)
      await first.signal(burglary())
      const mask = {as: 'shelved', reason, by, forMs: 10 * MINUTE, place: {account: '1234'}} as const
      expect(JSON.parse(await first.startMask(mask, MINUTE))).toMatchObject({id: 1, endsAt: 11 * MINUTE, state: 'on'})
      await first.signal({...burglary({zone: '9'}), at: 2 * MINUTE})
      await first.signal({...burglary(), at: 3 * MINUTE})
      expect((await first.counts()).alarms).toMatchObject({new: 2, shelved: 2})
      expect(parsed((await first.alarms({...everything, visibility: 'shelved'})).rows)).toMatchObject([
        {id: 1, count: 2, hidden: {as: 'shelved', mask: 1, until: 11 * MINUTE}},
        {id: 2, count: 1},
      ])
      expect((await first.alarms({...everything, visibility: 'normal'})).rows).toEqual([])
      expect(await first.passMaskTime(4 * MINUTE)).toBe(11 * MINUTE)
      await first.close()
      const store = await opened(place)
      expect(await store.passMaskTime(12 * MINUTE)).toBeUndefined()
      expect((await store.counts()).alarms).toMatchObject({new: 2, shelved: 0})
      const changes = (await wholeLog(store)).map(({type}) => type)
      expect(changes).toEqual([
        'alarm.raised', 'mask.started', 'alarm.shelved', 'alarm.raised', 'alarm.fired-again', 'mask.expired', 'alarm.shown', 'alarm.shown',
      ]) // biome-ignore format: one story
    })

    test('one-shot: shelved until its condition ends, then back in the list', async () => {
      const store = await freshStore(engine)
      await store.signal(burglary())
      const shelved = await store.act({verb: 'shelve', reason, once: true, id: 1, version: 1, by}, MINUTE)
      expect(JSON.parse(shelved)).toMatchObject({version: 2, handling: 'new', hidden: {once: true}})
      await store.signal({...burglary(), at: 2 * MINUTE})
      expect((await store.counts()).alarms).toMatchObject({new: 1, shelved: 1})
      await store.signal({...burglary({qualifier: 'restore'}), at: 3 * MINUTE})
      expect((await store.counts()).alarms).toMatchObject({new: 1, shelved: 0})
      expect(parsed((await store.masks(everything)).rows)).toMatchObject([{state: 'cleared', endedAt: 3 * MINUTE}])
      expect(parsed((await store.alarms({...everything, state: 'RTN-UNACK'})).rows)).toMatchObject([{id: 1, count: 2}])
    })

    test('a single alarm stays shelved under its name when it is closed and raised anew; unhide brings it back', async () => {
      const store = await freshStore(engine)
      await store.signal(burglary())
      await store.act({verb: 'shelve', reason, forMs: 60 * MINUTE, id: 1, version: 1, by}, MINUTE)
      await store.act({verb: 'close', as: 'test', id: 1, version: 2, by}, 2 * MINUTE)
      await store.signal({...burglary(), at: 3 * MINUTE})
      await store.signal({...burglary({zone: '9'}), at: 3 * MINUTE})
      expect(parsed((await store.alarms({...everything, all: false})).rows)).toMatchObject([
        {id: 2, hidden: {as: 'shelved', mask: 1}},
        {id: 3},
      ])
      expect(JSON.parse(await store.act({verb: 'unhide', id: 2, version: 1, by}, 4 * MINUTE))).toMatchObject({
        version: 2,
      })
      expect((await store.counts()).masks).toBe(0)
      expect((await store.counts()).alarms).toMatchObject({new: 2, shelved: 0})
    })

    test('what hides a place is not taken from one alarm, and the mask says which', async () => {
      const store = await freshStore(engine)
      await store.putDevices({devices: [panel]})
      await store.signal(burglary())
      await store.startMask({as: 'out-of-service', reason, by, place: {device: panel.key}}, MINUTE)
      await expect(store.act({verb: 'unhide', id: 1, version: 2, by}, 2 * MINUTE)).rejects.toMatchObject({
        code: 'CW_CONFLICT',
        params: {detail: 'mask 1 hides more than this alarm: end that one'},
      })
      await store.endMask({id: 1, by}, 3 * MINUTE)
      await store.endMask({id: 1, by}, 4 * MINUTE)
      expect((await store.counts()).alarms).toMatchObject({'out-of-service': 0})
      const nowhere = store.startMask({as: 'suppressed', reason, by, place: {account: '777'}}, MINUTE)
      await expect(nowhere).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'account'}})
    })

    test('two neighbouring zones are proposed for 110, told once, open until the answer', async () => {
      const store = await (await engine.place()).open(DEFAULT_POLICY)
      try {
        await Promise.all(['3', '4', '5'].map((zone) => store.signal(burglary({zone}))))
        expect(parsed((await store.handoffs({...everything, all: false})).rows)).toMatchObject([
          {
            id: 1,
            version: 2,
            state: 'proposed',
            alarms: [2, 1, 3],
            grounds: [{rule: '2-adjacent'}, {rule: '2-adjacent'}],
          },
        ])
        const record = {alarm: 1, version: 1, by, how: 'phone', to: safeText('110'), what: reason} as const
        expect(JSON.parse(await store.handOver(record, MINUTE))).toMatchObject({state: 'handed', version: 3})
        await store.handOver(record, MINUTE)
        const twice = store.handOver({...record, alarm: 3, by: safeText('bert')}, MINUTE)
        await expect(twice).rejects.toMatchObject({code: 'CW_CONFLICT'})
        expect((await store.counts()).handoffs).toEqual({open: 0, unanswered: 1})
        await store.answerHandoff({id: 1, version: 3, by, text: safeText('car sent')}, 2 * MINUTE)
        expect((await store.counts()).handoffs).toEqual({open: 0, unanswered: 0})
      } finally {
        await store.close()
      }
    })

    test('the unrouted are a queue of their own, until somebody gives them a place', async () => {
      const store = await freshStore(engine)
      await store.signal(burglary())
      await store.signal(burglary({zone: '9'}))
      expect((await store.counts()).alarms.unrouted).toBe(2)
      const nowhere = store.act({verb: 'route', site: 'nowhere', id: 1, version: 1, by}, MINUTE)
      await expect(nowhere).rejects.toMatchObject({code: 'CW_BAD_VALUE', params: {field: 'site'}})
      const site = {kind: 'site', key: 's-1', name: safeText('Bank'), jurisdiction: 'baltimore.north'} as const
      await store.putDevices({devices: [site]})
      const routed = await store.act({verb: 'route', site: 's-1', id: 1, version: 1, by}, MINUTE)
      expect(JSON.parse(routed)).toMatchObject({site: 's-1', jurisdiction: 'baltimore.north', version: 2})
      expect(parsed((await store.alarms({...everything, unrouted: true})).rows).map(({id}) => id)).toEqual([2])
      expect((await store.counts()).alarms.unrouted).toBe(1)
    })

    test('a history is read in pages, newest first', async () => {
      const store = await freshStore(engine)
      for (let times = 0; times < 5; times++) await store.signal(burglary())
      const first = await alarmLog(store, {id: 1, limit: 2})
      expect(first).toMatchObject({next: 4, complete: true})
      const rest = await alarmLog(store, {id: 1, limit: 9, before: first!.next!})
      expect(rest?.rows.map((row) => JSON.parse(row).seq)).toEqual([3, 2, 1])
      expect(rest).toMatchObject({complete: true})
      expect(rest).not.toHaveProperty('next')
      expect(await alarmLog(store, {id: 2, limit: 9})).toBeUndefined()
    })
  })
}
