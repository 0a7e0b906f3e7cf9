/**
 * RTSP as the prober speaks it: DESCRIBE with a Digest login against bare sockets that do the same, and the deep check to the
 * first key frame, 200 cameras at once, against ffprobe. npm run bench -- rtsp. The other sides run in processes of their own.
 */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {readFileSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {DeviceFailure} from '../src/camera/failure.ts'
import {watchStream} from '../src/camera/rtsp/watch-stream.ts'
import {pool} from '../src/lib/pool.ts'
import {Secret} from '../src/lib/secret.ts'
import {median, print, type Row} from './support/report.ts'
import {bareDescribe, PASSWORD, serveCameras, serveDescriptions, USER} from './support/rtsp-peers.ts'

const RUNS = 5
const DESCRIBES = 3_000
const DESCRIBES_AT_ONCE = 64
const DESCRIBE_LIMIT = 2_500
const CAMERAS = 400
const CHECKS = 1_200
const CHECKS_AT_ONCE = 200
const CHECK_LIMIT = 100
const MEMORY_LIMIT_MB = 300
const FFPROBES = 24
const FFPROBES_AT_ONCE = 8

const self = fileURLToPath(import.meta.url)
const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      signal?.addEventListener('abort', stop, {once: true})
    }),
}
const credential = {user: USER, password: new Secret(PASSWORD)}
const options = {timeoutMs: 20_000, transport: 'auto', clock, mayLogin: () => true, loginResult: () => {}} as const

const [role, ports = '[]'] = process.argv.slice(2)
if (role === 'describe') serveDescriptions()
else if (role === 'cameras') await serveCameras(CAMERAS)
else if (role === 'check') console.log(JSON.stringify(await checkAll(JSON.parse(ports))))
else print('RTSP, the other side in its own process on the same cores', [await describes(), ...(await checks())])

interface Checked {
  readonly perSecond: number
  readonly seen: number
  readonly peakMb: number
  readonly cpuMs: number
}

async function describes(): Promise<Row> {
  const {child, line} = await started('describe')
  const port = Number(line)
  const ours = async () => {
    const failure = await watchStream(`rtsp://127.0.0.1:${port}/s`, credential, options).catch(
      (error: unknown) => error,
    )
    return failure instanceof DeviceFailure && failure.why === 'wrong-codec'
  }
  const bare = () => bareDescribe(port)
  for (const warm of [ours, bare]) await rateOf(warm, DESCRIBES, DESCRIBES_AT_ONCE)
  const pairs: {ours: number; bare: number}[] = []
  for (let run = 0; run < RUNS; run++) {
    pairs.push({
      ours: await rateOf(ours, DESCRIBES, DESCRIBES_AT_ONCE),
      bare: await rateOf(bare, DESCRIBES, DESCRIBES_AT_ONCE),
    })
  }
  child.kill()
  const rate = median(pairs.map((pair) => pair.ours))
  return {
    what: `DESCRIBE behind Digest, ${DESCRIBES_AT_ONCE} at once, each its own connection`,
    measured: `${count(rate)}/s, bare sockets ${count(median(pairs.map((pair) => pair.bare)))}/s`,
    ratio: `${median(pairs.map((pair) => pair.ours / pair.bare)).toFixed(2)} × bare`,
    limit: `≥ ${count(DESCRIBE_LIMIT)}/s`,
    holds: rate >= DESCRIBE_LIMIT,
  }
}

async function checks(): Promise<Row[]> {
  const {child, line} = await started('cameras')
  try {
    const {stdout} = spawnSync(process.execPath, [self, 'check', line], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const {perSecond, seen, peakMb, cpuMs}: Checked = JSON.parse(stdout)
    const peer = await ffprobes(JSON.parse(line))
    const versus = peer ? `${(perSecond / peer.perSecond).toFixed(1)} × ffprobe` : 'no ffprobe'
    const others = peer ? `; ffprobe ${FFPROBES_AT_ONCE} at once ${peer.perSecond.toFixed(1)}/s` : ''
    return [
      {
        what: `deep check to the first key frame, ${CHECKS_AT_ONCE} at once, one a second`,
        measured: `${perSecond.toFixed(0)} cameras/s, ${seen} of ${CHECKS} seen, ${cpuMs.toFixed(2)} ms of processor each${others}`,
        ratio: versus,
        limit: `≥ ${CHECK_LIMIT}/s`,
        holds: perSecond >= CHECK_LIMIT && seen === CHECKS,
      },
      {
        what: 'its memory at the peak',
        measured: `${peakMb.toFixed(0)} MB for ${CHECKS_AT_ONCE}${peer ? `; ffprobe ${peer.peakMb.toFixed(0)} MB for each one` : ''}`,
        ratio: `${(peakMb / MEMORY_LIMIT_MB).toFixed(2)} ×`,
        limit: `≤ ${MEMORY_LIMIT_MB} MB`,
        holds: peakMb <= MEMORY_LIMIT_MB,
      },
    ]
  } finally {
    child.kill()
  }
}

async function checkAll(cameras: readonly number[]): Promise<Checked> {
  let seen = 0
  const one = async (port: number | undefined) => {
    const watch = await watchStream(`rtsp://127.0.0.1:${port}/stream1`, credential, options).catch(() => undefined)
    if (watch?.facts.firstKeyFrameMs !== undefined && watch.facts.width === 1280) seen += 1
    return true
  }
  let next = 0
  const perSecond = await rateOf(() => one(cameras[next++ % cameras.length]), CHECKS, CHECKS_AT_ONCE)
  const {user, system} = process.cpuUsage()
  return {perSecond, seen, peakMb: peakOf('self'), cpuMs: (user + system) / 1_000 / CHECKS}
}

/** Undefined where it is not installed. */
async function ffprobes(cameras: readonly number[]): Promise<{perSecond: number; peakMb: number} | undefined> {
  if (spawnSync('ffprobe', ['-version'], {stdio: 'ignore'}).status !== 0) return undefined
  let peakMb = 0
  let next = 0
  const one = () =>
    new Promise<boolean>((resolve) => {
      const url = `rtsp://${USER}:${PASSWORD}@127.0.0.1:${cameras[next++ % cameras.length]}/stream1`
      const args = ['-v', 'error', '-rtsp_transport', 'tcp', '-show_entries', 'stream=codec_name,width,height', url]
      const child = spawn('ffprobe', args, {stdio: 'ignore'})
      const look = setInterval(() => (peakMb = Math.max(peakMb, peakOf(String(child.pid)))), 20)
      child.once('exit', (status) => {
        clearInterval(look)
        resolve(status === 0)
      })
    })
  const perSecond = await rateOf(one, FFPROBES, FFPROBES_AT_ONCE)
  return {perSecond, peakMb}
}

/** Jobs that came out well a second. */
async function rateOf(job: () => Promise<boolean>, jobs: number, atOnce: number): Promise<number> {
  const begun = performance.now()
  let good = 0
  for await (const isGood of pool(Array.from({length: jobs}), atOnce, job)) if (isGood) good += 1
  return (good * 1_000) / (performance.now() - begun)
}

async function started(what: 'describe' | 'cameras'): Promise<{child: ChildProcess; line: string}> {
  const child = spawn(process.execPath, [self, what], {stdio: ['ignore', 'pipe', 'inherit']})
  process.on('exit', () => child.kill())
  const lines = createInterface({input: child.stdout})
  const line = await new Promise<string>((resolve) => lines.once('line', resolve))
  return {child, line}
}

function peakOf(pid: string): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

function count(rate: number): string {
  return Math.round(rate).toLocaleString('en-GB')
}
