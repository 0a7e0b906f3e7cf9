/** How far back the store knows an event again, and that a kill forgets none of them. */
import {spawn} from 'node:child_process'
import {hash} from 'node:crypto'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {DatabaseSync} from 'node:sqlite'
import {fileURLToPath} from 'node:url'
import {expect, onTestFinished, test} from 'vitest'
import {DEFAULT_POLICY} from '../../../../src/alarm/policy.ts'
import {writeEvents} from '../../../../src/platform/store/book/events.ts'
import {SqliteBook} from '../../../../src/platform/store/sqlite/book.ts'
import {connectForWriting} from '../../../../src/platform/store/sqlite/connection.ts'
import {eventItem} from '../../../support/events.ts'
import {testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const CHILD = fileURLToPath(new URL('../../../support/event-store.ts', import.meta.url))

test('the latest so many are known again, older ones are new', () => {
  const connection = connectForWriting(join(tempFolder(), 'platform.db'))
  onTestFinished(() => connection.db.close())
  const book = new SqliteBook(connection, DEFAULT_POLICY)
  const write = (...ids: number[]) => {
    const outcome = writeEvents(book, {at: 0, items: ids.map((id) => eventItem(`${id}`))}, 3)
    return outcome.type === 'stored' ? outcome.result : outcome
  }
  expect(write(1, 2, 3)).toEqual({seq: 3, stored: 3, repeated: 0})
  expect(write(4)).toEqual({seq: 4, stored: 1, repeated: 0})
  expect(write(2, 3, 4)).toEqual({seq: 4, stored: 0, repeated: 3})
  expect(write(1)).toEqual({seq: 5, stored: 1, repeated: 0})
})

test('what a platform of layout 3 had seen is known again', async () => {
  const folder = tempFolder()
  await (await testStore(folder)).close()
  const db = new DatabaseSync(join(folder, 'platform.db'))
  db.exec('CREATE TABLE event_seen (n INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL) STRICT')
  const insert = db.prepare('INSERT INTO event_seen (key, seq) VALUES (?, ?)')
  for (let id = 0; id < 1_000; id++) insert.run(hash('sha256', `/test\n${id}`, 'base64url'), id + 1)
  db.exec("DROP TABLE seen; UPDATE meta SET value = '3' WHERE name = 'schema'")
  db.close()
  const store = await testStore(folder)
  const items = [0, 500, 999, 1_000].map((id) => eventItem(`${id}`))
  expect(await store.events({at: 0, items})).toMatchObject({result: {stored: 1, repeated: 3}})
})

test('events of many commits are known again after each opening, and rows are taken away with what they hold', () => {
  const path = join(tempFolder(), 'platform.db')
  const rows = () => {
    const {db} = connection
    return db.prepare('SELECT count(*) AS rows, sum(length(bytes)) / 24 AS entries FROM seen').get()
  }
  let connection = connectForWriting(path)
  const write = (ids: readonly number[]) => {
    const book = new SqliteBook(connection, DEFAULT_POLICY)
    const outcome = writeEvents(book, {at: 0, items: ids.map((id) => eventItem(`${id}`))}, 1_000)
    book.finish()
    return outcome.type === 'stored' ? outcome.result : outcome
  }
  connection.db.exec('BEGIN')
  for (let id = 0; id < 2_000; id++) write([id])
  connection.db.exec('COMMIT')
  expect(rows()).toEqual({rows: 9, entries: 2_000 - 7 * 128})
  connection.db.close()
  connection = connectForWriting(path)
  expect(write([1_000, 1_999])).toMatchObject({stored: 0, repeated: 2})
  expect(write([0, 2_000])).toMatchObject({stored: 2, repeated: 0})
  connection.db.close()
})

test('a kill in mid-write: whatever was acknowledged is known again, and nothing is in the log twice', async () => {
  const folder = tempFolder()
  const child = spawn(process.execPath, [CHILD, folder], {stdio: ['ignore', 'pipe', 'inherit']})
  const acknowledged: string[] = []
  for await (const line of createInterface({input: child.stdout})) {
    acknowledged.push(line)
    if (acknowledged.length === 300) child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  const store = await testStore(folder)
  const head = store.head()
  const again = await store.events({at: 0, items: acknowledged.map((id) => eventItem(id))})
  expect(again).toMatchObject({type: 'stored', result: {stored: 0, repeated: acknowledged.length}})
  expect(store.head()).toBe(head)
  // What the kill cut off is sent again by a sender that was not answered: all of it is in the log once then.
  const all = Array.from({length: head + 20}, (_, id) => `${id}`)
  await store.events({at: 0, items: all.map((id) => eventItem(id))})
  const ids: string[] = []
  while (ids.length < store.head()) {
    for (const row of await store.read(ids.length, 1_000)) ids.push(JSON.parse(row.entry).event.id)
  }
  expect(ids.length).toBe(new Set(ids).size)
  expect(new Set(ids)).toEqual(new Set(all))
})
