/** Reads what people did to an alarm, and why it is hidden. */
import {MAX_NAME, MAX_TEXT} from '../../lib/safe-text.ts'
import {ALARM_VERBS, type Closing, DISPOSITIONS, FINDINGS, type Hidden} from '../../model/alarm.ts'
import {byAt} from './by-at.ts'
import {Fields, present} from './fields.ts'

/** Checks that an alarm may carry. */
const MAX_CHECKS = 100

/** Throws CW_BAD_VALUE naming the member. */
export function hidden(fields: Fields): Hidden {
  const as = fields.oneOf('as', ['shelved', 'suppressed', 'out-of-service'])
  const common = {mask: fields.integer('mask', 1), reason: fields.text('reason', MAX_NAME)}
  const until = present({until: fields.optionalInteger('until', 0)})
  switch (as) {
    case 'shelved': {
      const once = fields.has('once') && fields.boolean('once') ? {once: true as const} : {}
      return {as, ...common, by: fields.text('by', MAX_NAME), until: fields.integer('until', 0), ...once}
    }
    case 'suppressed':
      return {as, ...common, by: fields.text('by', MAX_NAME), ...until}
    case 'out-of-service':
      return {as, ...common, owner: fields.text('owner', MAX_NAME), ...until}
  }
}

/** Throws CW_BAD_VALUE naming the member. */
export function deeds(fields: Fields) {
  return present({
    dispatch: optional(fields, 'dispatch', (one) => ({unit: one.text('unit', MAX_NAME), ...byAt(one)})),
    comment: optional(fields, 'comment', (one) => ({text: one.text('text', MAX_TEXT), ...byAt(one)})),
    checks: fields.has('checks')
      ? fields.list('checks', MAX_CHECKS, (item, at) => {
          const one = new Fields(item, at)
          return {found: one.oneOf('found', FINDINGS), ...byAt(one)}
        })
      : undefined,
    reset: optional(fields, 'reset', byAt),
    closed: optional(fields, 'closed', closing),
    last: optional(fields, 'last', (one) => ({
      verb: one.oneOf('verb', ALARM_VERBS),
      version: one.integer('version', 1),
      by: one.text('by', MAX_NAME),
    })),
  })
}

function closing(fields: Fields): Closing {
  return {
    ...byAt(fields),
    ...present({
      as: fields.has('as') ? fields.oneOf('as', DISPOSITIONS) : undefined,
      of: fields.optionalInteger('of', 1),
    }),
  }
}

function optional<T>(fields: Fields, name: string, read: (one: Fields) => T): T | undefined {
  return fields.has(name) ? read(fields.object(name)) : undefined
}
