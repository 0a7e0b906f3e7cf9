/** The embedded store: order, group commit, full disks, locks. */
import {readdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import {openStore} from '../../../../src/platform/store/sqlite/open.ts'
import {openForReading, openForWriting} from '../../../../src/platform/store/sqlite/schema.ts'
import {panel} from '../../../support/signals.ts'
import {burglary, testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const bulky = () => burglary({raw: safeText('x'.repeat(1_000))})

describe('store', () => {
  test('a transaction has at most 4,000 writes', async () => {
    const store = await testStore(tempFolder())
    const commits: number[][] = []
    store.follow((rows) => commits.push(rows.map(({seq}) => seq)))
    await Promise.all(Array.from({length: 9_000}, () => store.signal(burglary())))
    expect(commits.flat()).toEqual(Array.from({length: 9_000}, (_, index) => index + 1))
    expect(commits.map(({length}) => length)).toEqual([1, 4_000, 4_000, 999])
    expect(store.head()).toBe(9_000)
  })

  test('a closed store leaves one file of data', async () => {
    const folder = tempFolder()
    const store = await testStore(folder)
    await store.signal(burglary())
    await store.close()
    expect(readdirSync(folder).sort()).toEqual(['lock', 'platform.db'])
  })

  test('data of before on-test windows is taken over as it is', async () => {
    const folder = tempFolder()
    const first = await testStore(folder)
    await first.signal(burglary())
    await first.close()
    const db = openForWriting(join(folder, 'platform.db'))
    db.exec("DROP TABLE ontest; UPDATE meta SET value = '1' WHERE name = 'schema'")
    db.close()
    const second = await testStore(folder)
    expect([second.epoch, second.head(), (await second.counts()).onTest]).toEqual([first.epoch, 1, 0])
    expect(await second.onTestWindows({all: true, after: 0, limit: 9})).toEqual({rows: []})
  })

  test('an inventory of layout 5 gets its new index of places, and loses the old one', async () => {
    const folder = tempFolder()
    const first = await testStore(folder)
    await first.putDevices({devices: ['b', 'a'].map((key, index) => ({...panel, key, account: `AA0${index}`}))})
    await first.close()
    const db = openForWriting(join(folder, 'platform.db'))
    db.exec(`DROP INDEX device_place_row; CREATE INDEX device_place ON device (kind, state ->> '$.jurisdiction', key);
      UPDATE meta SET value = '5' WHERE name = 'schema'`)
    db.close()
    const second = await testStore(folder)
    const page = {kind: 'panel', jurisdiction: panel.jurisdiction, limit: 1} as const
    const one = await second.devices({...page, after: ''})
    const two = await second.devices({...page, after: one.next ?? ''})
    expect([...one.rows, ...two.rows].map((row) => JSON.parse(row).key)).toEqual(['b', 'a'])
    const reading = openForReading(join(folder, 'platform.db'))
    const names = reading.prepare("SELECT name FROM sqlite_schema WHERE name GLOB 'device_place*'").all()
    reading.close()
    expect(names.map(({name}) => name)).toEqual(['device_place_row'])
  })

  test('zones of an account are found by index', async () => {
    const folder = tempFolder()
    await testStore(folder)
    const db = openForReading(join(folder, 'platform.db'))
    const sql = "SELECT key FROM device WHERE account = '1' AND kind = 'zone' AND key > '' ORDER BY key LIMIT 9"
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
    db.close()
    expect(plan.map(({detail}) => detail)).toEqual([
      'SEARCH device USING COVERING INDEX device_account (account=? AND kind=? AND key>?)',
    ])
  })

  test('a full disk: nothing is acknowledged, reading goes on, and writing goes on when there is space again', async () => {
    const folder = tempFolder()
    const store = await testStore(folder, 60)
    let stored = 0
    const fill = async () => {
      for (;;) {
        await store.signal(bulky())
        stored++
      }
    }
    await expect(fill()).rejects.toMatchObject({code: 'CW_DISK_FULL', params: {path: join(folder, 'platform.db')}})
    await expect(store.signal(bulky())).rejects.toMatchObject({code: 'CW_DISK_FULL'})
    expect(store.head()).toBe(stored)
    expect((await store.read(stored - 1, 10)).map(({seq}) => seq)).toEqual([stored])

    const operator = new DatabaseSync(join(folder, 'platform.db'))
    operator.exec('DELETE FROM log WHERE seq < 20')
    operator.close()
    expect(await store.signal(bulky())).toBe('stored')
    expect(store.head()).toBe(stored + 1)
    expect(await store.floor()).toBe(19)
  })

  test('a batch that fails half-way leaves nothing of itself, and the next one goes on densely', async () => {
    const folder = tempFolder()
    const store = await testStore(folder)
    await store.signal(burglary())
    const disk = new DatabaseSync(join(folder, 'platform.db'))
    onTestFinished(() => disk.close())
    disk.exec("CREATE TRIGGER broken BEFORE INSERT ON log WHEN new.seq = 3 BEGIN SELECT RAISE(FAIL, 'bad sector'); END")
    const batch = await Promise.allSettled([
      store.putDevices({devices: []}), // alone in its batch, so that the others are together in the next
      store.signal(burglary({zone: '8'})),
      store.signal(burglary({zone: '9'})),
    ])
    expect(batch.map(({status}) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    disk.exec('DROP TRIGGER broken')
    await store.signal(burglary({zone: '9'}))
    expect((await store.read(0, 10)).map(({seq, subject}) => `${seq} ${subject}`)).toEqual(['1 alarm/1', '2 alarm/2'])
    expect((await store.counts()).alarms).toMatchObject({new: 2, acked: 0})
  })

  test('a locked database file: refused after a while, and back when it is free', async () => {
    const folder = tempFolder()
    const store = await testStore(folder)
    const backup = new DatabaseSync(join(folder, 'platform.db'))
    backup.exec('BEGIN IMMEDIATE')
    await expect(store.signal(burglary())).rejects.toMatchObject({code: 'CW_IO'})
    backup.exec('ROLLBACK')
    backup.close()
    expect(await store.signal(burglary())).toBe('stored')
    expect(store.head()).toBe(1)
  })

  test('a second store on the same folder is refused and names the holder', async () => {
    const folder = tempFolder()
    const store = await testStore(folder)
    await expect(openStore({folder})).rejects.toMatchObject({
      code: 'CW_LOCKED',
      params: {what: folder, holder: `process ${process.pid}`},
    })
    await store.close()
    await testStore(folder)
  })

  test('a lock file left by a process that is gone does not matter', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'lock'), '')
    writeFileSync(join(folder, 'lock.pid'), '1\n')
    await testStore(folder)
  })

  test.each([
    ['text', 'this is not a database, and it is longer than a header of one hundred bytes'.repeat(9)],
    ['another database', undefined],
  ])('a data file that is %s is a named error and is left as it is', async (_name, content) => {
    const folder = tempFolder()
    const path = join(folder, 'platform.db')
    if (content !== undefined) writeFileSync(path, content)
    else {
      const db = new DatabaseSync(path)
      db.exec("CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT); INSERT INTO meta VALUES ('schema', '99')")
      db.close()
    }
    await expect(openStore({folder})).rejects.toMatchObject({code: 'CW_IO', params: {path}})
    await expect(openStore({folder})).rejects.toMatchObject({code: 'CW_IO'})
  })

  test('a commit is synced to the disk before it returns (WAL, synchronous=FULL)', () => {
    const db = openForWriting(join(tempFolder(), 'platform.db'))
    onTestFinished(() => db.close())
    expect(db.prepare('PRAGMA journal_mode').get()).toEqual({journal_mode: 'wal'})
    expect(db.prepare('PRAGMA synchronous').get()).toEqual({synchronous: 2})
  })
})
