/** Records of any size seen as panels: where the lines of each stand, and one row a panel; a panel is read again when it is wanted. */
import {createHash} from 'node:crypto'
import {type FileHandle, open} from 'node:fs/promises'
import {basename} from 'node:path'
import {CitywatchError, isCitywatchError} from '../../lib/errors.ts'
import {parseRecordLine, SUITE_TYPES} from '../record/parse.ts'
import {lineOf, type RecordedLine} from '../record/read.ts'
import {placedLines} from '../record/stream.ts'
import {isWalkType} from '../walk/parse-line.ts'
import type {PanelReport, PanelRow} from './model.ts'
import {panelReport} from './panel-report.ts'
import {rowOf, worstFirst} from './tally.ts'

export interface RecordFacts {
  /** Name without its folder: the report must not change with the place of the file. */
  readonly name: string
  readonly lines: number
  /** Lines of types that this version does not know; they are in no number of the report. */
  readonly unknown: number
  /** SHA-256 over the lines that were read, hex. */
  readonly sha256: string
}

export class Survey {
  readonly records: readonly RecordFacts[]
  /** Worst first. */
  readonly rows: readonly PanelRow[]
  readonly #files: Files
  readonly #places: ReadonlyMap<string, readonly Place[]>

  private constructor(
    records: readonly RecordFacts[],
    rows: readonly PanelRow[],
    files: Files,
    places: ReadonlyMap<string, readonly Place[]>,
  ) {
    this.records = records
    this.rows = rows
    this.#files = files
    this.#places = places
  }

  /** The panels of the records, or the one account of them. Throws as `placedLines`, and CW_BAD_VALUE for an account that is in none. */
  static async of(paths: readonly string[], account?: string): Promise<Survey> {
    const places = new Map<string, Place[]>()
    const records: RecordFacts[] = []
    for (const [file, path] of paths.entries()) records.push(await index(path, file, places))
    if (account !== undefined && !places.has(account)) {
      const expected = 'an account that the records have'
      throw new CitywatchError('CW_BAD_VALUE', {field: '--account', value: account, expected})
    }
    if (places.size === 0) {
      const expected = 'at least one line of a test (panel test --record, panel walktest)'
      throw new CitywatchError('CW_BAD_VALUE', {field: paths.join(', '), value: 'empty', expected})
    }
    const files = await Promise.all(paths.map(async (path) => ({path, handle: await open(path, 'r')})))
    const rows: PanelRow[] = []
    const survey = new Survey(records, rows, files, places)
    try {
      for (const name of account === undefined ? places.keys() : [account]) rows.push(rowOf(await survey.panel(name)))
    } catch (error) {
      await survey.close()
      throw error
    }
    rows.sort(worstFirst)
    return survey
  }

  panel(account: string): Promise<PanelReport> {
    return read(account, this.#places.get(account) ?? [], this.#files)
  }

  async close(): Promise<void> {
    await Promise.all(this.#files.map(({handle}) => handle.close()))
  }
}

type Files = readonly {readonly path: string; readonly handle: FileHandle}[]

interface Place {
  readonly file: number
  /** Of the line, for messages. */
  readonly number: number
  readonly offset: number
  readonly length: number
}

async function index(path: string, file: number, places: Map<string, Place[]>): Promise<RecordFacts> {
  const hash = createHash('sha256')
  let lines = 0
  let unknown = 0
  for await (const {line, number, bytes, offset} of placedLines(path)) {
    hash.update(bytes).update('\n')
    lines += 1
    if (!KNOWN.has(line.type) && !isWalkType(line.type)) {
      unknown += 1
      continue
    }
    const place = {file, number, offset, length: bytes.length}
    const own = places.get(line.account)
    if (own) own.push(place)
    else places.set(line.account, [place])
  }
  return {name: basename(path), lines, unknown, sha256: hash.digest('hex')}
}

/** Supervision says all of its events again in its sums. */
const KNOWN: ReadonlySet<string> = new Set([...SUITE_TYPES, 'supervision', 'supervision-event', 'load'])

/** Throws CW_BAD_VALUE for a damaged line, which it names. */
async function read(account: string, places: readonly Place[], files: Files): Promise<PanelReport> {
  const lines: RecordedLine[] = []
  for (const {file, number, offset, length} of places) {
    const {handle, path} = files[file] ?? {}
    const bytes = Buffer.alloc(length)
    await handle?.read(bytes, 0, length, offset)
    const line = lineOf(bytes.toString('utf8'))
    if (!line)
      throw new CitywatchError('CW_CONFLICT', {what: path ?? account, detail: 'it was written while it was read'})
    lines.push(checked(line, `${path} line ${number}`))
  }
  return panelReport(account, lines)
}

function checked(line: RecordedLine, where: string): RecordedLine {
  try {
    parseRecordLine(line)
    return line
  } catch (cause) {
    if (!isCitywatchError(cause, 'CW_BAD_VALUE')) throw cause
    const {field = '', value = '', expected = ''} = cause.params
    throw new CitywatchError('CW_BAD_VALUE', {field: `${where}, ${field}`, value, expected}, {cause})
  }
}
