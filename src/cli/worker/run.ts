/** Wires `platform worker`: the platform, the logins, the ledgers, Ctrl-C, and what is said meanwhile. */
import {hostname} from 'node:os'
import type {Clock} from '../../lib/clock.ts'
import type {CitywatchError} from '../../lib/errors.ts'
import {type SafeText, safeName} from '../../lib/safe-text.ts'
import {JOB_KINDS, type JobKind} from '../../model/job.ts'
import {type PlatformChoice, platformClient} from '../context.ts'
import {type CredentialFlags, credentialOf} from '../credentials.ts'
import {fileLoginLedger} from '../login-ledger.ts'
import {progress} from '../progress.ts'
import {CameraLogins} from './camera-logins.ts'
import {Outbox} from './outbox.ts'
import type {Outcome} from './outcome.ts'
import {jobGates, perform} from './perform.ts'
import {SharedLogins} from './shared-logins.ts'
import {Worker} from './worker.ts'

/** How long the last results are offered to a platform that does not answer, ms. */
const LAST_WORDS_MS = 10_000

export interface WorkerFlags extends PlatformChoice, CredentialFlags {
  readonly name?: string | undefined
  readonly kind?: JobKind | undefined
  readonly concurrency: number
  readonly lease: number
  readonly once: boolean
  readonly 'until-empty': boolean
  readonly 'failed-logins': number
}

export interface WorkerReport {
  readonly worker: SafeText
  /** Tasks that came to a result, and of them those whose camera is as it should be. */
  readonly done: number
  readonly healthy: number
  /** Tasks that could not be done: tried again, or poisoned. */
  readonly failed: number
  /** Tasks that were given back. */
  readonly givenBack: number
  /** Results that counted: the others came after somebody else's, or their job was cancelled. */
  readonly counted: number
  /** Results that the platform did not take before the end: their tasks are done again. */
  readonly untold: number
}

export interface WorkerRun {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** A line for the person at the terminal. */
  readonly note: (text: string) => void
  /** What to say of a failure that may pass. */
  readonly words: (error: CitywatchError) => string
}

/** Works until its end has come or `signal` aborts. Throws what the platform refuses at once or for good, CW_USAGE, CW_IO. */
export async function runWorker(flags: WorkerFlags, {clock, signal, note, words}: WorkerRun): Promise<WorkerReport> {
  const worker = safeName(flags.name ?? `${hostname()}-${process.pid}`)
  const common = await credentialOf(flags)
  const platform = await platformClient(flags)
  await platform.status() // a platform that is not there, or a token that is wrong, is told at once
  const client = platform.jobs
  const local = fileLoginLedger(clock)
  const shared = new SharedLogins({client, worker, clock, local, allowed: flags['failed-logins']})
  const logins = new CameraLogins(platform, common)
  const gateOf = jobGates(clock)
  const patience = {
    clock,
    trouble: (error: CitywatchError | undefined) => note(error ? words(error) : `${platform.url} answers again`),
  }
  const lastWords = new AbortController()
  const outbox = new Outbox({...patience, client, worker, signal: lastWords.signal})
  const tally = new Tally(clock)
  const runner = new Worker({
    ...patience,
    ...{client, outbox, worker, signal, kinds: flags.kind === undefined ? JOB_KINDS : [flags.kind]},
    ...{concurrency: flags.concurrency, leaseMs: flags.lease, until: endOf(flags)},
    perform: (task, stop) =>
      perform(task, {
        ...{clock, signal: stop, ledger: shared.ledger(), gate: gateOf(task.job)},
        credential: () => logins.of(task),
      }),
    ended: (outcome) => tally.add(outcome),
  })
  note(`${worker} works for ${platform.url}`)
  try {
    await runner.run()
  } finally {
    const patient = setTimeout(() => lastWords.abort(), LAST_WORDS_MS)
    await Promise.all([outbox.settled(), shared.close()])
    clearTimeout(patient)
    tally.end()
    local.close()
  }
  await outbox.empty()
  return {worker, ...tally.counts, counted: outbox.counted, untold: outbox.waiting}
}

function endOf(flags: WorkerFlags): 'stopped' | 'idle' | 'empty' {
  if (flags.once) return 'idle'
  return flags['until-empty'] ? 'empty' : 'stopped'
}

class Tally {
  readonly counts = {done: 0, healthy: 0, failed: 0, givenBack: 0}
  readonly #bar: ReturnType<typeof progress>

  constructor(clock: Clock) {
    this.#bar = progress(() => clock.now())
  }

  add(outcome: Outcome): void {
    const {counts} = this
    if (outcome.type === 'unfinished') counts.givenBack += 1
    else if (outcome.type === 'failed') counts.failed += 1
    else counts.done += 1
    if (outcome.type === 'done' && outcome.healthy) counts.healthy += 1
    this.#bar.step(`${counts.done} tasks done, ${counts.healthy} of them well; ${counts.failed} could not be done`)
  }

  end(): void {
    this.#bar.end()
  }
}
