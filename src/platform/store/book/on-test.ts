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
import type {Book} from './book.ts'
import {routingOf} from './routing.ts'

/** The open window that the signal lies in now; undefined: it is a real one. */
export function windowOver(book: Book, signal: Signal, now: number): OnTestWindow | undefined {
  const windows = book.openWindows(signal.account)
  return windows.find((window) => isOnTest(window, now) && coversSignal(window, signal))
}

/** Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeStart(book: Book, write: OnTestStartWrite): Json<OnTestWindow> {
  const {request, at, maxMs, acceptUnknown} = write
  const routing = routingOf(book, request.account)
  if (routing === undefined && !acceptUnknown) {
    // On test under a mistyped account, the real one would send out the police.
    throw new CitywatchError('CW_BAD_VALUE', {
      field: 'account',
      value: request.account,
      expected: 'the account of a panel',
    })
  }
  // What time has ended already is no longer in the way.
  const open = book.openWindows(request.account)
  const place = routing ?? {site: '', jurisdiction: UNROUTED}
  return save(
    book,
    startOnTest(request, open, {id: book.nextWindowId(), now: at, maxMs, routing: place}),
    at,
    request.by,
  )
}

/** Throws CW_BAD_VALUE, CW_CONFLICT. */
export function writeExtension(book: Book, {request, at, maxMs}: OnTestExtendWrite): Json<OnTestWindow> {
  const window = windowOf(book, request.id)
  return save(book, extendOnTest(window, request.forMs, at, maxMs), at, request.by)
}

/** A window that is over stays as it is. Throws CW_BAD_VALUE. */
export function writeEnd(book: Book, {id, by}: OnTestEnd, at: number): Json<OnTestWindow> {
  const window = windowOf(book, id)
  const transition = endOnTest(window, by, at)
  return transition ? save(book, transition, at, by) : json(window)
}

/** Warnings and ends that are due. Returns when the next one is. */
export function writeTime(book: Book, at: number): number | undefined {
  for (const window of book.openWindows()) {
    const transition = passTime(window, at)
    if (transition) save(book, transition, at)
  }
  return nextDue(book.openWindows())
}

function windowOf(book: Book, id: number): OnTestWindow {
  const window = book.window(id)
  if (window) return window
  throw new CitywatchError('CW_BAD_VALUE', {field: 'window', value: id, expected: 'the number of an on-test window'})
}

function save(book: Book, {window, change}: OnTestTransition, at: number, by?: SafeText): Json<OnTestWindow> {
  const state = json(window)
  book.saveWindow(window, state)
  if (change === 'started') book.count('ontest:open', 1)
  if (window.state !== 'open') book.count('ontest:open', -1)
  const who = by === undefined ? {} : {by}
  book.append({type: 'ontest', at, window, change, ...who}, `ontest.${change}`, `ontest/${window.id}`)
  return state
}
