/** Reads masks and what is asked of them, on either side of the network. */
import type {MaskStart} from '../../alarm/mask.ts'
import {MAX_NAME} from '../../lib/safe-text.ts'
import type {Mask, MaskChange, MaskScope} from '../../model/mask.ts'
import type {MaskEnd, MaskPlaceRequest, MaskRequest} from '../contract.ts'
import {account, jurisdiction, panelNumber} from './device.ts'
import {bad, Fields, present} from './fields.ts'
import {said} from './said.ts'

export const MASK_CHANGES: readonly MaskChange[] = ['started', 'ended', 'expired', 'cleared']
const WAYS: readonly Mask['as'][] = ['shelved', 'suppressed', 'out-of-service']
/** Zones that one mask may name; more are the whole partition. */
const MAX_ZONES = 500
const MAX_KEY = 1_024
const MAX_DEVICE = 128
/** What no platform allows is not even read: 400 days. */
const MAX_MS = 400 * 86_400_000

/** Throws CW_BAD_VALUE naming the member. */
export function parseMask(value: unknown, where: string): Mask {
  const fields = new Fields(value, where)
  return {
    id: fields.integer('id', 1),
    version: fields.integer('version', 1),
    as: fields.oneOf('as', WAYS),
    scope: scope(fields.object('scope')),
    reason: fields.text('reason', MAX_NAME),
    by: fields.text('by', MAX_NAME),
    owner: fields.text('owner', MAX_NAME),
    jurisdiction: jurisdiction(fields),
    startedAt: fields.integer('startedAt', 0),
    state: fields.oneOf('state', ['on', 'ended', 'expired', 'cleared']),
    ...(fields.has('once') && fields.boolean('once') ? {once: true} : {}),
    ...present({
      deviceName: fields.optionalText('deviceName', MAX_NAME),
      endsAt: fields.optionalInteger('endsAt', 0),
      endedAt: fields.optionalInteger('endedAt', 0),
      endedBy: fields.optionalText('endedBy', MAX_NAME),
    }),
  }
}

function scope(fields: Fields): MaskScope {
  const of = fields.oneOf('of', ['alarm', 'account'])
  const owner = fields.text('account', MAX_DEVICE)
  if (of === 'alarm') return {of, account: owner, alarm: fields.integer('alarm', 1), key: fields.key('key', MAX_KEY)}
  return {of, account: owner, ...part(fields)}
}

/** What hides something: how, why, how long. Throws CW_BAD_VALUE. */
export function parseMaskStart(fields: Fields, as: Mask['as']): Omit<MaskStart, 'by'> {
  const once = fields.has('once') && fields.boolean('once')
  if (fields.has('owner') && as !== 'out-of-service')
    throw bad(fields.at('owner'), as, 'given for what is out of service')
  return {
    as,
    reason: said(fields, 'reason', 'why it is hidden'),
    ...(once ? {once: true} : {}),
    ...present({
      owner: fields.has('owner') ? said(fields, 'owner', 'who has the equipment') : undefined,
      forMs: fields.optionalInteger('forMs', 1, MAX_MS),
    }),
  }
}

/** Throws CW_BAD_VALUE. */
export function parseMaskRequest(value: unknown): MaskRequest {
  const fields = new Fields(value, '')
  const start = parseMaskStart(fields, fields.oneOf('as', WAYS))
  return {...start, by: said(fields, 'by', 'the name of who hides it'), place: place(fields.object('place'))}
}

function place(fields: Fields): MaskPlaceRequest {
  if (fields.has('device')) return {device: fields.key('device', MAX_DEVICE)}
  return {account: account(fields), ...part(fields)}
}

/** Throws CW_BAD_VALUE. */
export function parseMaskEnd(value: unknown): MaskEnd {
  const fields = new Fields(value, '')
  return {id: fields.integer('id', 1), by: said(fields, 'by', 'the name of who ends it')}
}

function part(fields: Fields) {
  const number = (value: unknown, where: string) => panelNumber(new Fields({[where]: value}, ''), where)
  const zones = fields.has('zones') ? fields.list('zones', MAX_ZONES, number) : undefined
  // Nobody means "no zone" by an empty list; taken for all zones it would hide more than was asked.
  if (zones?.length === 0) throw bad(fields.at('zones'), zones, 'at least one zone')
  return present({partition: fields.has('partition') ? panelNumber(fields, 'partition') : undefined, zones})
}
