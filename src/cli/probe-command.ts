/** What `camera probe` does once its flags are read: rounds of reports, a summary after each, verdicts for the platform. */
import type {Clock} from '../lib/clock.ts'
import type {ProbeLevel, ProbeReport} from '../model/probe.ts'
import type {CameraTarget} from './camera-targets.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import {profileNamed} from './health-store.ts'
import type {Language} from './i18n/language.ts'
import {limitsFrom} from './probe-limits.ts'
import {type JudgedReport, probeReports} from './probe-reports.ts'
import {probeRounds} from './probe-rounds.ts'
import {reportVerdicts, requireInventoried} from './probe-verdicts.ts'
import {type ProbeSummary, summarise, summaryLines} from './render/probe.ts'
import {streamOptions} from './stream-flags.ts'

export interface ProbeWishes extends PlatformChoice {
  readonly level: ProbeLevel
  readonly measure: number
  readonly 'max-skew': number
  /** Of health, by name or file. */
  readonly profile?: string | undefined
  readonly limit?: readonly string[] | undefined
  readonly transport: 'auto' | 'tcp' | 'udp'
  readonly 'camera-ca'?: string | undefined
  readonly timeout: number
  readonly concurrency: number
  readonly evidence?: string | undefined
  readonly ffprobe: boolean
  readonly watch?: number | undefined
  readonly rounds?: number | undefined
  readonly 'max-failures'?: number | undefined
  readonly report: boolean
}

export interface ProbeSurroundings {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly note: (text: string) => void
  readonly language: Language
}

export interface ProbeOutcome {
  /** Of the last round. */
  summary: ProbeSummary
}

/** Rounds to print, each to be read to its end. Throws CW_BAD_VALUE, CW_USAGE, and while it is read CW_IO and what the platform's client throws. */
export async function probing(
  targets: readonly CameraTarget[],
  wishes: ProbeWishes,
  around: ProbeSurroundings,
): Promise<{readonly rounds: AsyncGenerator<AsyncGenerator<JudgedReport>>; readonly outcome: ProbeOutcome}> {
  if (wishes.report) requireInventoried(targets)
  const {clock, signal} = around
  const outcome: ProbeOutcome = {summary: summarise([], targets.length)}
  const options = await optionsOf(wishes, signal)
  const round = async function* () {
    const seen: ProbeReport[] = []
    yield* probeReports(targets, clock, {...options, seen})
    outcome.summary = summarise(seen, targets.length)
    around.note(summaryLines(outcome.summary, around.language))
    if (wishes.report) around.note(`${await reportVerdicts(await platformClient(wishes), seen)} verdicts reported`)
  }
  const everyMs = wishes.watch === undefined ? undefined : wishes.watch * 1_000
  return {rounds: probeRounds(round, {everyMs, count: wishes.rounds, clock, signal}), outcome}
}

async function optionsOf(wishes: ProbeWishes, signal: AbortSignal) {
  const {level, profile, limit = [], timeout, concurrency, transport, ffprobe, evidence} = wishes
  const limits = limitsFrom(profile === undefined ? undefined : await profileNamed(profile), limit, level)
  return {
    level,
    limits,
    timeoutMs: timeout,
    concurrency,
    maxSkewMs: wishes['max-skew'],
    ...(await streamOptions(wishes)),
    transport,
    ffprobe,
    signal,
    evidenceFolder: evidence,
    maxFailures: wishes['max-failures'],
  }
}

/** All rounds one after the other, for what is printed line by line. */
export async function* inOne<T>(rounds: AsyncIterable<AsyncIterable<T>>): AsyncGenerator<T> {
  for await (const round of rounds) yield* round
}
