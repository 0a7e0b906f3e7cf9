/** Reads where alarms and entries of other platforms come from. */
import {MAX_NAME} from '../../lib/safe-text.ts'
import {
  type AlarmOrigin,
  type EntryOrigin,
  MAX_TIERS,
  type PendingRequest,
  type RequestedAction,
} from '../../model/origin.ts'
import {bad, type Fields} from './fields.ts'

export const ACTIONS: readonly RequestedAction[] = ['ack', 'reset']
const MAX_CHILD = 64

/** Throws CW_BAD_VALUE naming the member. */
export function parseAlarmOrigin(fields: Fields): AlarmOrigin {
  const isLost = fields.has('lost') && fields.boolean('lost')
  return {
    child: fields.key('child', MAX_CHILD),
    id: fields.integer('id', 1),
    version: fields.integer('version', 1),
    path: fields.list('path', MAX_TIERS, (name, where) => {
      if (typeof name === 'string' && name !== '' && name.length <= MAX_CHILD) return name
      throw bad(where, name, `1 to ${MAX_CHILD} characters`)
    }),
    ...(isLost ? {lost: true} : {}),
  }
}

/** As deep as platforms may stand above one another. Throws CW_BAD_VALUE naming the member. */
export function parseEntryOrigin(fields: Fields, tier = 1): EntryOrigin {
  if (tier > MAX_TIERS) throw bad(fields.at('origin'), undefined, `at most ${MAX_TIERS} platforms above one another`)
  return {
    child: fields.key('child', MAX_CHILD),
    epoch: fields.matching('epoch', /^[0-9a-z]{1,64}$/, 'the name of a log'),
    seq: fields.integer('seq', 1),
    at: fields.integer('at', 0),
    ...(fields.has('origin') ? {origin: parseEntryOrigin(fields.object('origin'), tier + 1)} : {}),
  }
}

/** Throws CW_BAD_VALUE naming the member. */
export function parsePending(fields: Fields): PendingRequest {
  return {
    key: fields.key('key', MAX_NAME),
    by: fields.text('by', MAX_NAME),
    version: fields.integer('version', 1),
    at: fields.integer('at', 0),
    action: fields.oneOf('action', ACTIONS),
  }
}
