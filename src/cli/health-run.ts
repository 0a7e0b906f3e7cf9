/** `health run`: probes or reads reports, and keeps an observation of each on the disk. */
import type {ProbeTarget} from '../camera/probe-options.ts'
import {type CameraFacts, type Observation, parseObservation} from '../health/observation.ts'
import {observe} from '../health/observe.ts'
import {type ProbedCamera, parseProbedCamera} from '../health/probe-report.ts'
import {retain} from '../health/store/retain.ts'
import type {Clock} from '../lib/clock.ts'
import {parseDuration} from '../lib/duration.ts'
import {CitywatchError} from '../lib/errors.ts'
import {VERDICTS} from '../model/probe.ts'
import {type CameraTarget, cameraTargets} from './camera-targets.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import type {CredentialFlags} from './credentials.ts'
import {factsOf} from './health-facts.ts'
import {readReports} from './health-input.ts'
import {jobReports} from './health-jobs.ts'
import {type HealthRun, Keeper} from './health-keeper.ts'
import {observationsFolder} from './health-store.ts'
import {onInterrupt} from './interrupt.ts'
import {probeReports} from './probe-reports.ts'
import type {ProbeRunOptions} from './probe-run.ts'

export interface RunFlags extends PlatformChoice, CredentialFlags {
  readonly all: boolean
  readonly jurisdiction?: string | undefined
  readonly from?: string | undefined
  readonly job?: number | undefined
  readonly schedule?: string | undefined
  readonly offline: boolean
  readonly keep?: string | undefined
  readonly timeout: number
  readonly concurrency: number
  readonly transport: 'auto' | 'tcp' | 'udp'
  readonly 'max-skew': number
  readonly observations?: string | undefined
}

/** Throws CW_USAGE, and what probing, reading and keeping throw. Interrupted, it keeps what was seen until then. */
export async function runHealth(
  args: readonly string[],
  flags: RunFlags,
  clock: Clock,
): Promise<HealthRun & {readonly droppedDays: number}> {
  const folder = observationsFolder(flags)
  const keepMs = flags.keep === undefined ? undefined : parseDuration(flags.keep, '--keep')
  const isTaken = flags.from !== undefined || flags.job !== undefined || flags.schedule !== undefined
  const run = isTaken ? await taken(args, flags, clock, folder) : await probed(args, flags, clock, folder)
  return {...run, droppedDays: keepMs === undefined ? 0 : await retain(folder, keepMs, clock.now())}
}

async function probed(args: readonly string[], flags: RunFlags, clock: Clock, folder: string): Promise<HealthRun> {
  const targets = await cameraTargets({args, all: flags.all, command: 'health run', flags})
  const stop = onInterrupt()
  try {
    const {timeout: timeoutMs, concurrency, transport, 'max-skew': maxSkewMs} = flags
    return await probeAndKeep(targets, clock, {
      timeoutMs,
      concurrency,
      transport,
      maxSkewMs,
      signal: stop.signal,
      folder,
    })
  } finally {
    stop.release()
  }
}

async function taken(args: readonly string[], flags: RunFlags, clock: Clock, folder: string): Promise<HealthRun> {
  if (args.length > 0) {
    throw new CitywatchError('CW_USAGE', {detail: 'reports that are there and named targets exclude each other'})
  }
  if (flags.from !== undefined) return readAndKeep(readReports(flags.from), clock, {...flags, folder})
  const {jobs} = await platformClient(flags)
  return readAndKeep(jobReports(jobs, flags), clock, {...flags, folder})
}

/** What a person is told of a run. */
export function runLines({
  stored,
  verdicts,
  refused,
  refusals,
  folder,
  droppedDays,
}: HealthRun & {readonly droppedDays: number}): readonly string[] {
  const counts = VERDICTS.filter((name) => verdicts[name] > 0).map((name) => `${verdicts[name]} ${name}`)
  return [
    `${stored} observations kept in ${folder}: ${counts.join(', ') || 'none'}`,
    ...(droppedDays > 0 ? [`${droppedDays} days dropped`] : []),
    ...(refused > 0
      ? [`${refused} reports refused`, ...refusals.map(({report, why}) => `  report ${report}: ${why}`)]
      : []),
  ]
}

/** Probes and keeps. Throws what probing throws, CW_DISK_FULL, CW_IO. */
async function probeAndKeep(
  targets: readonly CameraTarget[],
  clock: Clock,
  options: Omit<ProbeRunOptions, 'keepBytes'> & {readonly folder: string},
): Promise<HealthRun> {
  const facts = new Map(targets.flatMap(({key, device}) => (device ? [[key, factsOf(device)] as const] : [])))
  const keeper = new Keeper(options.folder, () => clock.now())
  try {
    for await (const report of probeReports(targets as readonly ProbeTarget[], clock, {
      ...options,
      askMore: true,
      ffprobe: false,
      seen: [],
    }))
      await keeper.keep(() => observe(report, facts.get(report.camera)))
  } finally {
    await keeper.flush()
  }
  return keeper.end()
}

/**
 * Keeps what is given: the output of `camera probe --json` or `-o jsonl`, stored observations of another machine, or what workers
 * brought. Throws CW_FILE_NOT_FOUND, CW_IO, CW_TOO_LARGE, CW_BAD_VALUE for a file that is neither.
 */
async function readAndKeep(
  reports: AsyncIterable<unknown>,
  clock: Clock,
  {folder, offline, ...choice}: PlatformChoice & {readonly folder: string; readonly offline: boolean},
): Promise<HealthRun> {
  const facts = offline ? new Map<string, CameraFacts>() : await inventoryFacts(choice)
  const keeper = new Keeper(folder, () => clock.now())
  try {
    for await (const value of reports) await keeper.keep(() => observationIn(value, facts))
  } finally {
    await keeper.flush()
  }
  return keeper.end()
}

function observationIn(value: unknown, facts: ReadonlyMap<string, CameraFacts>): Observation {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, 'v')) return parseObservation(value)
  const report: ProbedCamera = parseProbedCamera(value)
  return observe(report, facts.get(report.camera))
}

async function inventoryFacts(choice: PlatformChoice): Promise<Map<string, CameraFacts>> {
  const facts = new Map<string, CameraFacts>()
  const client = await platformClient(choice)
  for await (const camera of client.devices('camera')) facts.set(camera.key, factsOf(camera))
  return facts
}
