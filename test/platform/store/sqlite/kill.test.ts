/** kill -9 at any time: nothing acknowledged is lost, the log has no holes. */
import {spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'
import {testStore} from '../../../support/store.ts'
import {tempFolder} from '../../../support/temp-folder.ts'

const CHILD = fileURLToPath(new URL('../../../support/acknowledging-store.ts', import.meta.url))

/** Numbers acknowledged by a process that is killed after `count` of them. */
async function acknowledgedBeforeKill(folder: string, first: number, count: number): Promise<number[]> {
  const child = spawn(process.execPath, [CHILD, folder, String(first)], {stdio: ['ignore', 'pipe', 'inherit']})
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
