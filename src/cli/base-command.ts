/** The one place where errors become messages and exit codes. Commands never call process.exit. */
import {Command} from '@oclif/core/command'
import * as Errors from '@oclif/core/errors'
import * as Flags from '@oclif/core/flags'
import {CitywatchError, ERRORS} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Format} from './flags.ts'
import {languageOf, wordsOf} from './i18n/catalogue.ts'
import {LANGUAGES, type Language} from './i18n/language.ts'
import {type Column, printRows} from './render/rows.ts'
import {systemClock} from './system-clock.ts'

export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {
    lang: Flags.option({
      options: LANGUAGES,
      description: 'language of messages',
      helpGroup: 'GLOBAL',
      env: 'CITYWATCH_LANG',
    })(),
    debug: Flags.boolean({description: 'show where an error came from', helpGroup: 'GLOBAL', env: 'CITYWATCH_DEBUG'}),
  }

  protected readonly clock = systemClock
  readonly #warnings: string[] = []

  /** The report, and exit status 3 when what it reports on is not healthy or not complete. An interrupt's status stays. */
  protected verdict<Report>(report: Report, healthy: boolean): Report {
    if (!healthy) process.exitCode ||= 3
    return report
  }

  /**
   * Prints a list by -o, --columns or --json. Returns the items for the report: with jsonl, csv, tsv and name they are
   * printed as they come and the list is empty.
   */
  protected rows<T>(
    items: Iterable<T> | AsyncIterable<T>,
    columns: readonly Column<T>[],
    flags: {readonly output?: Format | undefined; readonly columns?: string | undefined},
    nameOf: (item: T) => string,
  ): Promise<T[]> {
    const format = this.jsonEnabled() ? 'json' : (flags.output ?? 'table')
    return printRows(items, columns, {format, columns: flags.columns, nameOf, out: process.stdout})
  }

  /** A line for the person at the terminal: standard error, so that standard output stays data. */
  protected note(text: string): void {
    process.stderr.write(`${text}\n`)
  }

  /** A warning on standard error, and in the envelope under --json. */
  override warn(input: Error | string): Error | string {
    const text = typeof input === 'string' ? input : input.message
    this.#warnings.push(text)
    this.note(`warning: ${text}`)
    return input
  }

  /** True for --json, -o json and --output json, also before the flags are parsed. */
  override jsonEnabled(): boolean {
    return super.jsonEnabled() || /(?:^|\0)(?:-o\0?|--output[=\0])json(?:\0|$)/.test(this.argv.join('\0'))
  }

  /** A command that has no report (it ran until it was stopped) prints none. */
  protected override logJson(json: unknown): void {
    if (json === undefined) return
    process.stdout.write(`${JSON.stringify(json, null, 2)}\n`)
  }

  protected override toSuccessJson(result: unknown): unknown {
    if (this.#warnings.length === 0 || typeof result !== 'object' || result === null || Array.isArray(result))
      return result
    return {...result, warnings: this.#warnings}
  }

  protected override async catch(error: Error): Promise<unknown> {
    const failure = failureOf(error, this.language())
    process.exitCode ||= failure.exit
    if (this.jsonEnabled()) this.logJson({error: failure})
    this.note(`citywatch: ${failure.message}${failure.hint ? `\n  ${failure.hint}` : ''}`)
    if (this.argv.includes('--debug') || process.env.CITYWATCH_DEBUG) this.note(trace(error))
    return undefined
  }

  protected language(): Language {
    const at = this.argv.indexOf('--lang')
    const flag =
      at >= 0 ? this.argv[at + 1] : this.argv.find((arg) => arg.startsWith('--lang='))?.slice('--lang='.length)
    return languageOf(flag, process.env)
  }
}

export interface Failure {
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly exit: number
  readonly details?: Readonly<Record<string, string | number>>
}

/** What to tell a person of any error: our own by their code, oclif's usage errors as CW_USAGE, the rest as CW_INTERNAL. */
export function failureOf(error: Error, language: Language): Failure {
  const known = expected(error)
  const {message, hint} = wordsOf(known, language)
  return {
    code: known.code,
    message: safeText(message, 4096),
    hint,
    exit: ERRORS[known.code].exit,
    details: known.params,
  }
}

function expected(error: Error & {code?: string}): CitywatchError {
  if (error instanceof CitywatchError) return error
  if (error.code === 'ENOSPC')
    return new CitywatchError('CW_DISK_FULL', {path: String((error as NodeJS.ErrnoException).path ?? '')})
  if (error instanceof Errors.CLIError) return new CitywatchError('CW_USAGE', {detail: usage(error.message)})
  return new CitywatchError('CW_INTERNAL', {detail: error.message}, {cause: error})
}

/** oclif's usage errors end in advice of their own ("See more help with --help"); ours follows instead. */
function usage(message: string): string {
  return message
    .replace(/\n?See more help with --help\.?/g, '')
    .replace(/\s*\n\s*/g, ' ')
    .trim()
}

function trace(error: unknown): string {
  const lines: string[] = []
  for (let link = error; link instanceof Error && lines.length < 8; link = link.cause)
    lines.push(link.stack ?? link.message)
  return lines.join('\ncaused by: ')
}
