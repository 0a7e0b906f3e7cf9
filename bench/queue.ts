/** How fast workers share a bulk job: tasks claimed and their results recorded, both durable. npm run bench -- queue */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {performance} from 'node:perf_hooks'
import {safeText} from '../src/lib/safe-text.ts'
import {json} from '../src/platform/json.ts'
import type {Store} from '../src/platform/store/port.ts'
import {openStore} from '../src/platform/store/sqlite/open.ts'
import {rawSyncsPerSecond} from './support/raw-disk.ts'
import {median, print} from './support/report.ts'

const RUNS = 3
const WORKERS = 8
const BATCH = 50
const TASKS = 100_000
const TASKS_A_WRITE = 1_000
const LIMIT = 30_000

const work = {kind: 'probe', timeoutMs: 10_000, maxSkewMs: 5_000, transport: 'auto'} as const
const result = json({verdict: 'healthy', frames: 50, firstFrameMs: 180})

const folder = mkdtempSync(join(tmpdir(), 'citywatch-queue-'))
process.on('exit', () => rmSync(folder, {recursive: true, force: true}))
const store = await openStore({folder})
const runs: {readonly rate: number; readonly raw: number}[] = []
for (let run = 0; run <= RUNS; run++) {
  const raw = rawSyncsPerSecond()
  const id = await fill(store)
  const started = performance.now()
  await Promise.all(Array.from({length: WORKERS}, (_, index) => workOff(store, `worker-${index}`)))
  const rate = TASKS / ((performance.now() - started) / 1_000)
  await requireExact(store, id)
  if (run > 0) runs.push({rate, raw})
}
await store.close()

const rate = median(runs.map((one) => one.rate))
const raw = median(runs.map((one) => one.raw))
const thousands = (value: number) => Math.round(value).toLocaleString('en-GB')
print('the work queue in the embedded store', [
  {
    what: `${thousands(TASKS)} tasks, ${WORKERS} workers, ${BATCH} at a time`,
    measured: `claimed and done a second, ${RUNS} runs: ${runs.map((one) => thousands(one.rate)).join(', ')}; every task counted once; write + fdatasync ${thousands(raw)}/s, ${(rate / raw).toFixed(1)} × raw`,
    ratio: `${thousands(rate)}/s`,
    limit: `≥ ${thousands(LIMIT)}/s`,
    holds: rate >= LIMIT,
  },
])

async function fill(store: Store): Promise<number> {
  const at = Date.now()
  const targets = (from: number) => Array.from({length: TASKS_A_WRITE}, (_, index) => ({key: `camera-${from + index}`}))
  const {id} = await store.createJob({at, work, who: safeText('bench'), maxTries: 3, targets: targets(0), last: false})
  for (let from = TASKS_A_WRITE; from < TASKS; from += TASKS_A_WRITE) {
    await store.addTasks({at, id, from, targets: targets(from), last: from + TASKS_A_WRITE >= TASKS})
  }
  return id
}

async function workOff(store: Store, name: string): Promise<void> {
  const worker = safeText(name)
  for (;;) {
    const at = Date.now()
    const tasks = await store.claimTasks({at, worker, kinds: ['probe'], max: BATCH, leaseMs: 60_000})
    if (tasks.length === 0) return
    const done = tasks.map(({job, n, lease}) => ({job, n, lease, healthy: true, result}))
    const counted = await store.recordResults({at, worker, faultAfter: 2, done, failed: []})
    if (counted !== tasks.length) throw new Error(`${counted} of ${tasks.length} results counted`)
  }
}

async function requireExact(store: Store, id: number): Promise<void> {
  const {rows} = await store.jobs({after: id - 1, limit: 1, all: true})
  const {counts} = JSON.parse(rows[0] ?? '{}') as {counts: {done: number}}
  if (counts.done !== TASKS) throw new Error(`${counts.done} of ${TASKS} tasks are done`)
}
