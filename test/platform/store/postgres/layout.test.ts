/** What a database must be, how it gets its layout, and how old parts of the log go. */
import {describe, expect, test} from 'vitest'
import {openLink} from '../../../../src/platform/store/postgres/link.ts'
import {openPostgres} from '../../../../src/platform/store/postgres/open.ts'
import {parsePostgresUrl} from '../../../../src/platform/store/postgres/target.ts'
import {type Retention, upkeep} from '../../../../src/platform/store/postgres/upkeep.ts'
import {realClock} from '../../../support/clock.ts'
import {postgresMissing, testServer} from '../../../support/postgres.ts'
import {named, testNode} from '../../../support/postgres-store.ts'
import {burglary} from '../../../support/store.ts'
import {wholeLog} from '../conformance/engine.ts'

const MILLION = 1_000_000

describe.skipIf(postgresMissing)(postgresMissing ?? 'the database', () => {
  const server = testServer()
  const open = (url: string) => openPostgres({target: parsePostgresUrl(url), clock: realClock})
  const partitions = async (url: string) => {
    const sql = "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'citywatch.log'::regclass"
    return (await server().sql(url, sql)).map(({name}) => String(name).replace('citywatch.', '')).sort()
  }

  test('five nodes that start at the same time make the layout once', async () => {
    const url = await server().database()
    const stores = await Promise.all([1, 2, 3, 4, 5].map(() => testNode(url)))
    expect(new Set(stores.map(({epoch}) => epoch)).size).toBe(1)
    expect(stores[0]?.epoch).toMatch(/^[0-9a-f]{16}$/)
    expect(await server().sql(url, 'SELECT version FROM citywatch.layout')).toEqual([{version: 1}])
  })

  test('data of a newer citywatch are refused and left as they are', async () => {
    const url = await server().database()
    await (await testNode(url)).close()
    await server().sql(url, 'INSERT INTO citywatch.layout (version) VALUES (7)')
    const detail = 'data of layout 7, this citywatch reads 1'
    await expect(open(url)).rejects.toMatchObject({code: 'CW_IO', params: {detail}})
    expect(await server().sql(url, 'SELECT max(version) AS version FROM citywatch.layout')).toEqual([{version: 7}])
  })

  test('a database in another encoding is refused', async () => {
    await server().sql(
      server().url('postgres'),
      "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'",
    )
    await expect(open(server().url('latin'))).rejects.toMatchObject({
      code: 'CW_IO',
      params: {detail: 'the database is encoded in LATIN1; UTF8 is needed'},
    })
    await server().sql(server().url('postgres'), 'DROP DATABASE latin')
  })

  test('a database that is not there, and a server that is not there, are named without the login', async () => {
    const url = server().url('nowhere').replace('citywatch@', 'citywatch:geheim@')
    const error = await open(url).catch((failure) => failure)
    expect(error).toMatchObject({code: 'CW_IO', params: {detail: 'database "nowhere" does not exist'}})
    const gone = await open('postgres://citywatch:geheim@127.0.0.1:1/db').catch((failure) => failure)
    expect(gone).toMatchObject({code: 'CW_IO', params: {path: 'postgres://127.0.0.1:1/db'}})
    expect(JSON.stringify([error, gone, String(error), String(gone.cause)])).not.toContain('geheim')
  })

  test('partitions are made ahead, and rows on both sides of an edge are read as one log', async () => {
    const url = await server().database()
    const store = await testNode(url)
    await store.signal(named('1'))
    expect(await partitions(url)).toEqual(['log_0000000000000001'])
    await store.close()
    // As if most of the first million had been written already.
    await server().sql(url, `UPDATE citywatch.head SET seq = ${MILLION - 5}, floor = ${MILLION - 5}`)
    const later = await testNode(url)
    await Promise.all(Array.from({length: 10}, (_, index) => later.signal(named(`${index}`))))
    expect(await partitions(url)).toEqual(['log_0000000000000001', 'log_0000000001000001'])
    const first = MILLION - 4
    expect((await wholeLog(later, first - 1)).map(({seq}) => seq)).toEqual(
      Array.from({length: 10}, (_, index) => first + index),
    )
    expect(await later.floor()).toBe(first - 1)
  })

  test('old partitions go as a whole: by age, by size, and never the one that is being written', async () => {
    const url = await server().database()
    const store = await testNode(url)
    await store.signal({...burglary(), at: 1_000})
    await store.close()
    const fill = (seq: number, at: number) =>
      `INSERT INTO citywatch.log VALUES (${seq}, ${at}, 't', 's', '{}');
       UPDATE citywatch.head SET seq = ${seq}, floor = least(floor, ${seq})`
    await server().sql(url, fill(MILLION, 50_000))
    const second = await testNode(url)
    await second.signal({...burglary(), at: 100_000})
    await second.close()
    const link = await openLink(parsePostgresUrl(url), 'test')
    const round = async (retention: Retention, now: number) => {
      await upkeep(link, retention, now)
      const [head] = await server().sql(url, 'SELECT floor::int AS floor FROM citywatch.head')
      return {floor: head?.floor, partitions: (await partitions(url)).length}
    }
    expect(await round({}, 10 ** 12)).toEqual({floor: 0, partitions: 2})
    // A clock that is set to next year drops nothing by itself: the log's own time counts.
    expect(await round({keepMs: 60_000}, 10 ** 12)).toEqual({floor: 0, partitions: 2})
    expect(await round({keepMs: 40_000}, 10 ** 12)).toEqual({floor: MILLION, partitions: 1})
    expect(await round({keepBytes: 1}, 10 ** 12)).toEqual({floor: MILLION, partitions: 1})
    await link.close()
    const third = await testNode(url)
    expect(await third.reaches(MILLION - 1)).toBe(false)
    expect((await wholeLog(third, MILLION)).map(({seq}) => seq)).toEqual([MILLION + 1])
    await expect(third.read(5, 10)).rejects.toMatchObject({code: 'CW_CONFLICT'})
  })

  test('a partition in use is left for the next round, and the writers wait for no longer than a moment', async () => {
    const url = await server().database()
    const store = await testNode(url)
    await store.signal({...burglary(), at: 1_000})
    await store.close()
    await server().sql(url, `UPDATE citywatch.head SET seq = ${MILLION}`)
    const second = await testNode(url)
    await second.signal({...burglary(), at: 100_000})
    const dump = await openLink(parsePostgresUrl(url), 'dump')
    await dump.run('BEGIN; SELECT count(*) FROM log')
    const link = await openLink(parsePostgresUrl(url), 'test')
    await expect(upkeep(link, {keepBytes: 1}, 0)).rejects.toMatchObject({code: '55P03'})
    link.drop()
    expect(await second.signal(burglary())).toBe('stored')
    await dump.close()
    const again = await openLink(parsePostgresUrl(url), 'test')
    await upkeep(again, {keepBytes: 1}, 0)
    await again.close()
    expect(await partitions(url)).toEqual(['log_0000000001000001'])
  })
})

describe.skipIf(postgresMissing)(postgresMissing ?? 'a server that does not write through', () => {
  const server = testServer(['fsync=off'])

  test('it is refused unless that is asked for', async (context) => {
    if (server().crash === undefined) return context.skip('the server is not ours to set up')
    const target = parsePostgresUrl(await server().database())
    await expect(openPostgres({target, clock: realClock})).rejects.toMatchObject({code: 'CW_IO'})
    const store = await openPostgres({target, clock: realClock, allowNoFsync: true})
    expect(await store.signal(burglary())).toBe('stored')
    await store.close()
  })
})
