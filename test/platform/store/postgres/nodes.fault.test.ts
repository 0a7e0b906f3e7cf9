/** Several nodes on one PostgreSQL: one dense log, everybody sees it whole, and one of them keeps time. */
import {describe, expect, test} from 'vitest'
import type {Store} from '../../../../src/platform/store/port.ts'
import {eventItem} from '../../../support/events.ts'
import {postgresMissing, testServer} from '../../../support/postgres.ts'
import {loadOn, named, testNode} from '../../../support/postgres-store.ts'
import {panel} from '../../../support/signals.ts'
import {until} from '../../../support/wait.ts'
import {upTo, wholeLog} from '../conformance/engine.ts'

/** Sequences that a node has told of, as they came. */
function told(store: Store): number[] {
  const seen: number[] = []
  store.follow((rows) => seen.push(...rows.map(({seq}) => seq)))
  return seen
}

const rawOf = (entry: string): string => JSON.parse(entry).signal.raw

describe.skipIf(postgresMissing)(postgresMissing ?? 'nodes on one PostgreSQL', () => {
  const server = testServer()

  test('two nodes write at the same time: the log is dense, and both are told of every row once and in order', async () => {
    const url = await server().database()
    const [a, b] = await Promise.all([testNode(url), testNode(url)])
    expect(a.epoch).toBe(b.epoch)
    const [toldByA, toldByB] = [told(a), told(b)]
    const loads = [loadOn(a, 'a'), loadOn(b, 'b')]
    await until(() => loads.every(({acknowledged}) => acknowledged.length > 1_000))
    await Promise.all(loads.map((load) => load.stop()))
    const names = loads.flatMap(({acknowledged}) => acknowledged)
    await until(() => toldByA.length >= names.length && toldByB.length >= names.length)
    expect(toldByA).toEqual(upTo(names.length))
    expect(toldByB).toEqual(toldByA)
    const rows = await wholeLog(a)
    expect(rows.map(({seq}) => seq)).toEqual(toldByA)
    expect(rows.map(({entry}) => rawOf(entry)).sort()).toEqual(names.sort())
    expect((await b.counts()).alarms).toMatchObject({new: 16, acked: 0})
    expect((await b.alarms({after: 0, limit: 100, all: true})).rows).toHaveLength(16)
  })

  test('an event that comes to both nodes is stored once, and each says up to where', async () => {
    const url = await server().database()
    const [a, b] = await Promise.all([testNode(url), testNode(url)])
    const items = Array.from({length: 300}, (_, id) => eventItem(`${id}`))
    const outcomes = await Promise.all(
      items.flatMap((item) => [a.events({at: 0, items: [item]}), b.events({at: 0, items: [item]})]),
    )
    const results = outcomes.map((outcome) => (outcome.type === 'stored' ? outcome.result : expect.fail(outcome.type)))
    expect(results.reduce((sum, {stored}) => sum + stored, 0)).toBe(300)
    for (let index = 0; index < 600; index += 2) expect(results[index]?.seq).toBe(results[index + 1]?.seq)
    expect(await wholeLog(b)).toHaveLength(300)
  })

  test('what one node changes, the rules of the other see at once', async () => {
    const url = await server().database()
    const [a, b] = await Promise.all([testNode(url), testNode(url)])
    expect(await b.signal({...named('early'), acceptUnknown: false})).toBe('unknown-account')
    await a.putDevices({devices: [panel]})
    expect(await b.signal({...named('late'), acceptUnknown: false})).toBe('stored')
    await a.acknowledge({id: 1, version: 1, by: panel.name}, 5)
    await expect(b.acknowledge({id: 1, version: 3, by: panel.name}, 6)).rejects.toMatchObject({code: 'CW_CONFLICT'})
    await expect(b.putDevices({devices: [panel], base: 0})).rejects.toMatchObject({code: 'CW_CONFLICT'})
    expect((await b.counts()).alarms).toMatchObject({new: 0, acked: 1})
  })

  test('a node can be read on from what another one has just written', async () => {
    const url = await server().database()
    const [a, b] = await Promise.all([testNode(url), testNode(url)])
    for (let seq = 1; seq <= 50; seq++) {
      await a.signal(named(`${seq}`))
      expect(await b.reaches(seq)).toBe(true)
    }
  })

  test('one node keeps time; when it closes or loses its session, another one does', async () => {
    const url = await server().database()
    const stores = [await testNode(url), await testNode(url), await testNode(url)]
    const leading = () => stores.filter((store) => store.leads())
    expect(leading()).toEqual([stores[0]])
    const changes: string[] = []
    for (const [index, store] of stores.entries()) store.followLead((leads) => changes.push(`${index} ${leads}`))
    await stores[0]?.close()
    await until(() => changes.length === 2)
    expect(changes[0]).toBe('0 false')
    const second = leading()
    expect(second).toHaveLength(1)
    const holder =
      "SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND granted AND datname = current_database()"
    await server().sql(url, `SELECT pg_terminate_backend(pid) FROM (${holder}) AS holder`)
    await until(() => changes.length >= 4)
    expect(changes[2]).toBe(`${stores.indexOf(second[0]!)} false`)
    expect(leading()).toHaveLength(1)
  })

  test('a node whose feed is cut off again and again misses nothing', async () => {
    const url = await server().database()
    const [a, b] = await Promise.all([testNode(url), testNode(url)])
    const toldByB = told(b)
    const load = loadOn(a, 'a')
    for (let round = 0; round < 10; round++) {
      const before = load.acknowledged.length
      await server().sql(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'citywatch feed%'",
      )
      await until(() => load.acknowledged.length > before + 100)
    }
    await load.stop()
    await until(() => toldByB.length >= load.acknowledged.length)
    expect(toldByB).toEqual(upTo(load.acknowledged.length))
    expect(load.refused).toEqual([])
  })
})
