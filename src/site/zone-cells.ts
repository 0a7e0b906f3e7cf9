/** What a row says about a zone: its numbers as signals write them, and the code that its alarm must have. */
import {expectedCode} from '../model/codes/lookup.ts'
import type {CellReader} from './cells.ts'
import type {Draft} from './draft.ts'

type ZoneCells = Pick<Draft, 'partition' | 'zone' | 'code'>

export function zoneOf(cells: CellReader): ZoneCells {
  const partition = numberOf(cells, 'partition')
  const zone = numberOf(cells, 'zone')
  if (zone === undefined && cells.text('zone') === '') cells.report('zone-missing', 'zone')
  const text = cells.text('code').normalize('NFKC')
  const code = text === '' ? undefined : expectedCode(text)
  if (text !== '' && code === undefined) cells.report('code-unknown', 'code')
  return {
    // Panels write 0 where they have no partitions.
    ...(partition !== undefined && partition !== '0' && {partition}),
    ...(zone !== undefined && {zone}),
    ...(code !== undefined && {code}),
  }
}

/** `1234/0/3`: account, partition (0: none), zone. */
export function defaultZoneKey(account: string, {partition = '0', zone = ''}: ZoneCells): string {
  return `${account}/${partition}/${zone}`
}

/** Without leading zeros, as signals are read; undefined when the cell is empty or no number. */
function numberOf(cells: CellReader, field: 'partition' | 'zone'): string | undefined {
  const text = cells.text(field).normalize('NFKC')
  if (text === '') return undefined
  if (/^\d{1,8}$/.test(text)) return text.replace(/^0+(?=\d)/, '')
  cells.report(`${field}-form`, field)
  return undefined
}
