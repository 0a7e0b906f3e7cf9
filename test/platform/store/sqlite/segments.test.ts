/** The log in segments: sealed behind the writer, read as one, let go from its old end. */
import {chmodSync, existsSync, readdirSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {describe, expect, test} from 'vitest'
import {openSegment} from '../../../../src/platform/store/sqlite/segments/file.ts'
import {seal} from '../../../../src/platform/store/sqlite/segments/seal.ts'
import {numbers, sealedUpTo, segmentedStore, wholeLog} from '../../../support/segments.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const DAY = 86_400_000

/** Rows that the open part has on the disk, cleared away or not. */
function openRows(folder: string): number[] {
  const db = new DatabaseSync(join(folder, 'platform.db'), {readOnly: true})
  const rows = db.prepare('SELECT seq FROM log ORDER BY seq').all()
  db.close()
  return rows.map(({seq}) => Number(seq))
}

describe('segments', () => {
  test('full stretches become files, and the log is read across them as one', async () => {
    const folder = tempFolder()
    const {store, write, until} = await segmentedStore(folder)
    await write(250)
    await until(sealedUpTo(200))
    expect(readdirSync(join(folder, 'segments')).toSorted()).toEqual(['log-000000000001.db', 'log-000000000101.db'])
    const {seqs, raws} = await wholeLog(store)
    expect(seqs).toEqual(numbers(1, 250))
    expect(raws).toEqual(numbers(1, 250).map(String))
    expect((await store.read(98, 4)).map(({seq}) => seq)).toEqual([99, 100, 101, 102])
    expect((await store.read(199, 4)).map(({seq}) => seq)).toEqual([200, 201, 202, 203])
    expect(await store.read(0, 1_000)).toHaveLength(250)
    expect([await store.floor(), store.head()]).toEqual([0, 250])
    expect(await store.storage?.()).toMatchObject({floor: 0, dropped: 0, open: 50, segments: 2, failures: 0})
  })

  test('sealed rows are cleared out of the open part as rows are added, and nobody sees it', async () => {
    const folder = tempFolder()
    const {store, write, until} = await segmentedStore(folder)
    await write(250)
    await until(sealedUpTo(200))
    expect(openRows(folder)).toEqual(numbers(1, 250))
    for (let round = 0; round < 4; round++) {
      await write(10)
      expect((await wholeLog(store)).seqs).toEqual(numbers(1, 260 + round * 10))
    }
    expect(openRows(folder)).toEqual(numbers(201, 290))
  })

  test('a file that is sealed has its indexes, tells where things happened, and is for reading only', async () => {
    const folder = tempFolder()
    const {write, until} = await segmentedStore(folder)
    await write(100)
    await until(sealedUpTo(100))
    const path = join(folder, 'segments', 'log-000000000001.db')
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o400)
    const db = openSegment(path)
    const plan = (where: string) =>
      db
        .prepare(`EXPLAIN QUERY PLAN SELECT seq FROM log WHERE ${where} AND seq > 5 ORDER BY seq LIMIT 9`)
        .all()
        .map(({detail}) => detail)
    expect(plan("jurisdiction = 'a.b'")).toEqual([
      'SEARCH log USING COVERING INDEX log_jurisdiction (jurisdiction=? AND seq>?)',
    ])
    expect(plan("type = 'alarm.raised'")).toEqual(['SEARCH log USING COVERING INDEX log_type (type=? AND seq>?)'])
    expect(db.prepare('SELECT DISTINCT jurisdiction AS place FROM log').all()).toEqual([{place: ''}])
    db.close()
  })

  test('rows left over by one sealing count for the next', async () => {
    const {write, until} = await segmentedStore(tempFolder())
    await write(120)
    await until(sealedUpTo(100))
    await write(80)
    await until(sealedUpTo(200))
  })

  test('a log that is sealed to its last row goes on from there after a restart', async () => {
    const folder = tempFolder()
    const first = await segmentedStore(folder)
    await first.write(100)
    await first.until(sealedUpTo(100))
    await first.store.close()
    const db = new DatabaseSync(join(folder, 'platform.db'))
    db.exec('DELETE FROM log')
    db.close()
    const second = await segmentedStore(folder)
    expect([await second.store.floor(), second.store.head()]).toEqual([0, 100])
    await second.write(3)
    expect((await wholeLog(second.store)).seqs).toEqual(numbers(1, 103))
  })

  test('data of one table are taken over at once and sealed bit by bit', async () => {
    const folder = tempFolder()
    const first = await segmentedStore(folder, {segmentRows: 1_000_000})
    await first.write(1_050)
    await first.store.close()
    const db = new DatabaseSync(join(folder, 'platform.db'))
    db.exec("DROP TABLE segment; UPDATE meta SET value = '3' WHERE name = 'schema'")
    db.close()
    const second = await segmentedStore(folder)
    await second.until(sealedUpTo(1_000))
    expect((await wholeLog(second.store)).seqs).toEqual(numbers(1, 1_050))
    expect(second.events.map((event) => event.type === 'sealed' && event.segment.first)).toEqual(
      numbers(0, 9).map((n) => n * 100 + 1),
    )
  })

  test('a segment whose file is gone or cut is an error that names it, and the rest is read', async () => {
    const folder = tempFolder()
    const {store, write, until} = await segmentedStore(folder)
    await write(250)
    await until(sealedUpTo(200))
    const path = join(folder, 'segments', 'log-000000000101.db')
    chmodSync(path, 0o600)
    const db = new DatabaseSync(path)
    db.exec('DELETE FROM log WHERE seq = 150')
    db.close()
    await expect(store.read(100, 100)).rejects.toMatchObject({code: 'CW_IO', params: {path}})
    rmSync(path)
    await expect(store.read(100, 100)).rejects.toMatchObject({code: 'CW_IO'})
    expect(await store.read(0, 100)).toHaveLength(100)
    expect(await store.read(200, 100)).toHaveLength(50)
    await write(1)
  })

  test('a kill between the finished file and its entry in the list leaves each row in the log once', async () => {
    const folder = tempFolder()
    const first = await segmentedStore(folder, {segmentRows: 1_000_000})
    await first.write(150)
    await first.store.close()
    seal({dataFolder: folder, epoch: first.store.epoch, first: 1, last: 100, reserveBytes: 0})
    const second = await segmentedStore(folder, {segmentRows: 1_000_000})
    expect((await wholeLog(second.store)).seqs).toEqual(numbers(1, 150))
    await second.store.close()
    const third = await segmentedStore(folder)
    await third.until(sealedUpTo(100))
    expect((await wholeLog(third.store)).seqs).toEqual(numbers(1, 150))
  })

  test('a kill while sealed rows are cleared away leaves each row in the log once, and they go on being cleared', async () => {
    const folder = tempFolder()
    const first = await segmentedStore(folder, {segmentRows: 1_000})
    await first.write(1_099)
    await first.write(1) // a commit clears as much as the one before it added, twice, and a little
    await first.until(sealedUpTo(1_000))
    await first.write(1)
    await first.store.close()
    expect(openRows(folder).at(0)).toBeGreaterThan(1)
    expect(openRows(folder).at(0)).toBeLessThan(1_000)
    const second = await segmentedStore(folder, {segmentRows: 1_000})
    expect((await wholeLog(second.store, 300)).seqs).toEqual(numbers(1, 1_101))
    for (let round = 0; round < 20; round++) await second.write(1)
    expect(openRows(folder)).toEqual(numbers(1_001, 1_121))
  })

  test('too little room for a segment: nothing is begun, signals go on, and it is told', async () => {
    const folder = tempFolder()
    const {store, write, until} = await segmentedStore(folder, {reserveBytes: Number.MAX_SAFE_INTEGER})
    await write(150)
    expect(await until(({type}) => type === 'failed')).toEqual({type: 'failed', step: 'seal', code: 'CW_DISK_FULL'})
    expect(readdirSync(join(folder, 'segments'))).toEqual([])
    expect(await store.storage?.()).toMatchObject({failures: 1, trouble: 'CW_DISK_FULL', open: 150})
    await write(10)
    expect((await wholeLog(store)).seqs).toEqual(numbers(1, 160))
  })

  test('what an interrupted sealing left is made anew, and a file of another log is put aside, not deleted', async () => {
    const folder = tempFolder()
    const other = await segmentedStore(folder)
    await other.write(100)
    await other.until(sealedUpTo(100))
    await other.store.close()
    for (const name of ['platform.db', 'lock']) rmSync(join(folder, name))
    writeFileSync(join(folder, 'segments', 'log-000000000001.db.part'), 'half')
    const {store, write, until} = await segmentedStore(folder)
    await write(100)
    await until(sealedUpTo(100))
    expect((await wholeLog(store)).seqs).toEqual(numbers(1, 100))
    expect(readdirSync(join(folder, 'segments')).map((name) => name.replace(/\d+$/, 'TIME'))).toEqual([
      'log-000000000001.db',
      'log-000000000001.db.foreign-TIME',
    ])
  })
})

describe('retention', () => {
  test('by size: the oldest files go, the open part stays whatever it takes, and readers behind the floor are told', async () => {
    const folder = tempFolder()
    const {store, write, until, events} = await segmentedStore(folder, {retention: {keepBytes: 1}})
    await write(250)
    await until((event) => event.type === 'dropped' && event.last === 200)
    expect([await store.floor(), store.head()]).toEqual([200, 250])
    expect(readdirSync(join(folder, 'segments'))).toEqual([])
    expect((await wholeLog(store)).seqs).toEqual(numbers(201, 250))
    expect(await store.storage?.()).toMatchObject({floor: 200, dropped: 200, open: 50, segments: 0, segmentBytes: 0})
    expect((await store.counts()).alarms.new).toBe(1)
    expect(events.filter(({type}) => type === 'dropped').at(-1)).toMatchObject({last: 200})
    await store.close()
    const again = await segmentedStore(folder)
    expect([await again.store.floor(), again.store.head()]).toEqual([200, 250])
  })

  test('by time: what is old is sealed however little it is, and goes when all of it is past', async () => {
    const folder = tempFolder()
    const first = await segmentedStore(folder)
    await first.write(3, 5 * DAY)
    await first.write(2, 89 * DAY)
    await first.write(1, 100 * DAY)
    await first.store.close()
    const retention = {keepMs: 80 * DAY}
    const second = await segmentedStore(folder, {retention, now: () => 100 * DAY})
    await second.until(sealedUpTo(6))
    await second.write(1, 181 * DAY)
    await second.store.close()
    const third = await segmentedStore(folder, {retention, now: () => 181 * DAY})
    await third.until(({type}) => type === 'dropped')
    expect(await third.store.floor()).toBe(6)
    expect((await wholeLog(third.store)).seqs).toEqual([7])
  })

  test('a file whose deletion was cut off goes with the next drop', async () => {
    const folder = tempFolder()
    const first = await segmentedStore(folder)
    await first.write(250)
    await first.until(sealedUpTo(200))
    await first.store.close()
    const db = new DatabaseSync(join(folder, 'platform.db'))
    db.exec("DELETE FROM segment WHERE first = 1; INSERT INTO counter VALUES ('log:dropped', 100)")
    db.close()
    const second = await segmentedStore(folder, {retention: {keepBytes: 1}})
    await second.until((event) => event.type === 'dropped')
    expect(await second.store.floor()).toBe(200)
    expect(existsSync(join(folder, 'segments', 'log-000000000001.db'))).toBe(false)
    expect(readdirSync(join(folder, 'segments'))).toEqual([])
  })
})
