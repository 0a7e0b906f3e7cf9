/** `camera audit`: targets in, results out, with the ledger opened and closed around them. */
import {readFile, stat} from 'node:fs/promises'
import {type AuditOptions, auditFleet} from '../camera/audit/audit.ts'
import {type Baseline, parseBaseline, SEVERITIES, type Severity} from '../camera/audit/baseline.ts'
import {builtinBaseline} from '../camera/audit/baselines.ts'
import type {AuditResult, AuditStatus} from '../camera/audit/result.ts'
import {loginGate} from '../camera/login-gate.ts'
import type {ProbeTarget} from '../camera/probe-options.ts'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import {fileLoginLedger} from './login-ledger.ts'
import {progress} from './progress.ts'
import {auditJunit} from './render/audit-junit.ts'
import {writeOut} from './write-out.ts'

const MAX_BASELINE_BYTES = 1024 * 1024
const MAX_ALLOWED_PORTS = 64

export interface AuditRun extends Omit<AuditOptions, 'ledger' | 'gate' | 'clock'> {
  readonly concurrency: number
  /** Which results are printed; all are counted. */
  readonly show: readonly AuditStatus[]
  /** Every result is told to it, also those that are not printed. */
  readonly count: (result: AuditResult) => void
}

/** Results as they come. Throws CW_IO when the ledger cannot be opened. */
export async function* auditResults(
  targets: readonly ProbeTarget[],
  clock: Clock,
  {show, count, ...options}: AuditRun,
): AsyncGenerator<AuditResult> {
  const ledger = fileLoginLedger(clock)
  const bar = progress(() => clock.now())
  let done = 0
  try {
    for await (const results of auditFleet(targets, {...options, ledger, gate: loginGate(clock), clock})) {
      done += 1
      bar.step(`${done} cameras looked at`)
      for (const result of results) {
        count(result)
        if (show.includes(result.status)) yield result
      }
    }
  } finally {
    bar.end()
    ledger.close()
  }
}

/** A name, or a file where it looks like one. Throws CW_BAD_VALUE, CW_FILE_NOT_FOUND, CW_IO, CW_TOO_LARGE. */
export async function baselineNamed(name: string): Promise<Baseline> {
  if (!/[./\\]/.test(name)) return builtinBaseline(name)
  try {
    if ((await stat(name)).size > MAX_BASELINE_BYTES)
      throw new CitywatchError('CW_TOO_LARGE', {path: name, what: 'bytes', limit: MAX_BASELINE_BYTES})
    return parseBaseline(JSON.parse(await readFile(name, 'utf8')))
  } catch (cause) {
    if (cause instanceof CitywatchError) throw cause
    if (cause instanceof SyntaxError)
      throw new CitywatchError('CW_BAD_VALUE', {field: '--baseline', value: name, expected: 'a file of JSON'}, {cause})
    const {code = 'unreadable'} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path: name}, {cause})
    throw new CitywatchError('CW_IO', {path: name, detail: code}, {cause})
  }
}

/** `8000,37777`. Throws CW_BAD_VALUE. */
export function portList(text: string | undefined): number[] {
  const words = text === undefined ? [] : text.split(',')
  const ports = words.map((word) => (/^\s*\d{1,5}\s*$/.test(word) ? Number(word) : 0))
  if (ports.length <= MAX_ALLOWED_PORTS && ports.every((port) => port >= 1 && port <= 65_535)) return ports
  throw new CitywatchError('CW_BAD_VALUE', {
    field: '--allow-ports',
    value: String(text).slice(0, 80),
    expected: `up to ${MAX_ALLOWED_PORTS} ports separated by commas`,
  })
}

export interface AuditSummary {
  readonly baseline: string
  readonly cameras: number
  /** Cameras that no rule could be held against. */
  readonly notReached: number
  readonly findings: Readonly<Record<Severity, number>>
  readonly passed: number
  readonly untested: number
  /** Provisions of the baseline that this audit says nothing about. */
  readonly notSeen: Baseline['notSeen']
}

/** Throws CW_IO, CW_DISK_FULL. */
export function writeJunit(results: readonly AuditResult[], path: string): Promise<void> {
  return writeOut(auditJunit(results), path)
}

/** Counts results of any number of cameras in little memory, unless it is to keep them. */
export class AuditTally {
  readonly #baseline: Baseline
  readonly #cameras = new Set<string>()
  readonly #findings: Record<Severity, number> = {low: 0, medium: 0, high: 0}
  #notReached = 0
  #passed = 0
  #untested = 0

  /** Every result, where they are kept. */
  readonly results: AuditResult[] = []
  readonly #keeps: boolean

  constructor(baseline: Baseline, keeps: boolean) {
    this.#baseline = baseline
    this.#keeps = keeps
  }

  add(result: AuditResult): void {
    const {camera, rule, status, severity} = result
    if (this.#keeps) this.results.push(result)
    this.#cameras.add(camera)
    if (rule === 'reach') this.#notReached += 1
    else if (status === 'finding') this.#findings[severity] += 1
    else if (status === 'passed') this.#passed += 1
    else this.#untested += 1
  }

  /** False when there is a finding of that severity or worse, and when a camera was not looked at: that is no "fine". */
  isClean(severity: Severity): boolean {
    const counted = SEVERITIES.slice(SEVERITIES.indexOf(severity))
    return this.#notReached === 0 && counted.every((one) => this.#findings[one] === 0)
  }

  summary(): AuditSummary {
    const {name, version, notSeen} = this.#baseline
    return {
      baseline: `${name} ${version}`,
      cameras: this.#cameras.size,
      notReached: this.#notReached,
      findings: {...this.#findings},
      passed: this.#passed,
      untested: this.#untested,
      notSeen,
    }
  }
}
