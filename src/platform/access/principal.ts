/** Who asks: found out once a request, then carried to whatever checks or notes it. */
import {CitywatchError} from '../../lib/errors.ts'
import {isWithin, type Jurisdiction} from '../../model/jurisdiction.ts'
import type {Role} from '../../model/role.ts'

/**
 * `nobody`: has not said who he is. `open`: anyone of this machine, at a platform that asks nobody. `master`: the holder of --token-file. `shell`: a user of
 * the machine who works on the data folder itself.
 */
type PrincipalKind = 'nobody' | 'open' | 'master' | 'shell' | 'user' | 'token'

export interface Principal {
  readonly kind: PrincipalKind
  /** Name of the user or the token. */
  readonly name: string
  readonly role: Role
  /** Subtree that it is cut to; '' for everything. */
  readonly scope: Jurisdiction
  /** Of a user: which session. */
  readonly session?: string
}

export const NOBODY: Principal = {kind: 'nobody', name: 'nobody', role: 'viewer', scope: ''}
export const OPEN: Principal = {kind: 'open', name: 'this machine', role: 'admin', scope: ''}
export const MASTER: Principal = {kind: 'master', name: 'token file', role: 'admin', scope: ''}

/** A principal and where it asks from. */
export interface Caller {
  readonly principal: Principal
  /** Address of the peer, without its port. */
  readonly from: string
}

/** The forced filter of everything that a principal reads or changes; undefined: none. */
export function scopeOf({scope}: Principal): Jurisdiction | undefined {
  return scope === '' ? undefined : scope
}

/**
 * The subtree that an answer is cut to when `asked` is asked for ('' for everything): the narrower of the two. Throws
 * CW_FORBIDDEN when nothing lies in both: an empty list would look as if nothing were there.
 */
export function scopeFor(principal: Principal, asked: Jurisdiction): Jurisdiction {
  const scope = scopeOf(principal)
  if (scope === undefined || (asked !== '' && isWithin(asked, scope))) return asked
  if (asked === '' || isWithin(scope, asked)) return scope
  throw new CitywatchError('CW_FORBIDDEN', {what: `jurisdiction ${asked}`, detail: `${whoIs(principal)} sees ${scope}`})
}

/** As the audit log writes it: `user anna`, `token prometheus`. */
export function whoIs({kind, name}: Principal): string {
  return kind === 'user' || kind === 'token' || kind === 'shell' ? `${kind} ${name}` : name
}
