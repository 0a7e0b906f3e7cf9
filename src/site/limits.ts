/** How large an inventory may be: each bound is named, and passing it is an error that says which. */
import {CitywatchError} from '../lib/errors.ts'

export const MAX_FILE_BYTES = 1024 * 1024 * 1024
/** Standard input and pipes are held in memory, since they cannot be read twice. */
export const MAX_PIPE_BYTES = 256 * 1024 * 1024
export const MAX_ROWS = 1_000_000
export const MAX_COLUMNS = 512
/** Characters of one cell. */
export const MAX_CELL = 32 * 1024
/** Characters of one CSV record or JSON object. An open quote swallows the file no further than this. */
export const MAX_RECORD = 1024 * 1024
/** Findings kept with line and value. Beyond it they are still counted by rule. */
export const MAX_FINDINGS = 200_000

/** `amount` unless it is above `limit`: then CW_TOO_LARGE, naming the file and what was too much. */
export function bounded(amount: number, limit: number, path: string, what: string): number {
  if (amount > limit) throw new CitywatchError('CW_TOO_LARGE', {path, what, limit})
  return amount
}
