/** Backup and restore of the embedded store: what is refused, what is kept, what a restored log says of itself. */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {describe, expect, test} from 'vitest'
import {json} from '../../../../src/platform/json.ts'
import {backUp} from '../../../../src/platform/store/sqlite/backup.ts'
import {openStore} from '../../../../src/platform/store/sqlite/open.ts'
import {restore} from '../../../../src/platform/store/sqlite/restore.ts'
import {numbers, sealedUpTo, segmentedStore, wholeLog} from '../../../support/segments.ts'
import {panel} from '../../../support/signals.ts'
import {burglary, testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const NOW = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A store with so many alarms, still open, and a place for backups. */
async function filled(alarms: number) {
  const [folder, outside] = [tempFolder(), tempFolder()]
  const store = await testStore(folder)
  await Promise.all(Array.from({length: alarms}, (_, zone) => store.signal(burglary({zone: `${zone + 1}`}))))
  return {folder, store, file: join(outside, 'b.db'), outside}
}

const backup = (folder: string, file: string, force = false) => backUp({folder, file, force, now: NOW})

/** A sound backup of a closed store, changed by `sql`. */
async function changedBackup(sql: string): Promise<string> {
  const {folder, file} = await filled(3)
  await backup(folder, file)
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
  return file
}

describe('backup', () => {
  test('an open store is copied: one file for its owner only, nothing beside it, and the store goes on', async () => {
    const {folder, store, file, outside} = await filled(3)
    const report = await backup(folder, file)
    expect(report).toEqual({file, sizeBytes: statSync(file).size, epoch: store.epoch, head: 3})
    expect(readdirSync(outside)).toEqual(['b.db'])
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    await store.signal(burglary({zone: '9'}))
    expect(store.head()).toBe(4)
  })

  test('what is written between two steps of the copy is not in it, and does not make it start anew', async () => {
    const {folder, store, file} = await filled(1)
    const writer = new DatabaseSync(join(folder, 'platform.db'))
    writer.exec('CREATE TABLE filler (text TEXT)')
    const add = writer.prepare('INSERT INTO filler VALUES (?)')
    for (let row = 0; row < 40; row++) add.run('x'.repeat(500_000))
    const steps: number[] = []
    const progress = (step: {done: number} | 'checking') => {
      if (step === 'checking') return
      steps.push(step.done)
      writer.exec("INSERT INTO log SELECT max(seq) + 1, 0, '', '', '{}' FROM log")
    }
    const {head} = await backUp({folder, file, force: false, now: NOW, progress})
    writer.close()
    expect(steps.length).toBeGreaterThan(2)
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
    expect(head).toBe(1)
    expect(await store.read(0, 100)).toHaveLength(1 + steps.length)
  })

  test('a file that is there stays as it is, unless forced', async () => {
    const {folder, store, file} = await filled(1)
    writeFileSync(file, 'precious')
    await expect(backup(folder, file)).rejects.toMatchObject({code: 'CW_FILE_EXISTS', params: {path: file}})
    expect(readFileSync(file, 'utf8')).toBe('precious')
    expect(await backup(folder, file, true)).toMatchObject({head: 1, epoch: store.epoch})
  })

  test('neither the data themselves nor anything beside them can be the target, not even forced', async () => {
    const {folder, outside} = await filled(1)
    for (const name of ['platform.db', 'copy.db']) {
      await expect(backup(folder, join(folder, name), true)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    }
    mkdirSync(join(outside, 'folder'))
    await expect(backup(folder, join(outside, 'folder'), true)).rejects.toMatchObject({code: 'CW_BAD_VALUE'})
    await expect(backup(folder, join(outside, 'no', 'b.db'))).rejects.toMatchObject({code: 'CW_IO'})
  })

  test('a folder without data is no source, and none is made', async () => {
    const folder = join(tempFolder(), 'nothing')
    await expect(backup(folder, join(tempFolder(), 'b.db'))).rejects.toMatchObject({code: 'CW_FILE_NOT_FOUND'})
    expect(existsSync(folder)).toBe(false)
  })

  test('a log with a hole makes no backup, and no file is left', async () => {
    const {folder, store, file, outside} = await filled(3)
    await store.close()
    const db = new DatabaseSync(join(folder, 'platform.db'))
    db.exec('DELETE FROM log WHERE seq = 2')
    db.close()
    const detail = 'damaged: the log has 2 entries between 1 and 3'
    await expect(backup(folder, file)).rejects.toMatchObject({code: 'CW_IO', params: {detail}})
    expect(readdirSync(outside)).toEqual([])
  })

  test('an interrupt ends it, and no file is left', async () => {
    const {folder, file, outside} = await filled(1)
    const stop = new AbortController()
    const progress = () => stop.abort(new Error('enough'))
    const running = backUp({folder, file, force: false, now: NOW, signal: stop.signal, progress})
    await expect(running).rejects.toThrow('enough')
    expect(readdirSync(outside)).toEqual([])
  })

  test('what a killed backup left is cleared by the next one; what a living one writes is not', async () => {
    const {folder, file, outside} = await filled(1)
    const foreign = ['b.db.1.part', 'b.db.x.part', 'a.db.4194999.part', 'b.db.part']
    for (const name of [...foreign, 'b.db.4194999.part', 'b.db.4194999.part-journal'])
      writeFileSync(join(outside, name), '')
    await backup(folder, file)
    expect(readdirSync(outside).toSorted()).toEqual(['b.db', ...foreign].toSorted())
  })
})

describe('restore', () => {
  test('an empty folder becomes the platform of the backup, in a new life', async () => {
    const {folder, store, file} = await filled(3)
    await backup(folder, file)
    const before = readFileSync(file)
    const place = join(tempFolder(), 'new')
    const report = await restore({file, folder: place, now: NOW})
    expect(report).toMatchObject({file, dataFolder: place, head: 3, madeAt: NOW, replaced: null})
    expect(report.epoch).not.toBe(store.epoch)
    expect(readFileSync(file)).toEqual(before)
    const restored = await testStore(place)
    expect(restored.epoch).toBe(report.epoch)
    expect(await restored.read(0, 10)).toEqual(await store.read(0, 10))
    expect(await restored.counts()).toEqual(await store.counts())
    await restored.signal(burglary({zone: '7'}))
    expect(restored.head()).toBe(4)
  })

  const OLD_DEVICES = `DROP TABLE device; CREATE TABLE device (
    kind TEXT NOT NULL, key TEXT NOT NULL, account TEXT, state TEXT NOT NULL, PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID; CREATE INDEX device_account ON device (account) WHERE account IS NOT NULL;
  INSERT INTO device VALUES ('panel', 'panel-1', '1234', '${json(panel)}')`

  test.each([
    ['1', 'DROP TABLE ontest; DROP TABLE seen; DROP TABLE segment'],
    ['2', 'DROP TABLE seen; DROP TABLE segment'],
    [
      '3',
      'DROP TABLE seen; DROP TABLE segment; CREATE TABLE event_seen (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL) STRICT',
    ],
  ])('a backup of layout %s becomes a platform of today', async (layout, sql) => {
    const file = await changedBackup(
      `${sql}; ${OLD_DEVICES}; UPDATE meta SET value = '${layout}' WHERE name = 'schema'`,
    )
    const place = tempFolder()
    expect(await restore({file, folder: place, now: NOW})).toMatchObject({head: 3})
    const restored = await testStore(place)
    await restored.signal({...burglary({zone: '9'}), acceptUnknown: false})
    expect((await restored.devices({kind: 'panel', after: '', limit: 9})).rows).toEqual([json(panel)])
    expect([await restored.floor(), restored.head(), (await restored.read(0, 9)).length]).toEqual([0, 4, 4])
  })

  test('what was there is kept whole beside it, each time in a folder of its own', async () => {
    const {folder, store, file} = await filled(2)
    await backup(folder, file)
    await store.signal(burglary({zone: '3'}))
    const {epoch} = store
    await store.close()
    const first = await restore({file, folder, now: NOW})
    const second = await restore({file, folder, now: NOW})
    expect([first.replaced, second.replaced]).toEqual([
      join(folder, 'replaced-20260102T030405Z'),
      join(folder, 'replaced-20260102T030405Z-2'),
    ])
    const kept = await openStore({folder: String(first.replaced)})
    expect([kept.epoch, kept.head()]).toEqual([epoch, 3])
    await kept.close()
  })

  test('a folder that a platform holds is left alone', async () => {
    const {folder, store, file} = await filled(1)
    await backup(folder, file)
    await expect(restore({file, folder, now: NOW})).rejects.toMatchObject({code: 'CW_LOCKED'})
    expect(store.head()).toBe(1)
  })

  test.each([
    ["UPDATE meta SET value = '7' WHERE name = 'schema'", 'data of layout 7, this citywatch reads 6'],
    ['DROP TABLE log', 'a database of another program'],
    ['DELETE FROM log WHERE seq = 2', 'damaged: the log has 2 entries between 1 and 3'],
    ["DELETE FROM meta WHERE name = 'epoch'", 'damaged: the log has no epoch'],
    ["DELETE FROM meta WHERE name = 'backup'", 'a copy of a data folder, which may lack its last entries'],
  ])('after %s it is refused by name, and the data stay', async (sql, detail) => {
    const file = await changedBackup(sql)
    await refusedWith(file, detail)
  })

  test.each([
    [
      'text',
      (file: string) => writeFileSync(file, 'a letter of no importance, long enough to be a header'),
      'not a database',
    ],
    ['nothing', (file: string) => truncateSync(file, 0), 'a database of another program'],
    ['half of it', (file: string) => truncateSync(file, statSync(file).size / 2), expect.stringMatching(/^damaged: /)],
    ['noise in the middle', (file: string) => scribble(file), expect.stringMatching(/^damaged: /)],
  ])('a backup of which %s is left is refused, and the data stay', async (_what, spoil, detail) => {
    const {folder, file} = await filled(300)
    await backup(folder, file)
    spoil(file)
    await refusedWith(file, detail)
  })

  test('a file that is refused leaves an empty folder free for a platform', async () => {
    const folder = tempFolder()
    const file = join(tempFolder(), 'letter')
    writeFileSync(file, 'a letter of no importance, long enough to be a header')
    await expect(restore({file, folder, now: NOW})).rejects.toMatchObject({code: 'CW_NOT_A_BACKUP'})
    expect(readdirSync(folder)).toEqual(['lock'])
    expect((await testStore(folder)).head()).toBe(0)
  })

  test('no file and a folder are refused by name', async () => {
    const folder = tempFolder()
    const nowhere = join(folder, 'no.db')
    await expect(restore({file: nowhere, folder, now: NOW})).rejects.toMatchObject({code: 'CW_FILE_NOT_FOUND'})
    await expect(restore({file: folder, folder, now: NOW})).rejects.toMatchObject({code: 'CW_NOT_A_BACKUP'})
  })

  test('a restore that was cut off between old and new lets no platform start with nothing; running it again mends it', async () => {
    const {folder, store, file} = await filled(2)
    await backup(folder, file)
    await store.close()
    const place = tempFolder()
    copyFileSync(file, join(place, 'platform.db.restoring'))
    const detail = 'a restore was interrupted; run it again'
    await expect(openStore({folder: place})).rejects.toMatchObject({code: 'CW_IO', params: {detail}})
    await restore({file, folder: place, now: NOW})
    expect((await testStore(place)).head()).toBe(2)
  })
})

describe('backup of a log in segments', () => {
  test('one file has all of it, also rows that lie in both, and a restored platform reads and seals them', async () => {
    const {folder, store, file, write, until} = await segmented(250)
    await until(sealedUpTo(200))
    await write(5)
    const done: number[] = []
    const progress = (step: {done: number; total: number} | 'checking') => {
      if (step === 'checking') return
      done.push(step.done)
      expect(step.done).toBeLessThanOrEqual(step.total)
    }
    const report = await backUp({folder, file, force: false, now: NOW, progress})
    expect(report).toMatchObject({head: 255, epoch: store.epoch})
    expect(done).toEqual(done.toSorted((a, b) => a - b))
    const place = tempFolder()
    expect(await restore({file, folder: place, now: NOW})).toMatchObject({head: 255, replaced: null})
    const restored = await segmentedStore(place)
    expect(await wholeLog(restored.store)).toEqual(await wholeLog(store))
    await restored.until(sealedUpTo(200))
    expect(await wholeLog(restored.store)).toEqual(await wholeLog(store))
    expect(restored.store.counts()).toEqual(store.counts())
  })

  test('what retention took is not in it, and a segment that it takes during the copy is left out with all before it', async () => {
    const {folder, store, file, until} = await segmented(250)
    await until(sealedUpTo(200))
    await store.close()
    const progress = (step: {done: number} | 'checking') => {
      if (step === 'checking') return
      const live = new DatabaseSync(join(folder, 'platform.db'))
      live.exec("DELETE FROM segment WHERE last <= 100; INSERT OR REPLACE INTO counter VALUES ('log:dropped', 100)")
      live.close()
      rmSync(join(folder, 'segments', 'log-000000000001.db'), {force: true})
    }
    await backUp({folder, file, force: false, now: NOW, progress})
    const place = tempFolder()
    await restore({file, folder: place, now: NOW})
    const restored = await segmentedStore(place)
    expect([await restored.store.floor(), restored.store.head()]).toEqual([100, 250])
    expect((await wholeLog(restored.store)).seqs).toEqual(numbers(101, 250))
  })

  test.each([
    ['is gone', (path: string) => rmSync(path), 'it is gone'],
    ['was changed', (path: string) => scribble(path), 'it is not what was sealed'],
  ])('a segment that %s makes no backup, and is named', async (_what, spoil, detail) => {
    const {folder, store, file, outside, until} = await segmented(100)
    await until(sealedUpTo(100))
    await store.close()
    const path = join(folder, 'segments', 'log-000000000001.db')
    chmodSync(path, 0o600)
    spoil(path)
    await expect(backup(folder, file)).rejects.toMatchObject({
      code: 'CW_IO',
      params: {path, detail: `a segment of the log is damaged: ${detail}`},
    })
    expect(readdirSync(outside)).toEqual([])
  })

  test('data in segments are put aside whole, also by the restore after one that was cut off in the middle', async () => {
    const {folder, store, file, until} = await segmented(150)
    await until(sealedUpTo(100))
    await store.close()
    await backup(folder, file)
    const first = await restore({file, folder, now: NOW})
    const kept = await segmentedStore(String(first.replaced))
    expect((await wholeLog(kept.store)).seqs).toEqual(numbers(1, 150))
    await kept.store.close()
    renameSync(join(String(first.replaced), 'segments'), join(folder, 'segments'))
    rmSync(join(folder, 'platform.db'))
    const second = await restore({file, folder, now: NOW + 1_000})
    expect(second.replaced).toBe(first.replaced)
    expect(existsSync(join(folder, 'segments'))).toBe(false)
    expect(readdirSync(String(first.replaced)).toSorted()).toEqual(['lock', 'platform.db', 'segments'])
  })
})

/** A log of so many rows in segments of a hundred. */
async function segmented(rows: number) {
  const [folder, outside] = [tempFolder(), tempFolder()]
  const running = await segmentedStore(folder)
  await running.write(rows)
  return {...running, folder, outside, file: join(outside, 'b.db')}
}

/** Restoring `file` over other data is refused with `detail`, and these are untouched. */
async function refusedWith(file: string, detail: unknown): Promise<void> {
  const {folder, store} = await filled(1)
  const {epoch} = store
  await store.close()
  const running = restore({file, folder, now: NOW})
  await expect(running).rejects.toMatchObject({code: 'CW_NOT_A_BACKUP', params: {path: file, detail}})
  expect(readdirSync(folder).toSorted()).toEqual(['lock', 'platform.db'])
  const kept = await testStore(folder)
  expect([kept.epoch, kept.head()]).toEqual([epoch, 1])
}

function scribble(file: string): void {
  const bytes = readFileSync(file)
  bytes.fill(0xa5, 4096 * 4, 4096 * 12)
  writeFileSync(file, bytes)
}
