/** Backup and restore of the embedded store: what is refused, what is kept, what a restored log says of itself. */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {describe, expect, test} from 'vitest'
import {backUp} from '../../../../src/platform/store/sqlite/backup.ts'
import {openStore} from '../../../../src/platform/store/sqlite/open.ts'
import {restore} from '../../../../src/platform/store/sqlite/restore.ts'
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
    ["UPDATE meta SET value = '7' WHERE name = 'schema'", 'data of layout 7, this citywatch reads 4'],
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
