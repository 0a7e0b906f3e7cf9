/** Inventories given as text in a test, opened and read as a file would be. */
import type {Row} from '../../src/site/csv.ts'
import type {Draft} from '../../src/site/draft.ts'
import type {Encoding} from '../../src/site/encoding.ts'
import {mapColumns, wishesOf} from '../../src/site/mapping.ts'
import {type Source, sourceOfBytes} from '../../src/site/source.ts'
import {type Survey, survey} from '../../src/site/survey.ts'
import {openTable} from '../../src/site/table.ts'

/** A source of these bytes, delivered `chunkBytes` at a time. */
export function sourceOfText(content: string | Buffer, chunkBytes = 64 * 1024): Source {
  const bytes = Buffer.from(content)
  const count = Math.ceil(bytes.length / chunkBytes)
  const chunks = Array.from({length: count}, (_, index) => bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes))
  return sourceOfBytes('cameras.csv', chunks)
}

/** Everything a table holds: how it was read, its header and its rows. */
export async function tableOf(content: string | Buffer, encoding?: Encoding, chunkBytes?: number) {
  const table = await openTable(sourceOfText(content, chunkBytes), [], encoding)
  const rows: Row[] = []
  for await (const row of table.rows) rows.push(row)
  return {encoding: table.encoding, because: table.because, delimiter: table.delimiter, header: table.header, rows}
}

/** What a survey of this text finds, mapped by `maps`. */
export async function surveyOf(
  content: string | Buffer,
  maps: readonly string[] = [],
  prefix: readonly string[] = [],
  kind?: Draft['kind'],
): Promise<Survey> {
  const table = await openTable(sourceOfText(content), [])
  return survey(table, mapColumns(table.header, wishesOf(maps), kind), {prefix, kind})
}
