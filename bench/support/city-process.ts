/** A `sim city` in a process of its own: its memory and its sockets are not those of what is measured. */
import {spawn} from 'node:child_process'
import {readFileSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {createInterface} from 'node:readline'

export interface CityProcess {
  readonly pid: number
  readonly user: string
  readonly passwordFile: string
  /** Every camera's address and its sickness, by name; undefined for a healthy one. */
  readonly cameras: readonly {readonly xaddr: string; readonly fault: string | undefined}[]
  stop(): Promise<void>
}

export interface CityPlan {
  readonly cameras: number
  readonly network: number
  readonly seed: number
  /** Sickness → cameras that have it. */
  readonly faults: Readonly<Record<string, number>>
  /** The password of every camera is in this file. */
  readonly passwordFile: string
}

const USER = 'admin'

/** Resolves when every camera listens; throws when the city ends before. `root`: the package; `home`: a folder for its state. */
export async function startCityProcess(
  {cameras, network, seed, faults, passwordFile}: CityPlan,
  root: string,
  home: string,
): Promise<CityProcess> {
  const truth = join(home, `truth-${network}.json`)
  const sick = Object.entries(faults).flatMap(([name, count]) => ['--fault', `${name}=${count}`])
  const size = ['--cameras', String(cameras), '--panels', '0', '--network', String(network), '--seed', String(seed)]
  const login = ['--user', USER, '--password-file', passwordFile]
  const args = ['bin/run.js', 'sim', 'city', ...size, ...login, ...(sick.length > 0 ? sick : ['--healthy'])]
  const child = spawn(process.execPath, [...args, '--truth', truth, '--json'], {
    cwd: root,
    env: {...process.env, CITYWATCH_CONFIG_DIR: home, CITYWATCH_STATE_DIR: home},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const ready = await new Promise<{cameras: {key: string; xaddr: string}[]}>((resolve, reject) => {
    createInterface({input: child.stdout}).on('line', (line) => {
      if (line.startsWith('{"cameras":[')) resolve(JSON.parse(line))
    })
    child.once('exit', (code) => reject(new Error(`sim city ended with ${code}`)))
  })
  const faultOf = JSON.parse(readFileSync(truth, 'utf8')) as Record<string, string>
  rmSync(truth)
  return {
    pid: child.pid ?? 0,
    user: USER,
    passwordFile,
    cameras: ready.cameras.map(({key, xaddr}) => ({xaddr, fault: faultOf[key]})),
    async stop() {
      child.kill('SIGINT')
      await gone
    },
  }
}
