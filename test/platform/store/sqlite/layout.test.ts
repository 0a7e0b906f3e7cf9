/** Data of the layout before become data of today: nothing is lost, and what is new is as in a new file. */
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import {layoutOf, VERSION} from '../../../../src/platform/store/sqlite/schema.ts'
import {panel} from '../../../support/signals.ts'
import {burglary, testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

/** Layout 4 had no work queue. */
const AS_LAYOUT_4 = `DROP TABLE job; DROP TABLE task; DROP TABLE task_result;
  UPDATE meta SET value = '4' WHERE name = 'schema'`

function opened(folder: string) {
  return new DatabaseSync(join(folder, 'platform.db'))
}

function schemaOf(folder: string) {
  const db = opened(folder)
  const parts = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all()
  db.close()
  return parts
}

test('layout 4 becomes the present one: alarms, inventory and log are as they were, and a job can be worked off', async () => {
  const folder = tempFolder()
  const before = await testStore(folder)
  await before.putDevices({devices: [panel]})
  await before.signal(burglary())
  const was = [await before.read(0, 9), await before.counts(), before.epoch]
  await before.close()
  const fresh = schemaOf(folder)
  const db = opened(folder)
  db.exec(AS_LAYOUT_4)
  db.close()
  expect(schemaOf(folder)).not.toEqual(fresh)
  const store = await testStore(folder)
  expect([await store.read(0, 9), await store.counts(), store.epoch]).toEqual(was)
  const work = {kind: 'probe', timeoutMs: 1_000, maxSkewMs: 0, transport: 'auto'} as const
  const [who, worker] = [safeText('anna'), safeText('worker-1')]
  await store.createJob({at: 0, work, who, maxTries: 1, targets: [{key: 'cam-1'}], last: true})
  expect(await store.claimTasks({at: 0, worker, kinds: ['probe'], max: 9, leaseMs: 1_000})).toHaveLength(1)
  await store.close()
  expect(schemaOf(folder)).toEqual(fresh)
  const upgraded = opened(folder)
  expect(layoutOf(upgraded)).toBe(VERSION)
  upgraded.close()
})
