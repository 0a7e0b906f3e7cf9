/** kill -9 at any time: nothing acknowledged is lost, the log has no holes. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {DatabaseSync} from 'node:sqlite'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {segmentsOf} from '../../../../src/platform/store/sqlite/segments/catalogue.ts'
import {digestOf, openSegment, segmentPath} from '../../../../src/platform/store/sqlite/segments/file.ts'
import {numbers, segmentedStore, wholeLog} from '../../../support/segments.ts'
import {testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {until} from '../../../support/wait.ts'

const CHILD = fileURLToPath(new URL('../../../support/acknowledging-store.ts', import.meta.url))

/** Numbers acknowledged by a process that is killed after `count` of them. */
async function acknowledgedBeforeKill(
  folder: string,
  first: number,
  count: number,
  ...more: readonly string[]
): Promise<number[]> {
  const child = spawn(process.execPath, [CHILD, folder, String(first), ...more], {stdio: ['ignore', 'pipe', 'inherit']})
  const acknowledged: number[] = []
  for await (const line of createInterface({input: child.stdout})) {
    acknowledged.push(Number(line))
    if (acknowledged.length === count) child.kill('SIGKILL')
  }
  if (child.signalCode === null) await once(child, 'exit')
  expect(child.signalCode).toBe('SIGKILL')
  return acknowledged
}

test('store: four kills in mid-write lose nothing that was acknowledged, and the sequence stays dense', async () => {
  const folder = tempFolder()
  const acknowledged: number[] = []
  for (const [round, count] of [1, 40, 7, 1_200].entries()) {
    acknowledged.push(...(await acknowledgedBeforeKill(folder, round * 1_000_000, count)))
  }
  const store = await testStore(folder)
  const stored = new Set<string>()
  for (let seq = 0; seq < store.head(); ) {
    for (const row of await store.read(seq, 1_000)) {
      expect(row.seq).toBe(++seq)
      const entry = JSON.parse(row.entry)
      expect(entry.seq).toBe(seq)
      stored.add(entry.signal.raw)
    }
  }
  expect(acknowledged.filter((number) => !stored.has(String(number)))).toEqual([])
  expect(acknowledged.length).toBeGreaterThanOrEqual(1 + 40 + 7 + 1_200)
  expect((await store.alarms({after: 0, limit: 100, all: true})).rows.length).toBe(50)
  expect((await store.counts()).alarms).toMatchObject({new: 50, acked: 0})
})

/** More of them: CITYWATCH_KILLS=200 vitest run --project faults kill */
const KILLS = Number(process.env.CITYWATCH_KILLS ?? 12)
const SEGMENT_ROWS = 150

test(`segments: ${KILLS} kills while stretches are sealed and cleared away lose nothing, double nothing and leave no hole`, async () => {
  const folder = tempFolder()
  const acknowledged: number[] = []
  for (let round = 0; round < KILLS; round++) {
    const count = 1 + Math.floor(Math.random() * 6 * SEGMENT_ROWS)
    acknowledged.push(...(await acknowledgedBeforeKill(folder, round * 1_000_000, count, String(SEGMENT_ROWS))))
  }
  const {store} = await segmentedStore(folder, {segmentRows: SEGMENT_ROWS})
  const {seqs, raws} = await wholeLog(store, 97)
  expect(seqs).toEqual(numbers(1, store.head()))
  expect(new Set(raws).size).toBe(raws.length)
  const stored = new Set(raws)
  expect(acknowledged.filter((number) => !stored.has(String(number)))).toEqual([])
  // What a kill interrupted is done by the next process, sooner or later.
  await until(async () => ((await store.storage?.())?.segments ?? 0) > KILLS / 4)
  await store.close()
  const db = new DatabaseSync(join(folder, 'platform.db'))
  expect(db.prepare('PRAGMA integrity_check').get()).toEqual({integrity_check: 'ok'})
  for (const {first, last, sha256} of segmentsOf(db)) {
    const path = segmentPath(folder, first)
    expect(digestOf(path)).toBe(sha256)
    const segment = openSegment(path)
    expect(segment.prepare('SELECT count(*) AS n, min(seq) AS a, max(seq) AS z FROM log').get()).toEqual({
      n: last - first + 1,
      a: first,
      z: last,
    })
    segment.close()
  }
  db.close()
})
