/** The real platform for the fault scripts: started, killed, started again on the same data. */
import {type ChildProcess, spawn} from 'node:child_process'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))

export interface Place {
  readonly folder: string
  readonly data: string
  /** URL of the database that has the log; absent: the data folder has it. */
  readonly store?: string
  /** Environment of every command: configuration and state are this place's alone. */
  readonly env: NodeJS.ProcessEnv
  remove(): void
}

export interface Served {
  readonly pid: number
  readonly url: string
  readonly dc09Port: number
  /** What it said on standard error so far. */
  stderr(): string
  /** Sends the signal and resolves when it is gone. */
  end(signal: NodeJS.Signals): Promise<void>
}

export function newPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-faults-'))
  return {
    folder,
    data: join(folder, 'data'),
    env: {
      ...process.env,
      CITYWATCH_CONFIG_DIR: join(folder, 'config'),
      CITYWATCH_STATE_DIR: join(folder, 'state'),
      CITYWATCH_LANG: 'en',
      NO_COLOR: '1',
    },
    remove: () => rmSync(folder, {recursive: true, force: true}),
  }
}

/** Rejects when it ends before it listens. */
export async function serve(place: Place, args: readonly string[] = []): Promise<Served> {
  const child = command(place, [
    ...['platform', 'serve', '--port', '0', '--dc09-port', '0', '--accept-unknown', '--data', place.data, '--json'],
    ...args,
  ])
  let said = ''
  child.stderr?.on('data', (chunk) => {
    said = `${said}${chunk}`.slice(-64 * 1024)
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = await new Promise<{url: string; dc09Port: number}>((resolve, reject) => {
    if (child.stdout) {
      createInterface({input: child.stdout}).on('line', (line) => {
        if (line.includes('dc09Port')) resolve(JSON.parse(line))
      })
    }
    child.once('exit', (code) => reject(new Error(`platform serve ended with ${code}: ${said}`)))
  })
  return {
    ...ready,
    pid: child.pid ?? 0,
    stderr: () => said,
    async end(signal) {
      child.kill(signal)
      await gone
    },
  }
}

/** Runs a command to its end. */
export async function run(
  place: Place,
  args: readonly string[],
): Promise<{readonly code: number | null; readonly text: string}> {
  const child = command(place, args)
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return {code, text}
}

function command({env}: Place, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['bin/run.js', ...args], {cwd: root, env, stdio: ['ignore', 'pipe', 'pipe']})
}
