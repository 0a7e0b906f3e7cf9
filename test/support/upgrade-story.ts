/** Alarms as a platform of before had them, and what must be true of them once this one has opened its data. */
import {expect} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm} from '../../src/model/alarm.ts'
import type {Store} from '../../src/platform/store/port.ts'
import {alarmOf} from './alarms.ts'
import {signalOf} from './signals.ts'
import {burglary} from './store.ts'

const by = safeText('anna')
const panic = {code: 'PA', zone: '9'} as const

/** Alarm 1 acknowledged and over, 2 panic that is over, 3 of a platform below and of the same account, 4 closed, 5 new and routed nowhere. */
export async function writeStory(store: Store): Promise<void> {
  await store.signal(burglary({zone: '1'}))
  await store.acknowledge({id: 1, version: 1, by}, 2_000)
  await store.signal(burglary({zone: '1', qualifier: 'restore'}))
  const latching = {...burglary(panic).meaning, latching: true, condition: 'PA', category: 'panic'}
  await store.signal({...burglary(panic), meaning: latching})
  await store.signal({...burglary({...panic, qualifier: 'restore'}), meaning: latching})
  const there = alarmOf(7, {account: '1234', jurisdiction: 'a.b'})
  const raised = {type: 'signal', seq: 1, at: 10, signal: signalOf(), alarm: there, change: 'raised'} as const
  const page = {at: 3_000, child: 'north', after: {epoch: 'n', seq: 0}, upTo: 1, head: 1, entries: [raised]}
  await store.adopt(page)
  await store.signal(burglary({zone: '4'}))
  await store.act({id: 4, version: 1, by, verb: 'close', as: 'test'}, 4_000)
  await store.signal(burglary({zone: '5'}))
}

/** The state that layouts before the life of alarms had no name for. */
export const withoutLatched = (state: string) => state.replace('"condition":"latched"', '"condition":"restored"')

export async function expectStory(store: Store): Promise<void> {
  const list = async (filter: Partial<Parameters<Store['alarms']>[0]>) => {
    const {rows} = await store.alarms({after: 0, limit: 10, all: false, ...filter})
    return rows.map((row) => (JSON.parse(row) as Alarm).id)
  }
  expect((await store.counts()).alarms).toMatchObject({new: 3, acked: 1, latched: 1, over: 1, unrouted: 3, shelved: 0})
  expect(await list({})).toEqual([1, 2, 3, 5])
  expect(await list({state: 'NORM'})).toEqual([1])
  expect(await list({state: 'LATCHED'})).toEqual([2])
  expect(await list({state: 'CLOSED'})).toEqual([4])
  expect(await list({unrouted: true})).toEqual([1, 2, 5])
  for (const id of [1, 2, 3, 4, 5]) expect(await store.lastChange(id)).toBeGreaterThan(0)
  // A mask over the account hides what is ours, not what a platform below answers for.
  const mask = {as: 'suppressed', by, reason: safeText('rebuilt'), place: {account: '1234'}} as const
  await store.startMask(mask, 9_000)
  expect(await list({visibility: 'hidden'})).toEqual([1, 5])
}
