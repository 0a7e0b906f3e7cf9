/** The real platform in a process of its own, on any ports, with a data folder that goes with it. */
import {spawn} from 'node:child_process'
import {mkdtempSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const TICKS_A_SECOND = 100

export interface PlatformProcess {
  readonly pid: number
  readonly url: string
  readonly httpPort: number
  readonly dc09Port: number
  readonly dataFolder: string
  /** Processor time so far, s. Linux. */
  cpuSeconds(): number
  /** Resident memory, and the most it ever was, MB. Linux. */
  memoryMb(): {readonly now: number; readonly peak: number}
  /** Graceful; the data folder is removed. */
  stop(): Promise<void>
}

/** `platform serve --accept-unknown` and these arguments; with `folder` on data that stay. */
export async function startPlatformProcess(args: readonly string[] = [], folder?: string): Promise<PlatformProcess> {
  const home = mkdtempSync(join(tmpdir(), 'citywatch-bench-'))
  const dataFolder = folder ?? join(home, 'data')
  const serve = ['platform', 'serve', '--port', '0', '--dc09-port', '0', '--accept-unknown', '--data', dataFolder]
  const child = spawn(process.execPath, ['bin/run.js', ...serve, ...args, '--json'], {
    cwd: root,
    env: {...process.env, CITYWATCH_CONFIG_DIR: home, CITYWATCH_STATE_DIR: home},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ready = await new Promise<{url: string; dc09Port: number}>((resolve, reject) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      if (line.includes('dc09Port')) resolve(JSON.parse(line))
    })
    child.once('exit', (code) => reject(new Error(`platform serve ended with ${code}`)))
  })
  const pid = child.pid ?? 0
  const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8')
  const mb = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(read('status'))?.[1] ?? Number.NaN) / 1024
  return {
    ...ready,
    pid,
    dataFolder,
    httpPort: Number(new URL(ready.url).port),
    cpuSeconds() {
      const fields = read('stat')
        .replace(/^.*\) /s, '')
        .split(' ')
      return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND
    },
    memoryMb: () => ({now: mb('VmRSS'), peak: mb('VmHWM')}),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      rmSync(home, {recursive: true, force: true})
    },
  }
}
