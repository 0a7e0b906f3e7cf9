/**
 * A score of 50,000 cameras over 30 days of stored observations: time, memory, bytes; and how often noise is taken for a trend.
 * npm run bench -- health; fewer cameras: CITYWATCH_BENCH_CAMERAS=5000 npm run bench -- health
 */
import {spawn} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {SeriesBook} from '../src/health/forecast/series.ts'
import {warningsOf} from '../src/health/forecast/warn.ts'
import {type Observation, parseObservation} from '../src/health/observation.ts'
import {builtinProfile} from '../src/health/profiles.ts'
import {appendObservations} from '../src/health/store/append.ts'
import {seededRandom} from '../src/lib/random.ts'
import {print, type Row} from './support/report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'citywatch-bench-'))
process.on('exit', () => rmSync(home, {recursive: true, force: true}))

const CAMERAS = Number(process.env.CITYWATCH_BENCH_CAMERAS ?? 50_000)
const DAYS = 30
/** About 3 kB a camera are alive; the rest is what Node.js has not swept yet. */
const SCORE_LIMIT_MB = 900
const REPORT_LIMIT_MB = 1_200
const DAY_MS = 86_400_000
const END = Date.UTC(2026, 6, 31)
const random = seededRandom(30)
const folder = join(home, 'observations')

const stored = await store()
const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
const bareMs = parseAll()
print(`health: ${CAMERAS.toLocaleString('en-GB')} cameras, ${DAYS} days, one observation a day each`, [
  {
    what: 'kept on the disk, a sync a batch of 5,000',
    measured: `${Math.round(bytes / stored.count)} bytes an observation`,
    ratio: `${Math.round((stored.count / stored.ms) * 1_000).toLocaleString('en-GB')}/s`,
    limit: '-',
    holds: true,
  },
  await command(
    'health score, against JSON.parse of the same lines alone',
    ['score', '--profile', 'cn-996'],
    SCORE_LIMIT_MB,
  ),
  await command('health report, XLSX with every camera', ['report', '--out', join(home, 'r.xlsx')], REPORT_LIMIT_MB),
  falseWarnings(),
])

async function store(): Promise<{count: number; ms: number}> {
  let count = 0
  let ms = 0
  for (let day = DAYS; day > 0; day -= 1) {
    for (let first = 0; first < CAMERAS; first += 5_000) {
      const batch = Array.from({length: Math.min(5_000, CAMERAS - first)}, (_, index) =>
        observed(first + index, END - day * DAY_MS),
      )
      const started = performance.now()
      count += await appendObservations(folder, batch)
      ms += performance.now() - started
    }
  }
  return {count, ms}
}

function observed(index: number, day: number): Observation {
  const base = {
    v: 1,
    camera: `4403${String(index % 100).padStart(4, '0')}00132${String(index).padStart(7, '0')}`,
    name: `Crossing ${index}`,
    at: day + Math.floor(random() * DAY_MS),
    jurisdiction: `44.4403.4403${String(index % 10).padStart(2, '0')}.${index % 200}`,
    industry: String(index % 12),
    tier: ['key', 'industry', 'other'][index % 3],
    latitude: 22.5 + (index % 317) / 1_000,
    longitude: 114 + (index % 211) / 1_000,
  }
  if (random() < 0.02) return parseObservation({...base, verdict: 'dead', cause: 'timeout-connect', checks: 'fsssss'})
  const told = {
    ...base,
    maker: `Maker ${index % 9}`,
    signalMs: Math.round(random() * 80),
    clockMs: Math.round((random() - 0.5) * 4_000),
    clockUncertaintyMs: 20,
  }
  if (random() < 0.02) return parseObservation({...told, verdict: 'sick', cause: 'no-frames', checks: 'ooooof'})
  const stream = {
    firstPacketMs: 30,
    keyFrameMs: Math.round(200 + random() * 1_200),
    packets: 60,
    lost: random() < 0.01 ? 1 : 0,
  }
  return parseObservation({...told, ...stream, verdict: 'healthy', checks: 'oooooo'})
}

function parseAll(): number {
  const started = performance.now()
  for (const name of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) if (line !== '') JSON.parse(line)
  }
  return performance.now() - started
}

async function command(what: string, args: readonly string[], limitMb: number): Promise<Row> {
  const period = [
    '--since',
    new Date(END - DAYS * DAY_MS).toISOString().slice(0, 10),
    '--until',
    new Date(END).toISOString().slice(0, 10),
  ]
  const started = performance.now()
  const child = spawn(process.execPath, ['bin/run.js', 'health', ...args, ...period, '--observations', folder], {
    cwd: root,
    env: {
      ...process.env,
      CITYWATCH_CONFIG_DIR: home,
      CITYWATCH_STATE_DIR: home,
      NODE_COMPILE_CACHE: join(home, 'cache'),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  let peakMb = 0
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, memoryMb(child.pid))
  }, 20)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(watch)
  const ms = performance.now() - started
  const seconds = (ms / 1_000).toFixed(1)
  return {
    what,
    measured: `${seconds} s for ${(CAMERAS * DAYS).toLocaleString('en-GB')} observations, ${Math.round(peakMb)} MB at its peak`,
    ratio: `${(ms / bareMs).toFixed(1)} ×`,
    limit: `≤ ${limitMb} MB`,
    holds: (code === 0 || code === 3) && peakMb <= limitMb,
  }
}

function memoryMb(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Cameras that stay well: noise in every measure, four times a day for two weeks. */
function falseWarnings(): Row {
  const cameras = Math.min(CAMERAS, 5_000)
  const book = new SeriesBook()
  for (let camera = 0; camera < cameras; camera += 1) {
    for (let index = 0; index < 56; index += 1) {
      const [clockMs, keyFrameMs, retentionDays] = [(random() - 0.5) * 6_000, 400 + random() * 2_000, 45 + random() * 3]
      book.add({
        camera: String(camera),
        at: END + index * (DAY_MS / 4),
        jurisdiction: '',
        verdict: 'healthy',
        checks: 'oooooo',
        clockMs,
        keyFrameMs,
        retentionDays,
      })
    }
  }
  const started = performance.now()
  const {length} = warningsOf(book, builtinProfile('generic'))
  return {
    what: 'false early warnings among cameras that stay well',
    measured: `${length} of ${cameras.toLocaleString('en-GB')} cameras with three measures each, in ${((performance.now() - started) / 1_000).toFixed(1)} s`,
    ratio: `${((length / cameras) * 100).toFixed(2)} %`,
    limit: '≤ 0.5 %',
    holds: length / cameras <= 0.005,
  }
}
