/** How on-test windows enter log and tables, and which of them a signal lies in. */
import {endOnTest, extendOnTest, nextDue, type OnTestTransition, passTime, startOnTest} from '../../../alarm/on-test.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import type {SafeText} from '../../../lib/safe-text.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import {coversSignal, isOnTest, type OnTestWindow} from '../../../model/on-test.ts'
import type {Signal} from '../../../model/signal.ts'
import type {OnTestEnd} from '../../contract.ts'
import {type Json, json} from '../../json.ts'
import type {OnTestExtendWrite, OnTestStartWrite} from '../port.ts'
import {routingOf} from './routing.ts'
import type {Transaction} from './transaction.ts'

/** The open window that the signal lies in now; undefined: it is a real one. */
export function windowOver(transaction: Transaction, signal: Signal, now: number): OnTestWindow | undefined {
  const windows = openWindows(transaction, signal.account)
  return windows.find((window) => isOnTest(window, now) && coversSignal(window, signal))
}

/** Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeStart(transaction: Transaction, write: OnTestStartWrite): Json<OnTestWindow> {
  const {request, at, maxMs, acceptUnknown} = write
  const routing = routingOf(transaction, request.account)
  if (routing === undefined && !acceptUnknown) {
    // On test under a mistyped account, the real one would send out the police.
    throw new CitywatchError('CW_BAD_VALUE', {
      field: 'account',
      value: request.account,
      expected: 'the account of a panel',
    })
  }
  // What time has ended already is no longer in the way.
  const open = openWindows(transaction, request.account)
  const id = Number(transaction.row('SELECT id FROM ontest ORDER BY id DESC LIMIT 1')?.id ?? 0) + 1
  const place = routing ?? {site: '', jurisdiction: UNROUTED}
  return save(transaction, startOnTest(request, open, {id, now: at, maxMs, routing: place}), at, request.by)
}

/** Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeExtension(transaction: Transaction, {request, at, maxMs}: OnTestExtendWrite): Json<OnTestWindow> {
  const window = windowOf(transaction, request.id)
  return save(transaction, extendOnTest(window, request.forMs, at, maxMs), at, request.by)
}

/** A window that is over stays as it is. Throws CW_BAD_VALUE. */
export function writeEnd(transaction: Transaction, {id, by}: OnTestEnd, at: number): Json<OnTestWindow> {
  const window = windowOf(transaction, id)
  const transition = endOnTest(window, by, at)
  return transition ? save(transaction, transition, at, by) : json(window)
}

/** Warnings and ends that are due. Returns when the next one is. */
export function writeTime(transaction: Transaction, at: number): number | undefined {
  for (const window of openWindows(transaction)) {
    const transition = passTime(window, at)
    if (transition) save(transaction, transition, at)
  }
  return nextDue(openWindows(transaction))
}

function openWindows(transaction: Transaction, account?: string): OnTestWindow[] {
  const rows =
    account === undefined
      ? transaction.all('SELECT state FROM ontest WHERE open = 1 ORDER BY id')
      : transaction.all('SELECT state FROM ontest WHERE account = ? AND open = 1 ORDER BY id', account)
  return rows.map((row) => JSON.parse(String(row.state)) as OnTestWindow)
}

function windowOf(transaction: Transaction, id: number): OnTestWindow {
  const row = transaction.row('SELECT state FROM ontest WHERE id = ?', id)
  if (row) return JSON.parse(String(row.state)) as OnTestWindow
  throw new CitywatchError('CW_BAD_VALUE', {field: 'window', value: id, expected: 'the number of an on-test window'})
}

function save(
  transaction: Transaction,
  {window, change}: OnTestTransition,
  at: number,
  by?: SafeText,
): Json<OnTestWindow> {
  const state = json(window)
  const open = window.state === 'open'
  transaction.run(
    'INSERT OR REPLACE INTO ontest (id, account, open, state) VALUES (?, ?, ?, ?)',
    window.id,
    window.account,
    open ? 1 : 0,
    state,
  )
  if (change === 'started') transaction.count('ontest:open', 1)
  if (!open) transaction.count('ontest:open', -1)
  const who = by === undefined ? {} : {by}
  transaction.append({type: 'ontest', at, window, change, ...who}, `ontest.${change}`, `ontest/${window.id}`)
  return state
}
