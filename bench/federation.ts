/** How far the top of three tiers lags behind the bottom, and how soon 20,000 alarms that it missed are there: npm run bench -- federation */
import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {performance} from 'node:perf_hooks'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {type PlatformProcess, startPlatformProcess} from './support/platform-process.ts'
import {rawSyncsPerSecond} from './support/raw-disk.ts'
import {median, print, type Row} from './support/report.ts'
import {type SendLoad, type SendResult, send, type WatchLoad, type WatchResult, watch} from './support/stream-load.ts'

const RUNS = 3
const STEADY = {rate: 200, batch: 1, seconds: 5, kind: 'alarm'} as const
const LAG_LIMIT_MS = 50
const BACKLOG = {rate: 20_000, batch: 100, seconds: 1, kind: 'alarm'} as const
const MISSED = BACKLOG.rate * BACKLOG.seconds
const HEAL_LIMIT_S = 2

const self = fileURLToPath(import.meta.url)
const home = mkdtempSync(join(tmpdir(), 'citywatch-bench-'))
let nextRun = 1
const [, , mode, text = '{}'] = process.argv

async function main(): Promise<void> {
  const station = await startPlatformProcess()
  const district = await Restartable.start('district', station.url)
  const city = await Restartable.start('city', district.url)
  try {
    print('three tiers on this machine: station, district, city', [
      await lag(station, city),
      await heal('the top was down', station, city, city),
      await heal('the middle was down', station, district, city),
    ])
  } finally {
    await city.stop()
    await district.stop()
    await station.stop()
  }
}

/** From sending to the station to a subscriber of the city, over three disks. */
async function lag(station: PlatformProcess, city: Restartable): Promise<Row> {
  const runs: {readonly p50: number; readonly p99: number; readonly whole: boolean; readonly raw: number}[] = []
  for (let run = 0; run <= RUNS; run++) {
    const raw = rawSyncsPerSecond()
    const entries = STEADY.rate * STEADY.seconds
    const watching = await startWatcher({port: city.port, watchers: 1, entries})
    const sent = await result<SendResult>(start('send', {...STEADY, port: station.httpPort, run: nextRun++}))
    const {latenciesMs, isDense} = await watching.result
    const at = (share: number) => latenciesMs[Math.ceil(latenciesMs.length * share) - 1] ?? Number.NaN
    const whole = sent.refused === 0 && isDense && latenciesMs.length === entries
    if (run > 0) runs.push({p50: at(0.5), p99: at(0.99), whole, raw})
  }
  const p50 = median(runs.map((run) => run.p50))
  const each = (pick: 'p50' | 'p99') => runs.map((run) => run[pick].toFixed(1)).join(', ')
  const whole = runs.every((run) => run.whole)
  return {
    what: `${STEADY.rate} alarms/s: station to a watcher of the city`,
    measured: `ms of ${RUNS} runs: p50 ${each('p50')}; p99 ${each('p99')}; three times write + fdatasync ${(3_000 / median(runs.map((run) => run.raw))).toFixed(1)} ms${whole ? '' : '; NOT ALL CAME ONCE'}`,
    ratio: `${p50.toFixed(1)} ms`,
    limit: `≤ ${LAG_LIMIT_MS} ms`,
    holds: whole && p50 <= LAG_LIMIT_MS,
  }
}

/** From when the tier that was down serves again to when the city has all. */
async function heal(what: string, station: PlatformProcess, down: Restartable, city: Restartable): Promise<Row> {
  const seconds: number[] = []
  let whole = true
  for (let run = 0; run < RUNS; run++) {
    const before = await openAlarms(city.url)
    await down.stop()
    const sent = await result<SendResult>(start('send', {...BACKLOG, port: station.httpPort, run: nextRun++}))
    whole &&= sent.refused === 0
    await down.restart()
    const started = performance.now()
    while ((await openAlarms(city.url)) < before + MISSED) await new Promise((resolve) => setTimeout(resolve, 10))
    seconds.push((performance.now() - started) / 1_000)
    whole &&= (await openAlarms(city.url)) === before + MISSED
  }
  const value = median(seconds)
  return {
    what: `${MISSED.toLocaleString('en-GB')} alarms behind, ${what}`,
    measured: `s of ${RUNS} runs: ${seconds.map((s) => s.toFixed(2)).join(', ')}; ${Math.round(MISSED / value).toLocaleString('en-GB')}/s; write + fdatasync ${Math.round(rawSyncsPerSecond()).toLocaleString('en-GB')}/s${whole ? '' : '; NOT ALL CAME ONCE'}`,
    ratio: `${value.toFixed(2)} s`,
    limit: `≤ ${HEAL_LIMIT_S} s`,
    holds: whole && value <= HEAL_LIMIT_S,
  }
}

async function openAlarms(url: string): Promise<number> {
  const {alarms} = await (await fetch(`${url}/v1/status`)).json()
  return alarms.new + alarms.acked
}

/** A parent that can be stopped and started on the same data and port. */
class Restartable {
  readonly url: string
  readonly port: number
  readonly #args: readonly string[]
  readonly #folder: string
  #running: PlatformProcess

  private constructor(running: PlatformProcess, args: readonly string[], folder: string) {
    this.#running = running
    this.url = running.url
    this.port = running.httpPort
    this.#args = args
    this.#folder = folder
  }

  static async start(name: string, below: string): Promise<Restartable> {
    const args = ['--child', `${below}#below`]
    const folder = join(home, name)
    return new Restartable(await startPlatformProcess(args, folder), args, folder)
  }

  stop(): Promise<void> {
    return this.#running.stop()
  }

  async restart(): Promise<void> {
    this.#running = await startPlatformProcess(this.#args, this.#folder, this.port)
  }
}

function start(role: 'send' | 'watch', load: SendLoad | WatchLoad): ChildProcess {
  return spawn(process.execPath, [self, role, JSON.stringify(load)], {stdio: ['ignore', 'pipe', 'inherit']})
}

/** Resolves when it is connected. */
async function startWatcher(load: WatchLoad): Promise<{readonly result: Promise<WatchResult>}> {
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

if (mode === 'send') console.log(JSON.stringify(await send(JSON.parse(text))))
else if (mode === 'watch') console.log(JSON.stringify(await watch(JSON.parse(text))))
else await main()
rmSync(home, {recursive: true, force: true})
