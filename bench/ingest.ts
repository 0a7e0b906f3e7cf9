/** How fast the platform takes what is durable before it is answered: single events, batches, DC-09 signals. npm run bench -- ingest */
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {type Load, type LoadResult, press} from './support/dc09-load.ts'
import {type HttpLoad, type HttpLoadResult, pressHttp} from './support/http-load.ts'
import {type PlatformProcess, startPlatformProcess} from './support/platform-process.ts'
import {rawSyncsPerSecond} from './support/raw-disk.ts'
import {median, print, type Row} from './support/report.ts'

const RUNS = 3
const SINGLE_LIMIT = 10_000
const BATCH_LIMIT = 40_000
const DC09_LIMIT = 8_000
const DC09_CONNECTIONS = 256

const self = fileURLToPath(import.meta.url)

if (process.argv[2] === 'http') console.log(JSON.stringify(await pressHttp(JSON.parse(process.argv[3] ?? '{}'))))
else if (process.argv[2] === 'dc09') console.log(JSON.stringify(await press(JSON.parse(process.argv[3] ?? '{}'))))
else await main()

async function main(): Promise<void> {
  const platform = await startPlatformProcess()
  try {
    print('durable before it is answered, one platform and its senders on this machine', [
      await http(platform, 'single events, 64 in flight', {connections: 64, requestsEach: 300, batch: 1}, SINGLE_LIMIT),
      await http(
        platform,
        'batches of 100, 16 in flight',
        {connections: 16, requestsEach: 40, batch: 100},
        BATCH_LIMIT,
      ),
      await dc09(platform),
    ])
  } finally {
    await platform.stop()
  }
}

async function http(
  platform: PlatformProcess,
  what: string,
  load: Omit<HttpLoad, 'port' | 'run'>,
  limit: number,
): Promise<Row> {
  const send = async (run: number) =>
    (await sender('http', {...load, port: platform.httpPort, run: `${load.batch}-${run}`})) as HttpLoadResult
  await send(0)
  const runs: {readonly rate: number; readonly raw: number; readonly result: HttpLoadResult}[] = []
  for (let run = 1; run <= RUNS; run++) {
    const raw = rawSyncsPerSecond()
    const result = await send(run)
    runs.push({rate: result.events / result.seconds, raw, result})
  }
  return row(what, limit, runs)
}

async function dc09(platform: PlatformProcess): Promise<Row> {
  const runs: {readonly rate: number; readonly raw: number; readonly result: LoadResult}[] = []
  for (let run = 0; run <= RUNS; run++) {
    const raw = rawSyncsPerSecond()
    const load: Load = {
      port: platform.dc09Port,
      connections: DC09_CONNECTIONS,
      framesEach: 100,
      firstAccount: 1 + run * DC09_CONNECTIONS,
      encrypted: false,
      window: 1,
    }
    const result = (await sender('dc09', load)) as LoadResult
    if (run > 0) runs.push({rate: result.frames / result.seconds, raw, result})
  }
  return row(`DC-09 signals, ${DC09_CONNECTIONS} connections`, DC09_LIMIT, runs)
}

function row(
  what: string,
  limit: number,
  runs: readonly {
    readonly rate: number
    readonly raw: number
    readonly result: {readonly refused: number; readonly latenciesMs: readonly number[]}
  }[],
): Row {
  const rate = median(runs.map((run) => run.rate))
  const raw = median(runs.map((run) => run.raw))
  const refused = runs.reduce((sum, {result}) => sum + result.refused, 0)
  const ms = runs.flatMap(({result}) => result.latenciesMs).sort((a, b) => a - b)
  const at = (share: number) => (ms[Math.ceil(ms.length * share) - 1] ?? Number.NaN).toFixed(1)
  const answered = ms.length === 0 ? '' : `; answered in ${at(0.5)} ms p50, ${at(0.99)} ms p99`
  return {
    what,
    measured: `${thousands(rate)}/s (${runs.map((run) => thousands(run.rate)).join(', ')}); write + fdatasync of 512 bytes ${thousands(raw)}/s${answered}${refused ? `; ${refused} REFUSED` : ''}`,
    ratio: `${(rate / raw).toFixed(2)} × raw`,
    limit: `≥ ${thousands(limit)}/s`,
    holds: rate >= limit && refused === 0,
  }
}

async function sender(mode: 'http' | 'dc09', load: object): Promise<unknown> {
  const {stdout} = await execa(process.execPath, [self, mode, JSON.stringify(load)], {maxBuffer: 64 * 1024 * 1024})
  return JSON.parse(stdout)
}

function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-GB')
}
