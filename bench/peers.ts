/**
 * Signs of life over two nodes on one PostgreSQL: what they cost, and how late silence is seen at the one that did not hear it.
 * npm run bench -- peers. CITYWATCH_BENCH_DEVICES devices, a heartbeat a minute each, half of them at each node.
 */
import {setTimeout as delay} from 'node:timers/promises'
import {safeText} from '../src/lib/safe-text.ts'
import type {Camera} from '../src/model/device.ts'
import type {LogEntry} from '../src/model/log-entry.ts'
import {PlatformClient} from '../src/platform/client.ts'
import {type PlatformProcess, startPlatformProcess} from './support/platform-process.ts'
import {type BenchServer, startPostgres} from './support/postgres-server.ts'
import {print} from './support/report.ts'

const DEVICES = Number(process.env.CITYWATCH_BENCH_DEVICES ?? 100_000)
/** Time of the devices, and of one heartbeat of each, s. */
const INTERVAL_S = 90
const CADENCE_S = 60
const SLICE_MS = 250
const MEASURED_S = 60
const BATCH = 20_000
/** Devices that fall silent while the others go on, each in a district of its own so that each has its entry. */
const SILENT = 200

const postgres = await startPostgres()
const nodes: PlatformProcess[] = []
try {
  for (let node = 0; node < 2; node++) {
    nodes.push(await startPlatformProcess(['--store', postgres.url, '--supervision', `camera=${INTERVAL_S}s`]))
  }
  await measure(postgres, nodes)
} finally {
  for (const node of nodes) await node.stop()
  await postgres.stop()
}

async function measure(server: BenchServer, [first, second]: readonly PlatformProcess[]): Promise<void> {
  if (first === undefined || second === undefined) throw new Error('two nodes')
  const clients = [first, second].map(({url}) => new PlatformClient({url, timeoutMs: 60_000}))
  for (let from = 0; from < DEVICES; from += BATCH) {
    const count = Math.min(BATCH, DEVICES - from)
    await clients[0]!.putDevices({devices: Array.from({length: count}, (_, index) => camera(from + index))})
  }
  const known = performance.now()
  while ((await clients[1]!.status()).supervision.unheard < DEVICES) await delay(20)
  const inventoryMs = performance.now() - known
  await server.sql('VACUUM ANALYZE citywatch.device') // what the import leaves to do is not what signs of life cost
  await server.sql('CHECKPOINT')
  const idle = await costOf(server, [first, second], async () => delay(10_000))
  const busy = await costOf(server, [first, second], () => beat(clients, MEASURED_S, DEVICES))
  const [size] = await server.sql(`SELECT pg_total_relation_size('citywatch.life_sign')::bigint AS bytes`)
  await delay(2_000) // the last ones are on their way
  const summaries = await Promise.all(clients.map((client) => client.status()))
  const {lateMs, entries} = await silence(clients)
  const heard = summaries.map(({supervision}) => supervision.alive)
  const perSecond = Math.round(DEVICES / CADENCE_S)
  const cores = (cost: Cost) =>
    `each node ${cost.nodes.map((one) => `${(one * 100).toFixed(1)} %`).join(' and ')} of a core, PostgreSQL ${(cost.server * 100).toFixed(1)} %`
  print(`${DEVICES} devices over two nodes, ${perSecond} signs of life a second`, [
    row('nobody beats', cores(idle), `${(idle.server * 100).toFixed(1)} %`, '-', true),
    row(
      'a heartbeat a minute, half at each node',
      `${cores(busy)}; HTTP included; rows of signs take ${(Number(size?.bytes) / 2 ** 20).toFixed(1)} MiB`,
      `${(busy.server * 100).toFixed(1)} %`,
      '≤ 25 %',
      busy.server <= 0.25,
    ),
    row(
      'alive at both nodes afterwards',
      `${heard.join(' and ')} of ${DEVICES}`,
      `${Math.min(...heard)}`,
      `${DEVICES}`,
      heard.every((count) => count === DEVICES),
    ),
    row(
      'silence seen late, heard last by the other node',
      `${entries} entries; the median ${median(lateMs)} ms, the first ${Math.min(...lateMs)} ms`,
      `${Math.max(...lateMs)} ms`,
      '≤ 1500 ms',
      Math.max(...lateMs) <= 1_500 && Math.min(...lateMs) >= 0,
    ),
    row(
      'an inventory put at one node is known at the other',
      `${DEVICES} devices`,
      `${Math.round(inventoryMs)} ms`,
      '-',
      true,
    ),
  ])
}

interface Cost {
  /** Cores. */
  readonly nodes: readonly number[]
  readonly server: number
}

async function costOf(
  server: BenchServer,
  processes: readonly PlatformProcess[],
  work: () => Promise<unknown>,
): Promise<Cost> {
  const begun = performance.now()
  const before = {server: server.cpuSeconds(), nodes: processes.map((one) => one.cpuSeconds())}
  await work()
  const seconds = (performance.now() - begun) / 1_000
  return {
    server: (server.cpuSeconds() - before.server) / seconds,
    nodes: processes.map((one, index) => (one.cpuSeconds() - (before.nodes[index] ?? 0)) / seconds),
  }
}

/** Each of the first `devices` once a minute, in small requests as they come. Resolves with when each of the last SILENT was heard last. */
async function beat(
  clients: readonly PlatformClient[],
  seconds: number,
  devices: number,
): Promise<Map<string, number>> {
  const heardAt = new Map<string, number>()
  const slices = (CADENCE_S * 1_000) / SLICE_MS
  const begun = performance.now()
  for (let slice = 0; slice * SLICE_MS < seconds * 1_000; slice++) {
    const from = Math.floor((DEVICES * (slice % slices)) / slices)
    const to = Math.min(devices, Math.floor((DEVICES * ((slice % slices) + 1)) / slices))
    const keys = Array.from({length: Math.max(0, to - from)}, (_, index) => keyOf(from + index))
    const at = Date.now()
    for (const key of keys) heardAt.set(key, at)
    const half = Math.ceil(keys.length / 2)
    await Promise.all(
      [keys.slice(0, half), keys.slice(half)].map((part, index) => clients[index]?.heartbeats({cameras: part})),
    )
    await delay(Math.max(0, begun + (slice + 1) * SLICE_MS - performance.now()))
  }
  return heardAt
}

/** The last devices fall silent; heard last by the node that does not keep time. How late each entry is, ms. */
async function silence(clients: readonly PlatformClient[]): Promise<{lateMs: number[]; entries: number}> {
  const [leader, other] = clients
  const silent = Array.from({length: SILENT}, (_, index) => keyOf(DEVICES - SILENT + index))
  const heardAt = new Map<string, number>()
  for (let part = 0; part < 10; part++) {
    const some = silent.filter((_, index) => index % 10 === part)
    const at = Date.now()
    await other!.heartbeats({cameras: some})
    for (const key of some) heardAt.set(key, at)
    await delay(137)
  }
  await beat(clients, INTERVAL_S + 5, DEVICES - SILENT)
  const {epoch, head} = await leader!.status()
  const lateMs: number[] = []
  for (let seq = 0; seq < head; ) {
    const reply = await fetch(`${leader!.url}/v1/events?after=${epoch}-${seq}`)
    const {items} = (await reply.json()) as {items: readonly LogEntry[]}
    seq = items.at(-1)?.seq ?? head
    for (const entry of items) {
      const at = entry.type === 'supervision' && entry.news.device ? heardAt.get(entry.news.device.key) : undefined
      if (at !== undefined) lateMs.push(entry.at - at - INTERVAL_S * 1_000)
    }
  }
  return {lateMs, entries: lateMs.length}
}

function camera(index: number): Camera {
  return {
    ...{kind: 'camera', key: keyOf(index), name: safeText(`Camera ${index}`), site: `site-${index % 9_999}`},
    jurisdiction: `44.4403.${440_000 + (index % SILENT)}`,
  }
}

function keyOf(index: number): string {
  return `4403050000132${String(index).padStart(7, '0')}`
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function row(what: string, measured: string, ratio: string, limit: string, holds: boolean) {
  return {what, measured, ratio, limit, holds}
}
