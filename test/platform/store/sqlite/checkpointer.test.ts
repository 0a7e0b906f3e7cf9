/** Folding the write-ahead log beside the writer. */
import {readdirSync, statSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {describe, expect, onTestFinished, test, vi} from 'vitest'
import {Checkpointer} from '../../../../src/platform/store/sqlite/checkpointer.ts'
import {openForWriting} from '../../../../src/platform/store/sqlite/schema.ts'
import {burglary, testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

/** A database with 50 commits in its write-ahead log, of which the file has nothing. */
function written(): {path: string; size: () => number} {
  const path = join(tempFolder(), 'platform.db')
  const db = openForWriting(path)
  onTestFinished(() => {
    if (db.isOpen) db.close()
  })
  const insert = db.prepare("INSERT INTO log (seq, at, type, subject, entry) VALUES (?, 1, 't', 's', ?)")
  for (let seq = 1; seq <= 50; seq++) insert.run(seq, 'x'.repeat(5_000))
  return {path, size: () => statSync(path).size}
}

describe('checkpointer', () => {
  test('after some commits the file has what was written, while the writer keeps it open', async () => {
    const {path, size} = written()
    const checkpointer = new Checkpointer(path)
    for (let commit = 0; commit < 15; commit++) checkpointer.committed()
    const before = size()
    checkpointer.committed()
    await vi.waitFor(() => expect(size()).toBeGreaterThan(before + 50 * 5_000), 5_000)
    await checkpointer.close()
    const copy = new DatabaseSync(path, {readOnly: true})
    expect(copy.prepare('SELECT count(*) AS n FROM log').get()?.n).toBe(50)
    copy.close()
  })

  test('one that cannot open the database ends by itself, and nobody waits for it', async () => {
    const checkpointer = new Checkpointer(join(tempFolder(), 'no', 'such', 'file.db'))
    for (let commit = 0; commit < 100; commit++) checkpointer.committed()
    await checkpointer.close()
  })

  test('a store that has folded its log leaves one file of data all the same', async () => {
    const folder = tempFolder()
    const store = await testStore(folder)
    for (let commit = 0; commit < 40; commit++) await store.signal(burglary({zone: String(commit + 1)}))
    await store.close()
    expect(readdirSync(folder).toSorted()).toEqual(['lock', 'platform.db'])
  })
})
