/** How masks enter log and tables, and what that does to the alarms that are open under them. */
import {endMask, type MaskTransition, nextMaskDue, passMaskTime, rehidden, startMask} from '../../../alarm/mask.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import type {SafeText} from '../../../lib/safe-text.ts'
import type {Device} from '../../../model/device.ts'
import type {Mask, MaskScope} from '../../../model/mask.ts'
import type {MaskEnd, MaskPlaceRequest, MaskRequest} from '../../contract.ts'
import {type Json, json} from '../../json.ts'
import {keepAction} from './alarms.ts'
import type {Book} from './book.ts'
import {routingOf} from './routing.ts'

/** Throws CW_BAD_VALUE when nothing in the inventory has the place: masked under a mistyped account, the real one would ring. */
export function writeMask(book: Book, {place, ...request}: MaskRequest, at: number): Json<Mask> {
  const scope = scopeOf(book, place)
  const routing = routingOf(book, scope.account)
  const isKnown = routing !== undefined || book.openAlarmsOf(scope.account, 0).length > 0
  if (!isKnown) throw unknown('account', scope.account, 'the account of a panel, or of an open alarm')
  const where = routing ?? {site: '', jurisdiction: ''}
  const started = startMask(request, scope, {id: book.nextMaskId(), now: at, policy: book.policy, routing: where})
  saveMask(book, started, at, request.by)
  rehide(book, scope.account, at, request.by)
  return json(started.mask)
}

/** A mask that is over stays as it is. Throws CW_BAD_VALUE. */
export function writeMaskEnd(book: Book, {id, by}: MaskEnd, at: number): Json<Mask> {
  const mask = book.mask(id)
  if (mask === undefined) throw unknown('mask', id, 'the number of a mask')
  const ended = endMask(mask, by, at)
  if (ended === null) return json(mask)
  saveMask(book, ended, at, by)
  rehide(book, mask.scope.account, at, by)
  return json(ended.mask)
}

/** Ends that are due. Returns when the next one is. */
export function writeMaskTime(book: Book, at: number): number | undefined {
  const accounts = new Set<string>()
  for (const mask of book.masksOn()) {
    const passed = passMaskTime(mask, at)
    if (passed === null) continue
    saveMask(book, passed, at)
    accounts.add(mask.scope.account)
  }
  for (const account of accounts) rehide(book, account, at)
  return nextMaskDue(book.masksOn())
}

export function saveMask(book: Book, {mask, change}: MaskTransition, at: number, by?: SafeText): void {
  book.saveMask(mask, json(mask))
  book.count('mask:on', change === 'started' ? 1 : -1)
  const who = by === undefined ? {} : {by}
  book.append({type: 'mask', at, mask, change, ...who}, `mask.${change}`, `mask/${mask.id}`)
}

/** Every open alarm of the account as its masks have it now, each change with its own entry. */
function rehide(book: Book, account: string, at: number, by?: SafeText): void {
  const masks = book.masksOn(account)
  for (const kept of book.openAlarmsOf(account, 0)) {
    const transition = rehidden(kept.alarm, kept.key, masks, at)
    if (transition) keepAction(book, kept, transition, at, by)
  }
}

function scopeOf(book: Book, place: MaskPlaceRequest): MaskScope {
  if (!('device' in place)) return {of: 'account', ...place}
  const state = book.device('panel', place.device) ?? book.device('zone', place.device)
  if (state === undefined) throw unknown('device', place.device, 'the key of a panel or a zone')
  const device = JSON.parse(state) as Device
  if (device.kind === 'panel') return {of: 'account', account: device.account}
  if (device.kind !== 'zone') throw unknown('device', place.device, 'the key of a panel or a zone')
  const {account, partition, zone} = device
  return {of: 'account', account, ...(partition === undefined ? {} : {partition}), zones: [zone]}
}

function unknown(field: string, value: string | number, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field, value, expected})
}
