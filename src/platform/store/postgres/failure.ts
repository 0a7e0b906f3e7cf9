/** PostgreSQL's failures as ours: a full disk, a login that is refused, a line that was lost. */
import {CitywatchError, isCitywatchError} from '../../../lib/errors.ts'
import {safeText} from '../../../lib/safe-text.ts'

/** The connection is gone, or the server is on its way down or up: what was under way may be asked anew elsewhere. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super(messageOf(cause), {cause})
    this.name = 'ConnectionLost'
  }
}

/** SQLSTATE classes and codes after which the same may be tried on a new connection (PostgreSQL, appendix A). */
const PASSING = /^(?:08...|57014|57P0[1-5]|53300|25006|40001|40P01|55P03)$/
const DISK_FULL = '53100'
const LOGIN_REFUSED = /^28/

/** True when another attempt on a new connection makes sense: the line, the server's state, or a lock. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ConnectionLost) return true
  return PASSING.test(sqlStateOf(error) ?? '')
}

/** CW_DISK_FULL, CW_AUTH, CW_IO, or the error itself when it is one of ours already. `label` names the store. */
export function postgresFailure(error: unknown, label: string): CitywatchError {
  if (isCitywatchError(error)) return error
  const code = sqlStateOf(error) ?? ''
  const cause = error instanceof ConnectionLost ? error.cause : error
  if (code === DISK_FULL) return new CitywatchError('CW_DISK_FULL', {path: label}, {cause})
  if (LOGIN_REFUSED.test(code)) return new CitywatchError('CW_AUTH', {target: label}, {cause})
  return new CitywatchError('CW_IO', {path: label, detail: safeText(messageOf(error), 200)}, {cause})
}

/** Five characters; undefined when the server did not say anything. */
function sqlStateOf(error: unknown): string | undefined {
  const {code} = (error instanceof ConnectionLost ? error.cause : error) as {code?: unknown}
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
