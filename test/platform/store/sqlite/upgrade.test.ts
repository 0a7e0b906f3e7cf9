/** Data of the layout before the life of alarms, opened by this version. */
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect, test} from 'vitest'
import {testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {expectStory, withoutLatched, writeStory} from '../../../support/upgrade-story.ts'

const ADDED = ['account', 'screen', 'priority', 'fired_at', 'seq']

test('layout 5: alarms get their columns, what latches its name, and the totals are counted anew', async () => {
  const folder = tempFolder()
  const store = await testStore(folder)
  await writeStory(store)
  await store.close()
  const db = new DatabaseSync(join(folder, 'platform.db'))
  db.exec('DROP INDEX alarm_open_account; DROP TABLE mask; DROP TABLE handoff')
  for (const column of ADDED) db.exec(`ALTER TABLE alarm DROP COLUMN ${column}`)
  for (const {id, state} of db.prepare('SELECT id, state FROM alarm').all()) {
    db.prepare('UPDATE alarm SET state = ? WHERE id = ?').run(withoutLatched(String(state)), Number(id))
  }
  db.exec("DELETE FROM counter WHERE name LIKE 'alarm:%' AND name NOT IN ('alarm:new', 'alarm:acked')")
  db.exec("UPDATE meta SET value = '5' WHERE name = 'schema'")
  db.close()
  const again = await testStore(folder)
  await expectStory(again)
  expect(again.epoch).toBe(store.epoch)
})
