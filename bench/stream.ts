/** How soon a stored event reaches a subscriber in a storm, and what two hundred watchers cost: npm run bench -- stream */
import {type ChildProcess, spawn} from 'node:child_process'
import {performance} from 'node:perf_hooks'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {type PlatformProcess, startPlatformProcess} from './support/platform-process.ts'
import {rawSyncsPerSecond} from './support/raw-disk.ts'
import {median, print, type Row} from './support/report.ts'
import {type SendLoad, type SendResult, send, type WatchLoad, type WatchResult, watch} from './support/stream-load.ts'

const RUNS = 3
const STORM = {rate: 5_000, batch: 50, seconds: 6, kind: 'alarm'} as const
const P50_LIMIT_MS = 5
const P99_LIMIT_MS = 60
/** A request every 10 ms: the platform gets no help from events that come in heaps. */
const FAN_OUT = {rate: 1_000, batch: 10, seconds: 6, kind: 'event'} as const
const WATCHERS = 200
const CPU_LIMIT = 0.3

const self = fileURLToPath(import.meta.url)
let nextRun = 1
const [, , mode, text = '{}'] = process.argv

if (mode === 'send') console.log(JSON.stringify(await send(JSON.parse(text))))
else if (mode === 'watch') console.log(JSON.stringify(await watch(JSON.parse(text))))
else await main()

async function main(): Promise<void> {
  print('the event stream, platform, senders and watchers on this machine', [
    ...(await storm(1)),
    await fanOut('all of them everything', ''),
    await fanOut('all of them one filter that lets all through', '?types=event.*'),
  ])
}

interface Measured {
  readonly sent: SendResult
  readonly watched: WatchResult
  readonly raw: number
  /** Processor time of the platform for a second of the load. */
  readonly cpu: number
}

async function measured(platform: PlatformProcess, load: Omit<SendLoad, 'port' | 'run'>, watchers: number, query = '') {
  const port = platform.httpPort
  const raw = rawSyncsPerSecond()
  const watching = await startWatchers({port, watchers, entries: load.rate * load.seconds, query})
  const [before, started] = [platform.cpuSeconds(), performance.now()]
  const sent = await result<SendResult>(start('send', {...load, port, run: nextRun++}))
  const watched = await watching.result
  const cpu = ((platform.cpuSeconds() - before) * 1_000) / (performance.now() - started)
  return {sent, watched, raw, cpu} satisfies Measured
}

async function storm(watchers: number): Promise<Row[]> {
  const platform = await startPlatformProcess()
  try {
    await measured(platform, {...STORM, seconds: 3}, watchers)
    const runs: Measured[] = []
    for (let run = 0; run < RUNS; run++) runs.push(await measured(platform, STORM, watchers))
    const whole = runs.every(({sent, watched}) => sent.refused === 0 && watched.isDense)
    const raw = median(runs.map((run) => run.raw))
    return (
      [
        [0.5, P50_LIMIT_MS],
        [0.99, P99_LIMIT_MS],
      ] as const
    ).map(([share, limit]) => {
      const each = runs.map(({watched}) => at(watched.latenciesMs, share))
      const value = median(each)
      return {
        what: `storm of ${thousands(STORM.rate)} alarms/s: sent to subscriber, p${share * 100}`,
        measured: `ms of ${RUNS} runs: ${each.map((ms) => ms.toFixed(1)).join(', ')}; one write + fdatasync takes ${(1_000 / raw).toFixed(2)} ms${whole ? '' : '; NOT ALL CAME ONCE'}`,
        ratio: `${value.toFixed(1)} ms`,
        limit: `≤ ${limit} ms`,
        holds: whole && value <= limit,
      }
    })
  } finally {
    await platform.stop()
  }
}

/** The same load without watchers beside it: what the watchers add. */
async function fanOut(what: string, query: string): Promise<Row> {
  const platform = await startPlatformProcess()
  try {
    await measured(platform, {...FAN_OUT, seconds: 3}, WATCHERS, query)
    const runs: {readonly many: Measured; readonly one: Measured}[] = []
    for (let run = 0; run < RUNS; run++) {
      const one = await measured(platform, FAN_OUT, 1)
      runs.push({one, many: await measured(platform, FAN_OUT, WATCHERS, query)})
    }
    const cpu = median(runs.map(({many}) => many.cpu))
    const whole = runs.every(({many}) => many.watched.areAlike && many.watched.isDense && many.sent.refused === 0)
    const each = (pick: 'many' | 'one') => runs.map((run) => percent(run[pick].cpu)).join(', ')
    const raw = median(runs.map(({many}) => many.raw))
    const p99 = median(runs.map(({many}) => at(many.watched.latenciesMs, 0.99)))
    return {
      what: `${WATCHERS} watchers × ${thousands(FAN_OUT.rate)}/s, ${what}`,
      measured: `of a core for ${thousands(WATCHERS * FAN_OUT.rate)} deliveries/s: ${each('many')}; with one watcher ${each('one')}; p99 ${p99.toFixed(1)} ms; ${platform.memoryMb().peak.toFixed(0)} MB; write + fdatasync ${thousands(raw)}/s${whole ? '' : '; NOT ALL CAME ONCE'}`,
      ratio: percent(cpu),
      limit: `≤ ${percent(CPU_LIMIT)}`,
      holds: whole && cpu <= CPU_LIMIT,
    }
  } finally {
    await platform.stop()
  }
}

/** By nearest rank. */
function at(sorted: readonly number[], share: number): number {
  return sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN
}

function start(role: 'send' | 'watch', load: object): ChildProcess {
  return spawn(process.execPath, [self, role, JSON.stringify(load)], {stdio: ['ignore', 'pipe', 'inherit']})
}

/** Resolves when all are connected. */
async function startWatchers(load: WatchLoad): Promise<{readonly result: Promise<WatchResult>}> {
  const ready = Promise.withResolvers<void>()
  const answer = result<WatchResult>(start('watch', load), ready.resolve)
  await Promise.race([ready.promise, answer])
  return {result: answer}
}

async function result<T>(child: ChildProcess, ready: () => void = () => {}): Promise<T> {
  let last = ''
  for await (const line of createInterface({input: child.stdout!})) {
    if (line === 'ready') ready()
    else last = line
  }
  return JSON.parse(last) as T
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}
