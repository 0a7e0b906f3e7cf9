/** 614 simulated cameras with 5 % dead: how long the probe takes beyond the timeout of the dead ones. And 2,000 in one process: how much memory. */
import {spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {execa} from 'execa'
import {print, type Row} from './support/report.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'citywatch-bench-'))
const env = {...process.env, CITYWATCH_CONFIG_DIR: home, CITYWATCH_STATE_DIR: home}
process.on('exit', () => rmSync(home, {recursive: true, force: true}))
const TIMEOUT_MS = 5_000
const GRACE_MS = 3_000
const MEMORY_LIMIT_MB = 300

print('a simulated city', [...(await probe(614, 5)), await memory(2_000)])

async function probe(cameras: number, deadPercent: number): Promise<Row[]> {
  const city = await startCity(['--cameras', String(cameras), '--fault', `dead=${deadPercent}%`])
  try {
    const targets = city.ready.cameras.map(({xaddr}) => xaddr).join('\n')
    const login = ['--user', city.ready.user, '--password-file', city.ready.passwordFile]
    const started = performance.now()
    const {stdout} = await execa(
      process.execPath,
      ['bin/run.js', 'camera', 'probe', '-', ...login, '--timeout', String(TIMEOUT_MS), '--json'],
      {cwd: root, env, input: targets, reject: false, maxBuffer: 64 * 1024 * 1024},
    )
    const elapsedMs = performance.now() - started
    const {summary} = JSON.parse(stdout) as {summary: {cameras: number; verdicts: Record<string, number>}}
    const {healthy, dead} = summary.verdicts
    const complete = summary.cameras === cameras && (healthy ?? 0) + (dead ?? 0) === cameras
    return [
      {
        what: `camera probe of ${cameras}, ${dead} dead, --timeout ${TIMEOUT_MS}`,
        measured: `${(elapsedMs / 1000).toFixed(1)} s, ${Math.round((cameras * 1000) / elapsedMs)} cameras/s, ${healthy} healthy${complete ? '' : ', NOT ALL FOUND'}`,
        ratio: `${((elapsedMs - TIMEOUT_MS) / 1000).toFixed(2)} s over`,
        limit: `≤ ${GRACE_MS / 1000} s over`,
        holds: complete && elapsedMs <= TIMEOUT_MS + GRACE_MS,
      },
    ]
  } finally {
    await city.stop()
  }
}

async function memory(cameras: number): Promise<Row> {
  const city = await startCity(['--cameras', String(cameras), '--healthy'])
  const mb = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${city.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024
  try {
    const idle = mb()
    const targets = city.ready.cameras.map(({xaddr}) => xaddr).join('\n')
    const login = ['--user', city.ready.user, '--password-file', city.ready.passwordFile]
    const {stdout} = await execa(process.execPath, ['bin/run.js', 'camera', 'probe', '-', ...login, '--json'], {
      cwd: root,
      env,
      input: targets,
      reject: false,
      maxBuffer: 64 * 1024 * 1024,
    })
    const {summary} = JSON.parse(stdout) as {summary: {verdicts: Record<string, number>}}
    const peak =
      Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${city.pid}/status`, 'utf8'))?.[1] ?? Number.NaN) / 1024
    return {
      what: `sim city of ${cameras} in one process, all probed`,
      measured: `${idle.toFixed(0)} MB idle, ${peak.toFixed(0)} MB at its peak, ${summary.verdicts.healthy} found healthy`,
      ratio: `${(peak / MEMORY_LIMIT_MB).toFixed(2)} ×`,
      limit: `≤ ${MEMORY_LIMIT_MB} MB`,
      holds: peak <= MEMORY_LIMIT_MB && summary.verdicts.healthy === cameras,
    }
  } finally {
    await city.stop()
  }
}

interface Ready {
  readonly cameras: readonly {readonly key: string; readonly xaddr: string}[]
  readonly user: string
  readonly passwordFile: string
}

async function startCity(args: readonly string[]): Promise<{ready: Ready; pid: number; stop(): Promise<void>}> {
  const child = spawn(process.execPath, ['bin/run.js', 'sim', 'city', '--panels', '0', ...args, '--json'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ready = await new Promise<Ready>((resolve, reject) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      if (line.includes('passwordFile')) resolve(JSON.parse(line))
    })
    child.once('exit', (code) => reject(new Error(`sim city ended with ${code}`)))
  })
  return {
    ready,
    pid: child.pid ?? 0,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGINT')
      await gone
    },
  }
}
