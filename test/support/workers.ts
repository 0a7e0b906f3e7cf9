/** A fleet of simulated cameras, a job on them, and workers in processes of their own. */
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {fileURLToPath} from 'node:url'
import {onTestFinished} from 'vitest'
import type {WorkerReport} from '../../src/cli/worker/run.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import {Secret} from '../../src/lib/secret.ts'
import type {Job, JobWork, Task} from '../../src/model/job.ts'
import type {PlatformClient} from '../../src/platform/client.ts'
import {type Fleet, startFleet} from '../../src/sim/camera/fleet.ts'
import type {FaultName} from '../../src/sim/faults.ts'
import {realClock} from './clock.ts'
import {collect} from './collect.ts'
import {tempFolder} from './temp-folder.ts'

const CHILD = fileURLToPath(new URL('./worker-process.ts', import.meta.url))
const PASSWORD = 'a camera password'

export const PROBE: JobWork = {kind: 'probe', timeoutMs: 20_000, maxSkewMs: 30_000, transport: 'tcp'}

/** `count` cameras on ports of their own; `faults` by number from 0. */
export async function fleetOf(count: number, faults: Readonly<Record<number, FaultName>> = {}): Promise<Fleet> {
  const credential = {user: 'admin', password: new Secret(PASSWORD)}
  const specs = Array.from({length: count}, (_, index) => {
    const fault = faults[index]
    return {
      ...{key: `cam-${index}`, name: `Camera ${index}`, address: '127.0.0.1', httpPort: 0, rtspPort: 0, credential},
      ...{width: 64, height: 48},
      ...(fault === undefined ? {} : {fault}),
    }
  })
  const fleet = await startFleet(specs, {clock: realClock})
  onTestFinished(() => fleet.close())
  return fleet
}

export function jobOn(
  client: PlatformClient,
  {cameras}: Pick<Fleet, 'cameras'>,
  work: JobWork = PROBE,
  maxTries = 3,
): Promise<Job> {
  const targets = cameras.map(({spec, xaddr}) => ({key: spec.key, xaddr}))
  return client.jobs.add({work, by: safeText('anna'), maxTries}, targets)
}

export interface WorkerProcess {
  readonly child: ChildProcess
  readonly ended: Promise<WorkerReport | undefined>
}

/** A machine of its own: its login ledger is in a folder of its own. */
export function startWorker(
  url: string,
  name: string,
  options: {leaseMs?: number; password?: string} = {},
): WorkerProcess {
  const folder = tempFolder()
  const file = join(folder, 'password')
  const {leaseMs = 2_000, password = PASSWORD} = options
  writeFileSync(file, `${password}\n`)
  const child = spawn(process.execPath, [CHILD, url, name, file, String(leaseMs)], {
    env: {...process.env, CITYWATCH_STATE_DIR: folder, CITYWATCH_CONFIG_DIR: folder},
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const exit = once(child, 'exit')
  const said = text(child.stdout)
  const ended = exit.then(async () => {
    const report = await said
    return report === '' ? undefined : (JSON.parse(report) as WorkerReport)
  })
  return {child, ended}
}

/** The job with all its tasks. Throws when the job's numbers are not those of its tasks. */
export async function exactJob(
  client: PlatformClient,
  id: number,
): Promise<{readonly job: Job; readonly tasks: readonly Task[]}> {
  const [job, tasks] = [await client.jobs.job(id), await collect(client.jobs.tasks(id, false))]
  const numbers = tasks.map(({n}) => n)
  if (numbers.length !== job.tasks || new Set(numbers).size !== job.tasks) throw new Error(`${numbers.length} tasks`)
  for (const [state, count] of Object.entries(job.counts)) {
    const found = tasks.filter((task) => task.state === state).length
    if (found !== count) throw new Error(`${found} tasks are ${state}, the job says ${count}`)
  }
  const unwell = tasks.filter(({healthy}) => healthy === false).length
  if (unwell !== job.unhealthy) throw new Error(`${unwell} cameras are not well, the job says ${job.unhealthy}`)
  return {job, tasks}
}
