/** The worst outcome of a tester is a police car: events that may send one out stay on this machine unless told otherwise. */
import {isIP} from 'node:net'
import {CitywatchError} from '../lib/errors.ts'
import {meaningOf} from '../model/codes/meaning.ts'
import type {PanelEvent} from './event.ts'

const DISPATCHED: ReadonlySet<string> = new Set(['police', 'fire', 'medical'])

/** Throws CW_DISPATCH_GUARD for the first event that may send somebody out when `host` is not this machine. Unknown codes may. */
export function requireNoDispatch(events: Iterable<PanelEvent>, host: string): void {
  if (isLoopback(host)) return
  for (const {signals} of events) {
    for (const signal of signals) {
      const {dispatch, known} = meaningOf(signal)
      if (!known || DISPATCHED.has(dispatch)) throw new CitywatchError('CW_DISPATCH_GUARD', {code: signal.code, host})
    }
  }
}

/** True for a name or address of this machine. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true
  return isIP(host) === 4 && host.startsWith('127.')
}
