/** Reads what a platform says of the platforms below it. */
import {MAX_NAME, MAX_TEXT} from '../../lib/safe-text.ts'
import type {OpenAlarms} from '../../model/alarm.ts'
import type {ChildStatus} from '../contract.ts'
import {Fields, present} from './fields.ts'
import {position} from './position.ts'

const MAX_URL = 512

/** Throws CW_BAD_VALUE. */
export function openAlarms(fields: Fields): OpenAlarms {
  return {new: fields.integer('new', 0), acked: fields.integer('acked', 0)}
}

/** Throws CW_BAD_VALUE naming the member. */
export function childStatus(value: unknown, where: string): ChildStatus {
  const fields = new Fields(value, where)
  return {
    name: fields.key('name', MAX_NAME),
    url: fields.key('url', MAX_URL),
    link: fields.oneOf('link', ['connecting', 'live', 'lost', 'refused']),
    detail: fields.text('detail', MAX_TEXT),
    head: fields.integer('head', 0),
    behind: fields.integer('behind', 0),
    here: openAlarms(fields.object('here')),
    lost: fields.integer('lost', 0),
    requests: fields.integer('requests', 0),
    ...present({
      answeredAt: fields.optionalInteger('answeredAt', 0),
      cursor: fields.has('cursor') ? position(fields.raw('cursor'), fields.at('cursor')) : undefined,
      lagMs: fields.optionalInteger('lagMs', Number.MIN_SAFE_INTEGER),
      check: fields.has('check') ? childCheck(fields.object('check')) : undefined,
    }),
  }
}

function childCheck(fields: Fields): NonNullable<ChildStatus['check']> {
  return {
    at: fields.integer('at', 0),
    position: position(fields.raw('position'), fields.at('position')),
    there: openAlarms(fields.object('there')),
    here: openAlarms(fields.object('here')),
    isEven: fields.boolean('isEven'),
  }
}
