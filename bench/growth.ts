/**
 * What the log's length costs: appending, starting, memory, reading far back. npm run bench -- growth
 * The full run: CITYWATCH_BENCH_EVENTS=20000000 npm run bench -- growth
 */
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {safeText} from '../src/lib/safe-text.ts'
import type {EventItem, EventsWrite, Store} from '../src/platform/store/port.ts'
import {openStore} from '../src/platform/store/sqlite/open.ts'
import {startPlatformProcess} from './support/platform-process.ts'
import {rawSyncsPerSecond} from './support/raw-disk.ts'
import {median, print, type Row} from './support/report.ts'

const EVENTS = Number(process.env.CITYWATCH_BENCH_EVENTS ?? 4_000_000)
/** Where the first decile begins: what is remembered of events is full by then, and the first segments are sealed. */
const FROM = Math.min(1_000_000, Math.floor(EVENTS / 4))
const DECILES = 10
const BATCH = 100
const IN_FLIGHT = 40
/** Events between two looks at the clock. */
const CHUNK = 20_000
/** Events of the log that each decile is held against. */
const CONTROL = 100_000
const STARTS = 7
const START_LIMIT_MS = 500
const APPEND_LIMIT = 0.8
const SAME_LIMIT = 1.25
const PAGES = 400
const PAGE = 500
const PAGE_LIMIT_MS = 5
const NOTE = safeText('opened from the inside during office hours '.repeat(4))

const folder = mkdtempSync(join(tmpdir(), 'citywatch-growth-'))
process.on('exit', () => rmSync(folder, {recursive: true, force: true}))

interface Start {
  readonly readyMs: number
  readonly firstMs: number
  readonly memoryMb: number
}

/** One tenth of the way, and a short log of its own that was filled right behind it: what the machine gave at that time. */
interface Decile {
  readonly rate: number
  readonly control: number
  readonly waits: readonly number[]
  readonly cost: Cost
}

/** What an event took of this process, all its threads, whatever else the machine did: processor time, bytes written. */
interface Cost {
  readonly cpuUs: number
  readonly bytes: number
}

const raw = [rawSyncsPerSecond()]
await grow(FROM, 1)
const early = await starts()
const deciles = await grow(EVENTS, DECILES)
raw.push(rawSyncsPerSecond())
const late = await starts()
print(`the log from ${millions(FROM)} to ${millions(EVENTS)} events, in segments of 200,000`, [
  append(),
  start(),
  memory(),
  await pages(),
])

/** Others work on this machine too: each decile is held against a short log of the same minute. */
function append(): Row {
  const [first, last] = [deciles[0], deciles.at(-1)]
  if (first === undefined || last === undefined) throw new Error('nothing was measured')
  const ratio = last.rate / last.control / (first.rate / first.control)
  const cost = (pick: keyof Cost) => `${first.cost[pick].toFixed(0)} then ${last.cost[pick].toFixed(0)}`
  const sorted = deciles.flatMap(({waits}) => waits).toSorted((a, b) => a - b)
  const wait = (share: number) => (sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN).toFixed(0)
  return {
    what: 'appending, last decile against first',
    measured: `events/s by decile, a short log's right behind: ${deciles.map(({rate, control}) => `${thousands(rate)} (${thousands(control)})`).join(', ')}; bare ${(last.rate / first.rate).toFixed(2)} ×; an event takes ${cost('cpuUs')} µs of processor time and ${cost('bytes')} bytes written, sealing included; ${IN_FLIGHT} batches of ${BATCH} in flight wait ${wait(0.5)} ms p50, ${wait(0.99)} ms p99, ${wait(1)} ms at most; write + fdatasync of 512 bytes ${raw.map(thousands).join('/s before, ')}/s after`,
    ratio: `${ratio.toFixed(2)} ×`,
    limit: `≥ ${APPEND_LIMIT} ×`,
    holds: ratio >= APPEND_LIMIT,
  }
}

function start(): Row {
  const [few, many] = [median(early.map(({firstMs}) => firstMs)), median(late.map(({firstMs}) => firstMs))]
  const ready = median(late.map(({readyMs}) => readyMs))
  return {
    what: 'process started to first event durable',
    measured: `${many.toFixed(0)} ms with ${millions(EVENTS)} events (listening after ${ready.toFixed(0)} ms), ${few.toFixed(0)} ms with ${millions(FROM)}; median of ${STARTS}`,
    ratio: `${(many / few).toFixed(2)} ×`,
    limit: `≤ ${START_LIMIT_MS} ms`,
    holds: many <= START_LIMIT_MS && many / few <= SAME_LIMIT,
  }
}

function memory(): Row {
  const [few, many] = [median(early.map(({memoryMb}) => memoryMb)), median(late.map(({memoryMb}) => memoryMb))]
  return {
    what: 'memory after pages from all over the log',
    measured: `${many.toFixed(0)} MB with ${millions(EVENTS)} events, ${few.toFixed(0)} MB with ${millions(FROM)}`,
    ratio: `${(many / few).toFixed(2)} ×`,
    limit: `≤ ${SAME_LIMIT} ×`,
    holds: many / few <= SAME_LIMIT,
  }
}

/** Any page of the log, in the store: most lie in a file that is not open. */
async function pages(): Promise<Row> {
  const store = await openStore({folder})
  const times: number[] = []
  for (let page = 0; page < PAGES; page++) {
    const after = Math.floor(((page * 0.618) % 1) * (store.head() - PAGE))
    const started = performance.now()
    const rows = await store.read(after, PAGE)
    times.push(performance.now() - started)
    if (rows.length !== PAGE || rows[0]?.seq !== after + 1) throw new Error(`no whole page after ${after}`)
  }
  await store.close()
  times.sort((a, b) => a - b)
  const p99 = times[Math.ceil(PAGES * 0.99) - 1] ?? Number.NaN
  return {
    what: `a page of ${PAGE} entries anywhere`,
    measured: `p50 ${median(times).toFixed(2)} ms, p99 ${p99.toFixed(2)} ms over ${PAGES} pages`,
    ratio: `${p99.toFixed(2)} ms`,
    limit: `≤ ${PAGE_LIMIT_MS} ms`,
    holds: p99 <= PAGE_LIMIT_MS,
  }
}

/** Appends until the log has so many events, in so many parts. */
async function grow(to: number, parts: number): Promise<Decile[]> {
  const store = await openStore({folder})
  const from = store.head()
  const found: Decile[] = []
  for (let part = 1; part <= parts; part++) {
    const end = from + Math.round(((to - from) * part) / parts)
    const events = end - store.head()
    const [cpu, bytes] = [process.cpuUsage(), writtenBytes()]
    const {rate, waits} = await fill(store, end)
    const {user, system} = process.cpuUsage(cpu)
    const cost = {cpuUs: (user + system) / events, bytes: (writtenBytes() - bytes) / events}
    found.push({rate, waits, cost, control: await shortLog()})
  }
  await sealed(store)
  await store.close()
  return found
}

/** Linux. */
function writtenBytes(): number {
  return Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1])
}

/** Events a second that a log takes which has none yet. */
async function shortLog(): Promise<number> {
  const other = mkdtempSync(join(tmpdir(), 'citywatch-short-'))
  const store = await openStore({folder: other})
  const {rate} = await fill(store, CONTROL)
  await store.close()
  rmSync(other, {recursive: true, force: true})
  return rate
}

/** Appends until the store has row `to`: the middle one of the rates, and how long each batch waited, ms. */
async function fill(store: Store, to: number): Promise<{rate: number; waits: number[]}> {
  const [rates, waits]: [number[], number[]] = [[], []]
  let next = store.head() + 1
  let marked = {at: performance.now(), events: 0}
  const sender = async () => {
    while (next <= to) {
      const started = performance.now()
      const first = next
      next += BATCH
      await store.events(batch(first))
      waits.push(performance.now() - started)
      marked.events += BATCH
      if (marked.events < CHUNK) continue
      const now = performance.now()
      rates.push((marked.events * 1_000) / (now - marked.at))
      marked = {at: now, events: 0}
    }
  }
  await Promise.all(Array.from({length: IN_FLIGHT}, sender))
  return {rate: median(rates), waits}
}

/** What is full is sealed: the measured starts have nothing to catch up with. */
async function sealed(store: Store): Promise<void> {
  while (((await store.storage?.())?.open ?? 0) > 200_000) await new Promise((resolve) => setTimeout(resolve, 50))
}

function batch(first: number): EventsWrite {
  const at = Date.UTC(2026, 0, 1) + first
  return {at, items: Array.from({length: BATCH}, (_, index) => item(first + index, at))}
}

/** An event of about 400 bytes from one of a thousand doors. */
function item(number: number, at: number): EventItem {
  const event = {
    source: `/doors/${number % 1_000}`,
    id: `${number}-${Math.imul(number, 2_654_435_761) >>> 0}`,
    type: 'com.example.door.opened',
    occurredAt: at,
    data: {door: number % 1_000, note: NOTE},
  }
  return {type: 'event', event, chars: 400}
}

async function starts(): Promise<Start[]> {
  const found: Start[] = []
  for (let run = 0; run <= STARTS; run++) {
    const one = await timedStart(run)
    if (run > 0) found.push(one) // the first one warms the system's caches up
  }
  return found
}

async function timedStart(run: number): Promise<Start> {
  const started = performance.now()
  const platform = await startPlatformProcess([], folder)
  const readyMs = performance.now() - started
  const event = {specversion: '1.0', source: '//bench', id: `${EVENTS}-${started}-${run}`, type: 'com.example.start'}
  const reply = await fetch(`${platform.url}/v1/events`, {
    method: 'POST',
    headers: {'content-type': 'application/json'},
    body: JSON.stringify(event),
  })
  const firstMs = performance.now() - started
  const {epoch, seq} = (await reply.json()) as {epoch: string; seq: number}
  for (let page = 0; page < 50; page++) {
    const after = Math.floor(((page * 0.618) % 1) * seq)
    await (await fetch(`${platform.url}/v1/events?after=${epoch}-${after}&limit=${PAGE}`)).arrayBuffer()
  }
  const memoryMb = platform.memoryMb().now
  await platform.stop()
  return {readyMs, firstMs, memoryMb}
}

function millions(count: number): string {
  return `${(count / 1e6).toFixed(count % 1e6 === 0 ? 0 : 1)} M`
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}
