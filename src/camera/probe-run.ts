/** The record of one camera's probe: each check as it is made, and the verdict that they add up to. */
import {present} from '../lib/fields.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import {CAUSES, type Cause, CHECKS, type CheckName} from '../model/cause.ts'
import type {Check, Identity, ProbeLevel, ProbeReport, StreamFacts, Verdict} from '../model/probe.ts'
import {DeviceFailure} from './failure.ts'
import {judgementsOf, overLimit} from './probe-limits.ts'
import type {ProbeOptions, ProbeTarget} from './probe-options.ts'
import type {Evidence} from './witness.ts'

/** The checks that a probe of each level makes. */
const ASKED: Readonly<Record<ProbeLevel, readonly CheckName[]>> = {
  reach: ['reach', 'clock'],
  identity: ['reach', 'clock', 'identity', 'profile'],
  stream: CHECKS,
  deep: CHECKS,
}

/** What is known of one camera so far. */
export class ProbeRun {
  readonly target: ProbeTarget
  readonly options: ProbeOptions
  readonly #startedAt: number
  readonly #checks = new Map<CheckName, Check>()
  #current: CheckName = 'reach'
  #currentSince: number
  clock: {offsetMs: number; uncertaintyMs: number} | undefined
  identity: Identity | undefined
  stream: StreamFacts | undefined
  picture: Buffer | undefined
  evidence: Evidence | undefined
  osd: readonly SafeText[] | undefined
  retentionDays: number | undefined

  constructor(target: ProbeTarget, options: ProbeOptions) {
    this.target = target
    this.options = options
    this.#startedAt = options.clock.now()
    this.#currentSince = this.#startedAt
  }

  get level(): ProbeLevel {
    return this.options.level ?? 'stream'
  }

  asksFor(name: CheckName): boolean {
    return ASKED[this.level].includes(name)
  }

  remainingMs(): number {
    return Math.max(1, this.#startedAt + this.options.timeoutMs - this.options.clock.now())
  }

  async check<T>(name: CheckName, work: () => Promise<T>): Promise<T> {
    this.#current = name
    this.#currentSince = this.options.clock.now()
    const result = await work()
    this.note(name, 'ok')
    return result
  }

  warn(name: CheckName, cause: Cause, detail: string): void {
    this.note(name, 'warn', cause, detail)
  }

  note(name: CheckName, status: Check['status'], cause?: Cause, detail?: string, durationMs?: number): void {
    const now = this.options.clock.now()
    this.#checks.set(name, {
      name,
      status,
      ...(cause ? {cause} : {}),
      ...(detail ? {detail: safeText(detail, 300)} : {}),
      durationMs: Math.round(durationMs ?? now - this.#currentSince),
    })
    this.#current = CHECKS[CHECKS.indexOf(name) + 1] ?? name
    this.#currentSince = now
  }

  /** Puts into the check that failed how many logins are left. */
  #count(name: CheckName, attemptsLeft: number | undefined): void {
    const check = this.#checks.get(name)
    if (check && attemptsLeft !== undefined) this.#checks.set(name, {...check, attemptsLeft})
  }

  fail(error: unknown): void {
    const failure = error instanceof DeviceFailure ? error : undefined
    if (!failure && !this.options.signal?.aborted) throw error
    const cause: Cause = this.options.signal?.aborted ? 'cancelled' : (failure?.why ?? 'cancelled')
    const home = CAUSES[cause]
    const named = CHECKS.find((check) => check === home)
    const check = named && !this.#passed(named) ? named : this.#current
    this.note(check, 'fail', cause, failure?.detail)
    this.#count(check, failure?.attemptsLeft)
  }

  #passed(name: CheckName): boolean {
    return this.#checks.has(name)
  }

  report(): ProbeReport {
    const {target, options, clock, identity, stream, level} = this
    const judgements = judgementsOf(options.limits ?? [], {checks: this.#checks, clock, stream, level})
    const made = overLimit(this.#checks, judgements)
    const checks = CHECKS.map((name) => made.get(name) ?? {name, status: 'skipped' as const, durationMs: 0})
    const worst = checks.find(({status}) => status === 'fail') ?? checks.find(({status}) => status === 'warn')
    return {
      camera: target.key,
      ...(target.name ? {name: target.name} : {}),
      ...(target.xaddr ? {xaddr: target.xaddr} : {}),
      verdict: verdictOf(checks, ASKED[level]),
      ...(worst?.cause ? {cause: worst.cause} : {}),
      level,
      checks,
      ...(identity ? {identity} : {}),
      ...(clock ? {clockOffsetMs: clock.offsetMs, clockUncertaintyMs: clock.uncertaintyMs} : {}),
      ...(stream ? {stream} : {}),
      ...(judgements.length > 0 ? {judgements} : {}),
      ...(this.evidence ? {evidence: this.evidence.folder} : {}),
      ...present({osd: this.osd, retentionDays: this.retentionDays}),
      at: this.#startedAt,
      durationMs: Math.round(options.clock.now() - this.#startedAt),
    }
  }
}

const UNKNOWN: readonly Cause[] = ['no-address', 'login-withheld', 'no-credential', 'cancelled']
const DEAD: readonly Cause[] = ['dns', 'route', 'refused', 'timeout-connect']

/** Healthy only when every check was made and passed; without the picture it merely answers. */
function verdictOf(checks: readonly Check[], asked: readonly CheckName[]): Verdict {
  const failed = checks.find(({status}) => status === 'fail')
  if (failed?.cause && UNKNOWN.includes(failed.cause)) return 'unknown'
  if (failed?.cause && DEAD.includes(failed.cause) && failed.name === 'reach') return 'dead'
  if (failed) return 'sick'
  if (checks.some(({name, status}) => status === 'skipped' && asked.includes(name))) return 'unknown'
  if (asked.length < CHECKS.length) return 'answers'
  return checks.some(({status}) => status === 'warn') ? 'impaired' : 'healthy'
}
