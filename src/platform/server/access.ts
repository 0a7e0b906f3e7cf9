/** Everything about who may enter, put together for one running platform. */
import type {Clock} from '../../lib/clock.ts'
import type {Log} from '../../lib/log.ts'
import type {Secret} from '../../lib/secret.ts'
import {AccessDesk} from '../access/desk.ts'
import {LoginDesk} from '../access/login.ts'
import type {Hasher} from '../access/password.ts'
import {AuditPen} from '../audit/pen.ts'
import type {NodeStatus} from '../contract.ts'
import type {Store} from '../store/port.ts'
import {Gate} from './gate.ts'

export interface AccessOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  /** Of --token-file. */
  readonly token?: Secret
  readonly maxRequests?: number
  readonly sessionMs?: number
  readonly hasher?: Hasher
}

export interface Access {
  readonly desk: AccessDesk
  readonly logins: LoginDesk
  readonly gate: Gate
  readonly pen: AuditPen
  readonly kind: () => NodeStatus['access']
}

/** Requests a second that one token, user or address may make over time, unless told otherwise. */
const MAX_REQUESTS = 25_000

/** Who may do what has been read when this resolves. Rejects with CW_IO. */
export async function openAccess(options: AccessOptions): Promise<Access> {
  const {store, clock, log, token, maxRequests = MAX_REQUESTS, sessionMs, hasher} = options
  const pen = new AuditPen({clock, write: (note, at) => store.by({scope: '', note, at}).audit()})
  let gate: Gate | undefined
  const desk = new AccessDesk({
    ...{store, clock, hasMaster: token !== undefined, changed: () => gate?.sweep()},
    ...(hasher ? {hasher} : {}),
  })
  await desk.load()
  gate = new Gate({desk, clock, pen, log, maxRequests, ...(token ? {token} : {})})
  const logins = new LoginDesk({desk, clock, pen, log, ...(sessionMs === undefined ? {} : {sessionMs})})
  const kind = () => {
    if (token === undefined) return desk.directory.isEmpty ? 'open' : 'accounts'
    return desk.directory.isEmpty ? 'token-file' : 'accounts+token-file'
  }
  return {desk, logins, gate, pen, kind}
}
