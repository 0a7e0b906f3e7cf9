/** Who asks: found out once a request, then carried to whatever checks or notes it. */
import {isWithin, type Jurisdiction} from '../../model/jurisdiction.ts'
import type {Role} from '../../model/role.ts'

/**
 * `open`: anyone of this machine, at a platform that asks nobody. `master`: the holder of --token-file. `shell`: a user of
 * the machine who works on the data folder itself.
 */
export type PrincipalKind = 'open' | 'master' | 'shell' | 'user' | 'token'

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

export const OPEN: Principal = {kind: 'open', name: 'this machine', role: 'admin', scope: ''}
export const MASTER: Principal = {kind: 'master', name: 'token file', role: 'admin', scope: ''}

/** A principal and where it asks from. */
export interface Caller {
  readonly principal: Principal
  /** Address of the peer, without its port. */
  readonly from: string
}

/** The forced filter of everything that a principal reads or changes. */
export function scopeOf({scope}: Principal): Jurisdiction {
  return scope
}

/**
 * The subtree that an answer is cut to when somebody asks for one: the narrower of the two; undefined when nothing lies in
 * both.
 */
export function narrowed(scope: Jurisdiction, asked: Jurisdiction): Jurisdiction | undefined {
  if (isWithin(asked, scope)) return asked
  return isWithin(scope, asked) ? scope : undefined
}

/** As the audit log writes it: `user anna`, `token prometheus`. */
export function whoIs({kind, name}: Principal): string {
  return kind === 'user' || kind === 'token' || kind === 'shell' ? `${kind} ${name}` : name
}
