/** Wires an import: its file, its platform and Ctrl-C; and says how the command ends. */
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import type {Inventory} from '../site/apply.ts'
import {type ImportReport, type ImportRequest, importInventory} from '../site/import.ts'
import {sourceOf} from '../site/source.ts'
import {failureOf} from './base-command.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import type {Language} from './i18n/language.ts'
import {onInterrupt} from './interrupt.ts'
import {reportJson, reportLines, tableLines} from './render/site-import.ts'

export interface ImportFlags extends PlatformChoice, Omit<ImportRequest, 'maps'> {
  readonly map: readonly string[]
  readonly check: boolean
  readonly offline: boolean
}

export interface ImportEnd {
  /** For --json. */
  readonly report: object
  /** For people, on standard output. */
  readonly lines: readonly string[]
  /** Exit status: 0, 3 (rows rejected), 8 (--check, and something would change). */
  readonly exit: number
}

/** `note` writes a line to standard error. */
export async function runImport(
  flags: ImportFlags,
  path: string,
  note: (text: string) => void,
  language: Language,
): Promise<ImportEnd> {
  if (path === '-' && process.stdin.isTTY) throw new CitywatchError('CW_NO_TARGET', {command: 'site import -'})
  const interrupt = onInterrupt()
  const watcher = {
    signal: interrupt.signal,
    onTable: (facts: ImportReport['table']) => note(tableLines(facts).join('\n')),
    onProgress: ({written, total}: {written: number; total: number}) => note(`${written} of ${total} changes written`),
  }
  try {
    const inventory = flags.offline ? undefined : await reachable(flags)
    const source = await sourceOf(path, process.stdin, interrupt.signal)
    return endOf(await importInventory(source, {...flags, maps: flags.map}, inventory, watcher), flags, language)
  } catch (error) {
    if (!interrupt.signal.aborted || isCitywatchError(error)) throw error
    return {
      report: {state: 'interrupted', written: 0},
      lines: ['interrupted while reading; nothing was written'],
      exit: 130,
    }
  } finally {
    interrupt.release()
  }
}

/** The platform, whose absence is told together with the way to do without it. */
async function reachable(flags: ImportFlags): Promise<Inventory> {
  const client = await platformClient(flags)
  return {
    putDevices: (batch) => client.putDevices(batch),
    async inventory() {
      try {
        return await client.inventory()
      } catch (cause) {
        if (!isCitywatchError(cause, 'CW_NO_PLATFORM')) throw cause
        const {url = '', detail = ''} = cause.params
        throw new CitywatchError(
          'CW_NO_PLATFORM',
          {url, detail: `${detail}; --offline checks the file without one`},
          {cause},
        )
      }
    },
  }
}

function endOf(report: ImportReport, flags: ImportFlags, language: Language): ImportEnd {
  const lines = [...reportLines(report, language), '', nextStep(report, flags)]
  const {rejected} = report.counts
  const json = reportJson(report)
  if (rejected > 0) {
    if (report.state !== 'refused') return {report: json, lines, exit: 3}
    const failure = failureOf(new CitywatchError('CW_ROWS_REJECTED', {rejected, rows: report.rows}), language)
    lines.splice(-1, 1, `${failure.message}. ${failure.hint}`)
    return {report: {...json, error: failure}, lines, exit: 3}
  }
  return {report: json, lines, exit: flags.check && report.changes > 0 ? 8 : 0}
}

function nextStep({state, changes, written, counts}: ImportReport, {offline}: ImportFlags): string {
  if (state === 'written') return written === 0 ? 'nothing to do' : `${written} changes written`
  if (state === 'interrupted')
    return `interrupted: ${written} of ${changes} changes written; run the same command again to go on`
  if (offline)
    return 'the platform was not asked: every good row counts as new, and accounts of zones were not looked up'
  if (changes === 0) return 'nothing to do'
  const excuse = counts.rejected > 0 ? ' --best-effort (rejected rows stay out), or correct the rows first' : ''
  return `nothing was written; to write it, run the same command with --apply${excuse}`
}
