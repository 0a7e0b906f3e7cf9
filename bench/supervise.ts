/**
 * 10,000 supervised accounts on real sockets: nobody may be called missing, and in how much memory.
 * npm run bench -- supervise; the full run: CITYWATCH_BENCH_MINUTES=10 npm run bench -- supervise
 */
import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import type {SupervisionReport} from '../src/panel/supervision/report.ts'
import {type Polls, pollAll} from './support/dc09-polls.ts'
import {print, type Row} from './support/report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'citywatch-bench-'))
process.on('exit', () => rmSync(home, {recursive: true, force: true}))

const ACCOUNTS = 10_000
const MEMORY_LIMIT_MB = 150
const MINUTES = Number(process.env.CITYWATCH_BENCH_MINUTES ?? 1)
/** A minute, or in a short run a quarter of it. */
const INTERVAL_MS = Math.min(60_000, Math.round((MINUTES * 60_000) / 4))
const RUN_MS = MINUTES * 60_000

const accounts = Array.from({length: ACCOUNTS}, (_, index) => (0x100000 + index).toString(16).toUpperCase())
print(
  `supervised accounts, a sign of life every ${INTERVAL_MS / 1000} s each, missing after a third more`,
  await supervised(),
)

async function supervised(): Promise<Row[]> {
  const list = join(home, 'accounts.txt')
  writeFileSync(list, `${accounts.join('\n')}\n`)
  const supervisor = await start(list)
  const idleMb = memoryMb(supervisor.child, 'VmRSS')
  const polls = await pollAll({accounts, port: supervisor.port, intervalMs: INTERVAL_MS, forMs: RUN_MS})
  const peakMb = memoryMb(supervisor.child, 'VmHWM')
  const cpuSeconds = cpuOf(supervisor.child)
  return rows(await supervisor.stop(), polls, {idleMb, peakMb, cpuSeconds})
}

interface Cost {
  readonly idleMb: number
  readonly peakMb: number
  readonly cpuSeconds: number
}

function rows(report: SupervisionReport, polls: Polls, {idleMb, peakMb, cpuSeconds}: Cost): Row[] {
  const {missing, neverHeard, late, messages, interval, blindMs} = report
  const complete = neverHeard === 0 && polls.sent === polls.acked && blindMs === 0
  const minutes = (RUN_MS / 60_000).toFixed(1)
  return [
    {
      what: `${ACCOUNTS} accounts for ${minutes} min: called missing`,
      measured: `${polls.sent} sent, ${polls.acked} acknowledged, ${messages} heard, ${late} late, ${neverHeard} never heard; interval p99 ${interval?.p99Ms} ms, max ${interval?.maxMs} ms${complete ? '' : '; NOT COMPLETE'}`,
      ratio: String(missing),
      limit: '0',
      holds: missing === 0 && complete,
    },
    {
      what: 'memory of panel supervise',
      measured: `${idleMb.toFixed(0)} MB before the first message, ${peakMb.toFixed(0)} MB at its peak with ${polls.kept} kept connections`,
      ratio: `${(peakMb / MEMORY_LIMIT_MB).toFixed(2)} ×`,
      limit: `≤ ${MEMORY_LIMIT_MB} MB`,
      holds: peakMb <= MEMORY_LIMIT_MB,
    },
    {
      what: 'processor time a message, start-up included',
      measured: `${cpuSeconds.toFixed(1)} s in ${minutes} min`,
      ratio: `${((cpuSeconds * 1e6) / messages).toFixed(0)} µs`,
      limit: '-',
      holds: true,
    },
  ]
}

async function start(list: string): Promise<{child: ChildProcess; port: number; stop(): Promise<SupervisionReport>}> {
  const debounceMs = Math.round(INTERVAL_MS / 3)
  const args = ['--accounts', list, '--interval', `${INTERVAL_MS}ms`, '--debounce', `${debounceMs}ms`]
  const child = spawn(process.execPath, ['bin/run.js', 'panel', 'supervise', ...args, '--port', '0', '--json'], {
    cwd: root,
    env: {...process.env, CITYWATCH_CONFIG_DIR: home, CITYWATCH_STATE_DIR: home},
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ready = Promise.withResolvers<number>()
  let last = ''
  createInterface({input: child.stdout}).on('line', (line) => {
    last = line
    if (line.includes('listening')) ready.resolve(JSON.parse(line).listening.port)
  })
  child.once('exit', (code) => ready.reject(new Error(`panel supervise ended with ${code}`)))
  return {
    child,
    port: await ready.promise,
    async stop() {
      const gone = new Promise((resolve) => child.once('close', resolve))
      child.kill('SIGINT')
      await gone
      return JSON.parse(last)
    },
  }
}

function memoryMb({pid}: ChildProcess, which: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(new RegExp(`${which}:\\s+(\\d+)`).exec(status)?.[1] ?? Number.NaN) / 1024
}

/** User and system time, s; a hundred ticks a second on every Linux. */
function cpuOf({pid}: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
