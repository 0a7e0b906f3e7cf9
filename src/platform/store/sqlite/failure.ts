/** SQLite's failures as ours: a full disk is told apart from a broken one. */
import {CitywatchError, isCitywatchError} from '../../../lib/errors.ts'

const SQLITE_FULL = 13
const SQLITE_NOT_A_DATABASE = 26

/** CW_DISK_FULL, CW_IO, or the error itself when it is one of ours already. */
export function storeFailure(error: unknown, path: string): CitywatchError {
  if (isCitywatchError(error)) return error
  const {errcode, code, message} = error as {errcode?: number; code?: string; message?: string}
  // The low byte is the class; extended codes such as SQLITE_IOERR_WRITE put the detail above it.
  const kind = errcode === undefined ? undefined : errcode & 0xff
  if (kind === SQLITE_FULL || code === 'ENOSPC') return new CitywatchError('CW_DISK_FULL', {path}, {cause: error})
  const detail = kind === SQLITE_NOT_A_DATABASE ? 'not a database of citywatch' : (message ?? String(error))
  return new CitywatchError('CW_IO', {path, detail}, {cause: error})
}
