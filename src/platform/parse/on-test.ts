/** Reads on-test windows and what is asked of them, on either side of the network. */
import type {OnTestExtension, OnTestStart} from '../../alarm/on-test.ts'
import {MAX_NAME} from '../../lib/safe-text.ts'
import type {OnTestScope, OnTestWindow} from '../../model/on-test.ts'
import type {OnTestEnd} from '../contract.ts'
import {account, jurisdiction, panelNumber} from './device.ts'
import {bad, Fields, present} from './fields.ts'
import {said} from './said.ts'

/** Zones that one window may name; more are the whole partition. */
const MAX_ZONES = 500
/** Thirty days: what no platform allows is not even read. */
const MAX_MS = 30 * 86_400_000

/** Throws CW_BAD_VALUE naming the member. */
export function parseWindow(value: unknown, where: string): OnTestWindow {
  const fields = new Fields(value, where)
  return {
    id: fields.integer('id', 1),
    version: fields.integer('version', 1),
    ...scope(fields),
    reason: fields.text('reason', MAX_NAME),
    by: fields.text('by', MAX_NAME),
    jurisdiction: jurisdiction(fields),
    startedAt: fields.integer('startedAt', 0),
    endsAt: fields.integer('endsAt', 0),
    state: fields.oneOf('state', ['open', 'ended', 'expired']),
    ...present({
      reference: fields.optionalText('reference', MAX_NAME),
      deviceName: fields.optionalText('deviceName', MAX_NAME),
      endedAt: fields.optionalInteger('endedAt', 0),
      endedBy: fields.optionalText('endedBy', MAX_NAME),
      warnedAt: fields.optionalInteger('warnedAt', 0),
    }),
  }
}

/** Throws CW_BAD_VALUE. */
export function parseStart(value: unknown): OnTestStart {
  const fields = new Fields(value, '')
  return {
    ...scope(fields),
    reason: said(fields, 'reason', 'why it is on test'),
    by: said(fields, 'by', 'the name of who tests'),
    forMs: fields.integer('forMs', 1, MAX_MS),
    ...present({reference: fields.has('reference') ? said(fields, 'reference', 'a number or name') : undefined}),
  }
}

/** Throws CW_BAD_VALUE. */
export function parseExtension(value: unknown): OnTestExtension {
  return {...parseEnd(value), forMs: new Fields(value, '').integer('forMs', 1, MAX_MS)}
}

/** Throws CW_BAD_VALUE. */
export function parseEnd(value: unknown): OnTestEnd {
  const fields = new Fields(value, '')
  return {id: fields.integer('id', 1), by: said(fields, 'by', 'the name of who tests')}
}

function scope(fields: Fields): OnTestScope {
  const number = (value: unknown, where: string) => panelNumber(new Fields({[where]: value}, ''), where)
  const zones = fields.has('zones') ? fields.list('zones', MAX_ZONES, number) : undefined
  // Nobody means "no zone" by an empty list; taken for all zones it would put more on test than was asked.
  if (zones?.length === 0) throw bad(fields.at('zones'), zones, 'at least one zone')
  return {
    account: account(fields),
    ...present({partition: fields.has('partition') ? panelNumber(fields, 'partition') : undefined, zones}),
  }
}
