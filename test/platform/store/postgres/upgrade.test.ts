/** A database of the layout before the life of alarms, opened by this version. */
import {describe, test} from 'vitest'
import {postgresMissing, testServer} from '../../../support/postgres.ts'
import {testNode} from '../../../support/postgres-store.ts'
import {expectStory, writeStory} from '../../../support/upgrade-story.ts'

const TO_LAYOUT_5 = `
  SET search_path TO citywatch;
  DROP TABLE life_sign; DROP INDEX device_revision; ALTER TABLE device DROP revision;
  DROP TABLE mask; DROP TABLE handoff; DROP INDEX alarm_open_account;
  ALTER TABLE alarm DROP account, DROP screen, DROP priority, DROP fired_at, DROP seq;
  ALTER TABLE head DROP mask, DROP handoff;
  UPDATE alarm SET state = replace(state, '"condition":"latched"', '"condition":"restored"');
  DELETE FROM counter WHERE name LIKE 'alarm:%' AND name NOT IN ('alarm:new', 'alarm:acked');
  DELETE FROM layout WHERE version >= 6;
`

describe.skipIf(postgresMissing)(postgresMissing ?? 'PostgreSQL', () => {
  const server = testServer()

  test('layout 5: alarms get their columns, what latches its name, and the totals are counted anew', async () => {
    const url = await server().database()
    const store = await testNode(url)
    await writeStory(store)
    await store.close()
    await server().sql(url, TO_LAYOUT_5)
    await expectStory(await testNode(url))
  })
})
