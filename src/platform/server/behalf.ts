/** On whose behalf something is changed: within what the caller may touch, under the caller's name, with a line of the audit log. */
import type {Clock} from '../../lib/clock.ts'
import {type SafeText, safeName} from '../../lib/safe-text.ts'
import {byWhom} from '../access/desk.ts'
import {type ChangingRoute, NOTED} from '../access/permission.ts'
import type {Caller} from '../access/principal.ts'
import type {Store, StoreWrites} from '../store/port.ts'

/** The store's writes as the caller may make them. */
export function onBehalf(
  {store, clock}: {readonly store: Store; readonly clock: Clock},
  caller: Caller,
  route: ChangingRoute,
): StoreWrites {
  const {scope} = caller.principal
  const what = NOTED[route]
  const note = what === null ? {} : {note: byWhom(caller, what)}
  return scope === '' && what === null ? store : store.by({at: clock.now(), scope, ...note})
}

/** A user signs with his own name, whatever the request says; a token may be a desk with several people at it. */
export function signed<T extends {readonly by: SafeText}>(request: T, {principal}: Caller): T {
  return principal.kind === 'user' ? {...request, by: safeName(principal.name)} : request
}
