/** Which panels of a fleet an earlier run has finished, by its record. */

import {rowOfSuite} from '../handover/suite-part.ts'
import type {SuiteLine, UnreachedLine} from '../record/lines.ts'
import {parseRecordLine} from '../record/parse.ts'
import {placedLines} from '../record/stream.ts'
import {type FleetRow, idOfRow} from './fleet-row.ts'

/**
 * Rows by `idOf` of the panels that were judged, passed or failed. Whatever was not reached or not wholly judged is to be
 * tested again. Throws what reading the record throws.
 */
export async function finishedIn(path: string): Promise<ReadonlyMap<string, FleetRow>> {
  const finished = new Map<string, FleetRow>()
  const names = new Map<string, string>()
  for await (const {line} of placedLines(path)) {
    if (!WANTED.has(line.type)) continue
    const parsed = parseRecordLine(line)
    if (parsed?.type === 'panel') names.set(parsed.account, parsed.name ?? '')
    if (parsed?.type === 'suite' || parsed?.type === 'unreached')
      note(finished, parsed, names.get(parsed.account) ?? '')
  }
  return finished
}

const WANTED: ReadonlySet<string> = new Set(['panel', 'suite', 'unreached'])

/** The last result counts. */
function note(finished: Map<string, FleetRow>, line: SuiteLine | UnreachedLine, name: string): void {
  const result = line.type === 'suite' ? line.report : line
  const row = {...rowOfSuite(result.receiver, result.transport, result), account: line.account, name, isResumed: true}
  if (row.outcome === 'passed' || row.outcome === 'failed') finished.set(idOfRow(row), row)
  else finished.delete(idOfRow(row))
}
