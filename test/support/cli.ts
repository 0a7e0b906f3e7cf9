/** The real binary in a home of its own: what a person runs, seen from outside. */
import {mkdirSync, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {execa} from 'execa'
import {afterAll} from 'vitest'

const root = new URL('../../', import.meta.url)

export interface Home {
  /** Environment of every command: configuration and state are this home's alone. */
  readonly env: Readonly<Record<string, string>>
  readonly folder: string
  /** Where its commands put what is to be gone when they end. */
  readonly temporary: string
}

/** A home for the tests of one file, gone when they are over. */
export function newHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-e2e-'))
  afterAll(() => rmSync(folder, {recursive: true, force: true}))
  const temporary = join(folder, 'temporary')
  mkdirSync(temporary)
  return {
    folder,
    temporary,
    env: {
      TMPDIR: temporary,
      TEMP: temporary,
      CITYWATCH_CONFIG_DIR: join(folder, 'config'),
      CITYWATCH_STATE_DIR: join(folder, 'state'),
      CITYWATCH_LANG: 'en',
      NO_COLOR: '1',
    },
  }
}

export interface Outcome {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** Standard output parsed, trusted to be a T. Throws when it is not one JSON value. */
  json<T>(): T
}

/** Runs a command to its end. Standard input is closed unless `input` is given. */
export async function citywatch(
  home: Home,
  args: readonly string[],
  options: {input?: string; env?: Record<string, string>} = {},
): Promise<Outcome> {
  const {exitCode, stdout, stderr} = await execa(process.execPath, ['bin/run.js', ...args], {
    cwd: root,
    env: {...home.env, ...options.env},
    reject: false,
    timeout: 110_000,
    maxBuffer: 256 * 1024 * 1024,
    ...(options.input === undefined ? {stdin: 'ignore' as const} : {input: options.input}),
  })
  return {exitCode, stdout, stderr, json: () => JSON.parse(stdout)}
}

export interface Running {
  readonly pid: number
  /** Lines of standard output so far. */
  readonly lines: readonly string[]
  /** Resolves with the first line of standard output that fits, also one that is there already. Rejects when the command ends without it. */
  line(fits: (line: string) => boolean): Promise<string>
  /** The same for standard error. */
  note(fits: (line: string) => boolean): Promise<string>
  /** Resolves when it ends by itself. */
  readonly ended: Promise<{readonly exitCode: number | undefined; readonly stderr: string}>
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<{readonly exitCode: number | undefined; readonly stderr: string}>
}

/** Starts a command that runs until it is stopped. */
export function start(home: Home, args: readonly string[]): Running {
  const child = execa(process.execPath, ['bin/run.js', ...args], {
    cwd: root,
    env: home.env,
    reject: false,
    stdin: 'ignore',
    buffer: {stdout: false},
    forceKillAfterDelay: false, // a busy machine may take its time
  })
  const ended = child.then((result) => ({exitCode: result.exitCode, stderr: String(result.stderr)}))
  const stdout = follow(child.stdout, ended)
  const stderr = follow(child.stderr, ended)
  return {
    pid: child.pid ?? 0,
    lines: stdout.lines,
    line: stdout.line,
    note: stderr.line,
    ended,
    async stop(signal = 'SIGINT') {
      child.kill(signal)
      return ended
    },
  }
}

/** Collects the lines of a stream and lets callers wait for one. */
function follow(
  input: NodeJS.ReadableStream,
  ended: Promise<{readonly exitCode: number | undefined; readonly stderr: string}>,
) {
  const lines: string[] = []
  const waiting = new Set<() => void>()
  createInterface({input}).on('line', (line) => {
    lines.push(line)
    for (const wake of waiting) wake()
  })
  const line = (fits: (line: string) => boolean) =>
    new Promise<string>((resolve, reject) => {
      const look = () => {
        const found = lines.find(fits)
        if (found === undefined) return
        waiting.delete(look)
        resolve(found)
      }
      waiting.add(look)
      look()
      void ended.then(({exitCode, stderr}) =>
        reject(new Error(`ended with ${exitCode} before the line came: ${stderr}`)),
      )
    })
  return {lines, line}
}
