/**
 * Supervised devices in memory: how much they take, how many signs of life a second, and how late silence is seen.
 * npm run bench -- watchdog. Each size runs in a process of its own, so that its memory is its own.
 */
import {spawnSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'
import {Watch} from '../src/platform/supervision/watch.ts'
import {print, type Row} from './support/report.ts'
import {type Outage, type Supervised, superviseAtScale} from './support/supervised-platform.ts'

const INTERVAL_MS = 300_000
const SIZES = [
  {devices: 1_000_000, limitMb: 300},
  {devices: 5_000_000, limitMb: 1_000},
] as const
const BEATS = 4_000_000
const PLATFORM_DEVICES = Number(process.env.CITYWATCH_BENCH_DEVICES ?? 1_000_000)
const SWEEP_MS = 250
/** Places as a province has them: so many stations. */
const STATIONS = 2_000

interface Measured {
  readonly emptyMb: number
  readonly mb: number
  readonly peakMb: number
  readonly fillSeconds: number
  readonly beatsPerSecond: number
  readonly expireMs: number
  readonly takeMs: number
  /** Own time between the moment a device's interval was over and the sweep that saw it, ms. */
  readonly latestMs: number
  readonly early: number
  readonly missing: number
  readonly sweepMs: number
}

const asked = Number(process.argv[2] ?? 0)
if (asked > 0) console.log(JSON.stringify(measure(asked)))
else {
  print('supervised devices in memory', SIZES.flatMap(rowsOf))
  print('the platform with its inventory, over HTTP', platformRows(await superviseAtScale(PLATFORM_DEVICES)))
}

function rowsOf({devices, limitMb}: (typeof SIZES)[number]): Row[] {
  const {stdout} = spawnSync(process.execPath, ['--expose-gc', fileURLToPath(import.meta.url), String(devices)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const result: Measured = JSON.parse(stdout)
  const millions = `${devices / 1_000_000} M`
  return [
    {
      what: `memory of ${millions} supervised devices`,
      measured: `the process before ${result.emptyMb.toFixed(0)} MB, then ${result.mb.toFixed(0)} MB, peak ${result.peakMb.toFixed(0)} MB with all missing; put in ${result.fillSeconds.toFixed(1)} s`,
      ratio: `${(result.peakMb / limitMb).toFixed(2)} ×`,
      limit: `≤ ${limitMb} MB`,
      holds: result.peakMb <= limitMb,
    },
    {
      what: `signs of life among ${millions}, any order`,
      measured: `by kind and key, found by its text each time`,
      ratio: `${(result.beatsPerSecond / 1e6).toFixed(2)} M/s`,
      limit: '≥ 1 M/s',
      holds: result.beatsPerSecond >= 1e6,
    },
    {
      what: `${millions} silent at once: seen`,
      measured: `${result.missing} missing; all made ready for the log in ${result.takeMs.toFixed(0)} ms`,
      ratio: `${result.expireMs.toFixed(0)} ms`,
      limit: '≤ 1000 ms',
      holds: result.expireMs <= 1_000 && result.missing === devices,
    },
    {
      what: `a miss seen late, worst of ${millions}`,
      measured: `swept every ${SWEEP_MS} ms; ${result.early} seen early; the longest sweep took ${result.sweepMs.toFixed(1)} ms`,
      ratio: `${result.latestMs.toFixed(0)} ms`,
      limit: '≤ 1000 ms',
      holds: result.latestMs <= 1_000 && result.early === 0,
    },
  ]
}

function platformRows({loadSeconds, mb, peakMb, beatsPerSecond, district, rest}: Supervised): Row[] {
  const thousands = `${PLATFORM_DEVICES / 1_000}k`
  return [
    {
      what: `memory of platform serve, ${thousands} cameras`,
      measured: `${mb.toFixed(0)} MB once all were heard, ${loadSeconds.toFixed(1)} s after the start of the process; at most ${peakMb.toFixed(0)} MB, all of them missing`,
      ratio: `${(mb / 300).toFixed(2)} ×`,
      limit: '≤ 300 MB',
      holds: mb <= 300,
    },
    {
      what: 'signs of life by POST /v1/heartbeats',
      measured: '20,000 in a request, one request at a time',
      ratio: `${(beatsPerSecond / 1_000).toFixed(0)} k/s`,
      limit: '-',
      holds: true,
    },
    outageRow('a district falls silent at once', district, 1_000),
    outageRow('then all the others', rest),
  ]
}

function outageRow(what: string, {devices, entries, lateMs}: Outage, limitMs?: number): Row {
  return {
    what,
    measured: `${devices} devices in ${entries} log entries, the last of them on the disk so long after their time`,
    ratio: `${lateMs} ms`,
    limit: limitMs === undefined ? '-' : `≤ ${limitMs} ms`,
    holds: lateMs <= (limitMs ?? Number.POSITIVE_INFINITY),
  }
}

function measure(devices: number): Measured {
  const emptyMb = residentMb()
  const watch = new Watch(0, 1)
  watch.reserve(devices)
  const begun = performance.now()
  for (let index = 0; index < devices; index++) {
    const jurisdiction = `44.4403.44030${index % 10}.station-${index % STATIONS}`
    watch.put({kind: 'camera', id: keyOf(index), jurisdiction, intervalMs: INTERVAL_MS}, 0)
  }
  const fillSeconds = (performance.now() - begun) / 1_000
  globalThis.gc?.()
  const mb = residentMb()
  const beatsPerSecond = beat(watch, devices)
  const lateness = expireOneByOne(devices)
  globalThis.gc?.()
  const allAtOnce = expireAll(watch)
  return {emptyMb, mb, fillSeconds, beatsPerSecond, ...lateness, ...allAtOnce, peakMb: residentMb()}
}

function beat(watch: Watch, devices: number): number {
  // Keys are made before: what is measured is a beat, not the making of its text.
  const keys = Array.from({length: 200_000}, (_, index) => keyOf((index * 7_919) % devices))
  const begun = performance.now()
  for (let index = 0; index < BEATS; index++) watch.heard('camera', keys[index % keys.length] ?? '', 0)
  return BEATS / ((performance.now() - begun) / 1_000)
}

/** Everybody falls silent at the same moment: one sweep sees all, as a restart's grace or a power cut would have it. */
function expireAll(watch: Watch): {expireMs: number; takeMs: number; missing: number} {
  for (let now = 0; now < INTERVAL_MS; now += SWEEP_MS) watch.advance(now)
  const begun = performance.now()
  watch.advance(INTERVAL_MS)
  const expireMs = performance.now() - begun
  const {missing} = watch.summary('')
  const taking = performance.now()
  while (watch.waiting > 0) watch.told(watch.take(5_000))
  return {expireMs, takeMs: performance.now() - taking, missing}
}

/** A sample whose last signs of life are spread over the interval; each is missed at its own moment. */
function expireOneByOne(devices: number): {latestMs: number; early: number; sweepMs: number} {
  const sample = Math.min(devices, 200_000)
  const watch = new Watch(0, 1)
  watch.reserve(sample)
  const heardAt = new Map<string, number>()
  for (let index = 0; index < sample; index++) {
    watch.put({kind: 'camera', id: keyOf(index), jurisdiction: '44', intervalMs: INTERVAL_MS}, 0)
  }
  for (let index = 0; index < sample; index++) {
    const at = (index * INTERVAL_MS) / 2 / sample
    if (index % 100 === 0) watch.advance(at)
    watch.heard('camera', keyOf(index), at)
    heardAt.set(keyOf(index), at)
  }
  let [latestMs, early, sweepMs] = [0, 0, 0]
  for (let now = INTERVAL_MS / 2; now < INTERVAL_MS * 2; now += SWEEP_MS) {
    const begun = performance.now()
    watch.advance(now)
    sweepMs = Math.max(sweepMs, performance.now() - begun)
    const changes = watch.take(sample)
    watch.told(changes)
    for (const {id} of changes) {
      const lateMs = now - (heardAt.get(id) ?? 0) - INTERVAL_MS
      if (lateMs < 0) early++
      latestMs = Math.max(latestMs, lateMs)
    }
  }
  return {latestMs, early, sweepMs}
}

function keyOf(index: number): string {
  return `4403050000132${String(index).padStart(7, '0')}`
}

function residentMb(): number {
  return process.memoryUsage.rss() / 1024 / 1024
}
