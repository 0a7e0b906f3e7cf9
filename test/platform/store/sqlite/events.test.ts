/** How far back the store knows an event again, and that a kill forgets none of them. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {expect, onTestFinished, test} from 'vitest'
import {DEFAULT_POLICY} from '../../../../src/alarm/policy.ts'
import {writeEvents} from '../../../../src/platform/store/book/events.ts'
import {SqliteBook} from '../../../../src/platform/store/sqlite/book.ts'
import {openForWriting} from '../../../../src/platform/store/sqlite/schema.ts'
import {eventItem} from '../../../support/events.ts'
import {testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const CHILD = fileURLToPath(new URL('../../../support/event-store.ts', import.meta.url))

test('the latest so many are known again, older ones are new', () => {
  const db = openForWriting(join(tempFolder(), 'platform.db'))
  onTestFinished(() => db.close())
  const book = new SqliteBook(db, DEFAULT_POLICY)
  const write = (...ids: number[]) => {
    const outcome = writeEvents(book, {at: 0, items: ids.map((id) => eventItem(`${id}`))}, 3)
    return outcome.type === 'stored' ? outcome.result : outcome
  }
  expect(write(1, 2, 3)).toEqual({seq: 3, stored: 3, repeated: 0})
  expect(write(4)).toEqual({seq: 4, stored: 1, repeated: 0})
  expect(write(2, 3, 4)).toEqual({seq: 4, stored: 0, repeated: 3})
  expect(write(1)).toEqual({seq: 5, stored: 1, repeated: 0})
  expect(db.prepare('SELECT count(*) AS kept FROM event_seen').get()?.kept).toBe(3)
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
