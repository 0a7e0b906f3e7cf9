/** `panel supervise`: what its flags expect of which accounts, and where its findings go. */
import {readFile} from 'node:fs/promises'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {parseReceiver} from '../panel/receiver-address.ts'
import {fileSequence} from '../panel/sequence.ts'
import {classNamed, parseClasses, type SupervisionClass} from '../panel/supervision/classes.ts'
import {parseDuration} from '../panel/supervision/duration.ts'
import type {Expectation} from '../panel/supervision/event.ts'
import type {RaiseAs, RaiseOptions} from '../panel/supervision/raise.ts'
import type {Declared} from '../panel/supervision/report.ts'
import type {SuperviseOptions} from '../panel/supervision/supervise.ts'
import {type AccountFlags, accountsOf} from './panel-accounts.ts'
import {keysOf} from './panel-keys.ts'
import {stateFolder} from './paths.ts'

export interface SuperviseFlags extends AccountFlags {
  readonly host: string
  readonly port: number
  readonly keys?: string | undefined
  readonly interval?: string | undefined
  readonly grace?: string | undefined
  readonly debounce?: string | undefined
  readonly class?: string | undefined
  readonly classes?: string | undefined
  readonly 'reporting-time'?: string | undefined
  readonly 'alternative-port'?: number | undefined
  readonly 'alternative-mark'?: string | undefined
  readonly raise?: string | undefined
  readonly 'raise-as': RaiseAs
  readonly 'raise-keys'?: string | undefined
  readonly timeout: number
  readonly for?: string | undefined
}

/** Throws CW_USAGE and CW_BAD_VALUE, and as `accountsOf` and `keysOf`: all before a port is taken. */
export async function superviseOptionsOf(
  flags: SuperviseFlags,
  warn: (text: string) => void,
): Promise<Omit<SuperviseOptions, 'clock' | 'signal'>> {
  const declared = await declaredBy(flags, warn)
  const mark = flags['alternative-mark']
  if (mark !== undefined && !/^[\x21-\x5a\x5c\x5e-\x7e]$/.test(mark)) {
    throw bad('--alternative-mark', mark, 'one character, as in the extended data J')
  }
  const forMs = flags.for === undefined ? undefined : parseDuration(flags.for, '--for')
  return {
    ...declared,
    host: flags.host,
    port: flags.port,
    alternativePort: flags['alternative-port'],
    alternativeMark: mark,
    forMs,
    raise: await raiseBy(flags, warn),
    keys: flags.keys === undefined ? undefined : await keysOf(flags.keys, warn),
    accounts: await accountsOf(flags, 'panel supervise'),
  }
}

/** What is expected of each path, from class, times and interval. */
async function declaredBy(flags: SuperviseFlags, warn: (text: string) => void): Promise<Declared> {
  const own = flags.classes === undefined ? new Map<string, SupervisionClass>() : await classesIn(flags.classes)
  const named = flags.class === undefined ? undefined : classNamed(flags.class, own)
  const intervalMs = flags.interval === undefined ? undefined : parseDuration(flags.interval, '--interval')
  const [primaryMs, alternativeMs] = reportingTimes(flags, named, intervalMs)
  if (named && !named.confirmed && flags['reporting-time'] === undefined) {
    warn(
      `the times of ${named.name} are not confirmed by a source that we have seen: --classes or --reporting-time corrects them`,
    )
  }
  requirePaths(flags, alternativeMs !== undefined)
  const graceMs = flags.grace === undefined ? Math.ceil((intervalMs ?? 0) / 10) : parseDuration(flags.grace, '--grace')
  if (intervalMs !== undefined && intervalMs >= primaryMs) {
    throw bad(
      '--interval',
      flags.interval ?? '',
      `less than the reporting time of ${primaryMs} ms: it would be missing before it is due`,
    )
  }
  const primary: Expectation = {
    path: 'primary',
    reportingMs: primaryMs,
    graceMs,
    ...(intervalMs === undefined ? {} : {intervalMs}),
  }
  const alternative: Expectation[] =
    alternativeMs === undefined ? [] : [{path: 'alternative', reportingMs: alternativeMs, graceMs: 0}]
  return {...(named ? {class: named.name} : {}), expected: [primary, ...alternative]}
}

/** An explicit time, else the class's, else the interval and the debounce. */
function reportingTimes(
  flags: SuperviseFlags,
  named: SupervisionClass | undefined,
  intervalMs: number | undefined,
): readonly [primaryMs: number, alternativeMs: number | undefined] {
  const written = flags['reporting-time']
  if (flags.debounce !== undefined && (written !== undefined || named)) {
    throw usage(
      '--debounce goes with --interval alone: a class or --reporting-time already says when a path is missing',
    )
  }
  if (written !== undefined) {
    const [primary = '', alternative, more] = written.split('/')
    if (more !== undefined) throw bad('--reporting-time', written, '90s, or 90s/5h for two paths')
    const ms = parseDuration(primary, '--reporting-time')
    return [ms, alternative === undefined ? undefined : parseDuration(alternative, '--reporting-time')]
  }
  if (named) return [named.primaryMs, named.alternativeMs]
  if (intervalMs === undefined) throw usage('one of --interval, --class and --reporting-time is needed')
  const debounceMs = flags.debounce === undefined ? 2 * intervalMs : parseDuration(flags.debounce, '--debounce')
  return [intervalMs + debounceMs, undefined]
}

/** Two paths are supervised apart only where a message shows by which it came. */
function requirePaths(flags: SuperviseFlags, two: boolean): void {
  const told = flags['alternative-port'] !== undefined || flags['alternative-mark'] !== undefined
  if (two && !told) {
    throw usage(
      'two paths need --alternative-port or --alternative-mark: nothing else shows by which path a message came',
    )
  }
  if (!two && told)
    throw usage('--alternative-port and --alternative-mark need a DP class or --reporting-time TIME/TIME')
}

async function raiseBy(flags: SuperviseFlags, warn: (text: string) => void): Promise<RaiseOptions | undefined> {
  if (flags.raise === undefined) {
    if (flags['raise-keys'] !== undefined) throw usage('--raise-keys needs --raise')
    return undefined
  }
  return {
    ...parseReceiver(flags.raise),
    as: flags['raise-as'],
    keys: flags['raise-keys'] === undefined ? undefined : await keysOf(flags['raise-keys'], warn),
    sequenceOf: (account) => fileSequence(stateFolder(), account),
    waitMs: flags.timeout,
  }
}

async function classesIn(path: string): Promise<ReadonlyMap<string, SupervisionClass>> {
  try {
    return parseClasses(await readFile(path, 'utf8'), path)
  } catch (cause) {
    if (cause instanceof CitywatchError) throw cause
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code ?? 'unreadable'}, {cause})
  }
}

function usage(detail: string): CitywatchError {
  return new CitywatchError('CW_USAGE', {detail})
}

function bad(field: string, value: string, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field, value: safeText(value, 40), expected})
}
