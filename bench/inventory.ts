/**
 * An inventory of a million devices and more: importing it, and finding something in it. npm run bench -- inventory
 * Devices: CITYWATCH_BENCH_DEVICES=2000000 npm run bench -- inventory
 */
import {mkdtempSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {safeText} from '../src/lib/safe-text.ts'
import type {Device} from '../src/model/device.ts'
import {PlatformClient} from '../src/platform/client.ts'
import type {Store} from '../src/platform/store/port.ts'
import {openStore} from '../src/platform/store/sqlite/open.ts'
import {startPlatformProcess} from './support/platform-process.ts'
import {rawSyncsPerSecond} from './support/raw-disk.ts'
import {median, print, type Row} from './support/report.ts'

const DEVICES = Number(process.env.CITYWATCH_BENCH_DEVICES ?? 2_000_000)
const FEW = 100_000
/** Up to here the import is timed. */
const IMPORTED = Math.min(1_000_000, DEVICES)
/** How many go over HTTP, as `site import` sends them: devices of one request. */
const OVER_HTTP = 200_000
const BATCH = 1_000
const IMPORT_LIMIT = 25_000
const LOOKUPS = 4_000
const LOOKUP_LIMIT = 2
const PAGE = 100
const PAGE_LIMIT_MS = 5

const folder = mkdtempSync(join(tmpdir(), 'citywatch-inventory-'))
process.on('exit', () => rmSync(folder, {recursive: true, force: true}))

interface Lookups {
  readonly account: readonly number[]
  readonly page: readonly number[]
}

const raw = rawSyncsPerSecond()
const store = await openStore({folder})
await put(store, 0, FEW)
const few = await lookups(store, FEW)
const cpu = process.cpuUsage()
const seconds = await put(store, FEW, IMPORTED)
const {user, system} = process.cpuUsage(cpu)
const cpuUs = (user + system) / (IMPORTED - FEW)
await put(store, IMPORTED, DEVICES)
const many = await lookups(store, DEVICES)
const devices = (await store.counts()).devices
await store.close()
if (devices.camera + devices.panel !== DEVICES) throw new Error(`${devices.camera + devices.panel} devices are there`)
print(`an inventory of ${thousands(DEVICES)} devices: ${thousands(devices.camera)} cameras, the rest panels`, [
  imported(),
  await importedOverHttp(),
  found('the panel of an account', 'account'),
  found(`a page of ${PAGE} devices from any key on`, 'page'),
])

function imported(): Row {
  const rate = (IMPORTED - FEW) / seconds
  return {
    what: `import of ${thousands(IMPORTED)} devices, keys in no order`,
    measured: `${thousands(rate)} devices/s, ${BATCH} in a batch, each batch durable; ${cpuUs.toFixed(0)} µs of processor time each; the database is ${thousands(statSync(join(folder, 'platform.db')).size / 1e6)} MB; write + fdatasync of 512 bytes ${thousands(raw)}/s`,
    ratio: `${(rate / raw).toFixed(1)} × raw`,
    limit: `≥ ${thousands(IMPORT_LIMIT)}/s`,
    holds: rate >= IMPORT_LIMIT,
  }
}

/** The same devices as `site import` writes them: batch after batch, each on the revision that the one before made. */
async function importedOverHttp(): Promise<Row> {
  const platform = await startPlatformProcess()
  const client = new PlatformClient({url: platform.url})
  const started = performance.now()
  let base = 0
  for (let first = 0; first < OVER_HTTP; first += BATCH) {
    base = (await client.putDevices({devices: batch(first), base})).revision
  }
  const rate = (OVER_HTTP * 1_000) / (performance.now() - started)
  const cpuUsEach = (platform.cpuSeconds() * 1e6) / OVER_HTTP
  await platform.stop()
  return {
    what: 'the same over HTTP, one batch after another',
    measured: `${thousands(rate)} devices/s over ${thousands(OVER_HTTP)} devices, client and platform on this machine; the platform takes ${cpuUsEach.toFixed(0)} µs of processor time each, its start included`,
    ratio: `${(rate / raw).toFixed(1)} × raw`,
    limit: `≥ ${thousands(IMPORT_LIMIT)}/s`,
    holds: rate >= IMPORT_LIMIT,
  }
}

function found(what: string, kind: keyof Lookups): Row {
  const [p50, p99] = [at(many[kind], 0.5), at(many[kind], 0.99)]
  const ratio = p50 / at(few[kind], 0.5)
  return {
    what: `${what}, against ${thousands(FEW)} devices`,
    measured: `p50 ${p50.toFixed(3)} ms against ${at(few[kind], 0.5).toFixed(3)} ms, p99 ${p99.toFixed(3)} ms against ${at(few[kind], 0.99).toFixed(3)} ms`,
    ratio: `${ratio.toFixed(2)} ×`,
    limit: `≤ ${LOOKUP_LIMIT} ×, ${PAGE_LIMIT_MS} ms`,
    holds: ratio <= LOOKUP_LIMIT && p99 <= PAGE_LIMIT_MS,
  }
}

async function lookups(into: Store, count: number): Promise<Lookups> {
  const [account, page]: [number[], number[]] = [[], []]
  for (let round = 0; round < LOOKUPS; round++) {
    const number = Math.floor(((round * 0.618_033_98) % 1) * (count / 10)) * 10
    const panel = await timed(account, () =>
      into.devices({kind: 'panel', account: accountOf(number), after: '', limit: 1}),
    )
    if (panel.rows.length !== 1) throw new Error(`no panel has account ${accountOf(number)}`)
    await timed(page, () => into.devices({kind: 'camera', after: keyOf(number), limit: PAGE}))
  }
  return {account, page}
}

async function timed<Result>(times: number[], work: () => Promise<Result>): Promise<Result> {
  const started = performance.now()
  const result = await work()
  times.push(performance.now() - started)
  return result
}

/** Seconds that it took. */
async function put(into: Store, from: number, to: number): Promise<number> {
  const started = performance.now()
  for (let first = from; first < to; first += BATCH) await into.putDevices({devices: batch(first)})
  return (performance.now() - started) / 1_000
}

function batch(first: number): Device[] {
  return Array.from({length: BATCH}, (_, index) => device(first + index))
}

/** Every tenth is a panel. Keys come in no order, as contractors' lists do. */
function device(number: number): Device {
  const place = {
    key: keyOf(number),
    name: safeText(`Crossing ${number % 9_973}, pole ${number}`),
    site: `site-${number % 50_000}`,
    jurisdiction: `44.4403.4403${number % 100}`,
  }
  if (number % 10 === 0) return {kind: 'panel', ...place, account: accountOf(number)}
  const xaddr = `http://10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}/onvif/device_service`
  const position = {latitude: 22.5 + (number % 1_000) / 1_000, longitude: 114 + (number % 777) / 777}
  return {kind: 'camera', ...place, xaddr, position, owner: safeText('district 5')}
}

function keyOf(number: number): string {
  return `${(Math.imul(number, 2_654_435_761) >>> 0).toString(36).padStart(7, '0')}-${number}`
}

function accountOf(number: number): string {
  return (0x1000000 + number).toString(16).toUpperCase()
}

/** By nearest rank. */
function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return share === 0.5 ? median(sorted) : (sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN)
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}
