/** Whether a load may go on: on this machine always, elsewhere only while every one of its accounts is on test, or when told. */
import type {Clock} from '../../lib/clock.ts'
import {DispatchGuard, staysHere, type TestCover} from '../dispatch-guard.ts'
import {type PanelEvent, parseEvent} from '../event.ts'

export interface PermissionOptions {
  readonly host: string
  /** Upper case. */
  readonly accounts: readonly string[]
  readonly iKnow: boolean
  /** Who knows what is on test; absent: nothing is. */
  readonly cover?: TestCover | undefined
  readonly clock: Clock
}

/** How often it is looked whether a test was ended before its time, ms. One account a look, all in turn. */
const LOOK_MS = 2_000
/** A load counts as one that may send somebody out, whatever its codes. */
const GRAVEST = parseEvent('BA')

/** Answers at once. */
export type MayGoOn = () => boolean

/** Throws CW_DISPATCH_GUARD when one of the accounts may not send one of the events now. */
export async function permissionFor(events: readonly PanelEvent[], options: PermissionOptions): Promise<MayGoOn> {
  const {host, accounts, iKnow, clock} = options
  if (iKnow || staysHere(host)) return () => true
  let until = Number.POSITIVE_INFINITY
  for (const account of accounts) {
    const guard = new DispatchGuard({...options, account}, clock)
    await guard.require([...events, GRAVEST])
    const state = await guard.state()
    if (state.type === 'on-test') until = Math.min(until, clock.now() + state.leftMs)
  }
  return watched(options, until)
}

/** The first test that runs out, or is found ended, ends the load for all. */
function watched(options: PermissionOptions, until: number): MayGoOn {
  const {accounts, clock} = options
  let turn = 0
  let lookedAt = clock.now()
  let isEnded = false
  const look = async (account: string) => {
    const permit = await new DispatchGuard({...options, account}, clock).permit(GRAVEST)
    isEnded ||= permit === null
  }
  return () => {
    const now = clock.now()
    if (now - lookedAt >= LOOK_MS) {
      lookedAt = now
      void look(accounts[turn++ % accounts.length] ?? '')
    }
    return !isEnded && now < until
  }
}
