/** One import from file to platform: read, check, plan, and write when that was asked for and nothing stands against it. */
import {CitywatchError} from '../lib/errors.ts'
import type {SafeText} from '../lib/safe-text.ts'
import {jurisdictionOf, UNROUTED} from '../model/jurisdiction.ts'
import {apply, type Inventory, type Progress} from './apply.ts'
import type {Draft} from './draft.ts'
import type {Encoding, EncodingFacts} from './encoding.ts'
import type {Field} from './fields.ts'
import {type Column, type Mapping, mapColumns, wishesOf} from './mapping.ts'
import {type FieldChange, type Plan, plan} from './plan.ts'
import type {Finding, RuleId} from './rules.ts'
import type {Source} from './source.ts'
import {type Survey, survey, withFindings} from './survey.ts'
import {openTable, type Table} from './table.ts'
import {zoneFindings} from './zone-owners.ts'

export interface ImportRequest {
  /** `field=Column`, as given. */
  readonly maps: readonly string[]
  /** Path put before every jurisdiction, as given: `baltimore` or `44.4403`. */
  readonly jurisdiction?: string | undefined
  readonly encoding?: Encoding | undefined
  /** What the rows are that do not say so. */
  readonly kind?: Draft['kind'] | undefined
  /** Write the plan. */
  readonly apply: boolean
  /** Write the good rows although others are rejected. */
  readonly bestEffort: boolean
}

/** How the file was understood; known before its rows are read. */
export interface TableFacts extends EncodingFacts {
  readonly file: string
  readonly format: Table['format']
  /** Absent for JSON. */
  readonly delimiter?: string
  readonly mapping: Readonly<Partial<Record<Field, readonly SafeText[]>>>
  /** Columns kept with each camera under their own name. */
  readonly extra: readonly SafeText[]
  /** Columns that hold passwords by their name: not read. */
  readonly secret: readonly SafeText[]
  /** Letters of columns without a header. */
  readonly unnamed: readonly string[]
}

type RowResult = 'created' | 'updated' | 'unchanged' | 'rejected'

interface RowOutcome {
  readonly line: number
  readonly result: RowResult
  readonly kind?: Draft['kind']
  readonly key?: string
  /** What an update changes. */
  readonly fields?: readonly FieldChange[]
}

export interface ImportReport {
  readonly table: TableFacts
  /** Rows with content; the four counts add up to it. */
  readonly rows: number
  readonly blank: number
  readonly counts: Readonly<Record<RowResult, number>>
  /** Sites that follow from the rows. */
  readonly sites: {readonly created: number; readonly updated: number}
  /** `planned`: not asked to write. `refused`: asked, but rows were rejected. `interrupted`: run again to go on. */
  readonly state: 'planned' | 'written' | 'refused' | 'interrupted'
  /** Changes written, sites included. */
  readonly written: number
  readonly changes: number
  readonly byRule: Readonly<Partial<Record<RuleId, number>>>
  readonly findings: readonly Finding[]
  readonly items: readonly RowOutcome[]
}

export interface Watcher {
  readonly signal: AbortSignal
  onTable(facts: TableFacts): void
  onProgress(progress: Progress): void
}

/**
 * Without `inventory` the plan is made against nothing (no platform is asked). Throws what opening a table and the platform
 * throw, and CW_BAD_VALUE, CW_UNKNOWN_COLUMN for the request; rows that are wrong are in the report.
 */
export async function importInventory(
  source: Source,
  request: ImportRequest,
  inventory: Inventory | undefined,
  watcher: Watcher,
): Promise<ImportReport> {
  const prefix = request.jurisdiction ? jurisdictionOf(request.jurisdiction.split('.')).split('.') : []
  const wishes = wishesOf(request.maps)
  const table = await openTable(
    source,
    [...wishes.values()].flatMap((names) => names.flatMap((name) => name.split(','))),
    request.encoding,
  )
  const mapping = mapColumns(table.header, wishes, request.kind)
  const facts = factsOf(table, mapping)
  watcher.onTable(facts)
  const read = await survey(table, mapping, {prefix, kind: request.kind}, watcher.signal)
  const current = (await inventory?.inventory()) ?? {devices: [], revision: 0}
  const surveyed = inventory ? withFindings(read, zoneFindings(read.drafts, current.devices, mapping)) : read
  const planned = plan(surveyed.drafts, current.devices, prefix.join('.') || UNROUTED)
  const draftReport = reportOf(facts, surveyed, planned)
  if (!request.apply || !inventory) return draftReport
  if (surveyed.rejected.length > 0 && !request.bestEffort) return {...draftReport, state: 'refused'}
  let written = 0
  for await (const progress of apply(planned, current.revision, inventory, watcher.signal)) {
    written = progress.written
    watcher.onProgress(progress)
  }
  return {...draftReport, written, state: written === planned.changes.length ? 'written' : 'interrupted'}
}

function factsOf(table: Table, {fields, extra, secret, unnamed}: Mapping): TableFacts {
  const names = (columns: readonly Column[]) => columns.map(({name}) => name)
  const named = new Set(Object.values(fields).flat())
  return {
    file: table.label,
    format: table.format,
    encoding: table.encoding,
    because: table.because,
    ...(table.delimiter && {delimiter: table.delimiter}),
    mapping: Object.fromEntries(Object.entries(fields).map(([field, columns]) => [field, names(columns)])),
    // Columns of panels and zones are kept with cameras too; that is worth no word.
    extra: names(extra.filter((column) => !named.has(column))),
    secret: names(secret),
    unnamed: unnamed.map(({letter}) => letter),
  }
}

function reportOf(
  table: TableFacts,
  {rows, blank, rejected, findings, byRule}: Survey,
  {changes, unchanged}: Plan,
): ImportReport {
  const items: RowOutcome[] = [
    ...rejected.map((row) => ({...row, result: 'rejected' as const})),
    ...unchanged.map((row) => ({...row, result: 'unchanged' as const})),
  ]
  const sites = {created: 0, updated: 0}
  for (const change of changes) {
    const result = change.kind === 'create' ? 'created' : 'updated'
    const {kind, key} = change.after
    if (kind === 'site' || change.line === undefined) sites[result]++
    else items.push({line: change.line, result, kind, key, ...(change.kind === 'update' && {fields: change.fields})})
  }
  items.sort((a, b) => a.line - b.line)
  const counts = {created: 0, updated: 0, unchanged: 0, rejected: 0}
  for (const {result} of items) counts[result]++
  if (items.length !== rows)
    throw new CitywatchError('CW_INTERNAL', {detail: `${rows} rows read, ${items.length} accounted for`})
  return {
    table,
    rows,
    blank,
    counts,
    sites,
    state: 'planned',
    written: 0,
    changes: changes.length,
    byRule,
    findings,
    items,
  }
}
