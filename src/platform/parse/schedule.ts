/** Reads schedules and what is asked of them, on either side of the network. */
import {MAX_NAME} from '../../lib/safe-text.ts'
import {
  MAX_EVERY_MS,
  MAX_KEEP_MS,
  MAX_SCHEDULES,
  MIN_EVERY_MS,
  MIN_KEEP_MS,
  SCHEDULE_NAME,
  type Schedule,
} from '../../model/schedule.ts'
import {MAX_TRIES} from '../contract-jobs.ts'
import type {NewSchedule, ScheduleAction, ScheduleList} from '../contract-schedules.ts'
import {jurisdiction} from './device.ts'
import {bad, Fields, present} from './fields.ts'
import {parseWork} from './job-work.ts'
import {said} from './said.ts'

const DEFAULT_TRIES = 3
const DEFAULT_KEEP_MS = 86_400_000

/** Throws CW_BAD_VALUE. */
export function parseNewSchedule(value: unknown): Required<NewSchedule> {
  const fields = new Fields(value, '')
  return {
    ...common(fields),
    jurisdiction: fields.has('jurisdiction') ? jurisdiction(fields) : '',
    maxTries: fields.optionalInteger('maxTries', 1, MAX_TRIES) ?? DEFAULT_TRIES,
    keepMs: fields.optionalInteger('keepMs', MIN_KEEP_MS, MAX_KEEP_MS) ?? DEFAULT_KEEP_MS,
  }
}

/** Throws CW_BAD_VALUE. */
export function parseScheduleAction(value: unknown): ScheduleAction {
  const fields = new Fields(value, '')
  return {name: nameOf(fields), by: said(fields, 'by', 'the name of who asks for it')}
}

/** Throws CW_BAD_VALUE naming the member. */
export function parseSchedule(value: unknown, where: string): Schedule {
  const fields = new Fields(value, where)
  return {
    ...common(fields),
    jurisdiction: jurisdiction(fields),
    maxTries: fields.integer('maxTries', 1, MAX_TRIES),
    keepMs: fields.integer('keepMs', 0, MAX_KEEP_MS),
    createdAt: fields.integer('createdAt', 0),
    nextAt: fields.integer('nextAt', 0),
    turns: fields.integer('turns', 0),
    skipped: fields.integer('skipped', 0),
    ...present({lastJob: fields.optionalInteger('lastJob', 1)}),
  }
}

/** Throws CW_BAD_VALUE naming the member. */
export function parseScheduleList(value: unknown): ScheduleList {
  const fields = new Fields(value, 'schedules')
  return {items: fields.list('items', MAX_SCHEDULES, parseSchedule), now: fields.integer('now', 0)}
}

function common(fields: Fields): Pick<Schedule, 'name' | 'work' | 'everyMs' | 'by'> {
  const work = parseWork(fields.raw('work'), fields.at('work'))
  if (work.kind !== 'probe') throw bad(`${fields.at('work')}.kind`, work.kind, 'probe')
  return {
    name: nameOf(fields),
    work,
    everyMs: fields.integer('everyMs', MIN_EVERY_MS, MAX_EVERY_MS),
    by: said(fields, 'by', 'the name of who asks for it', MAX_NAME),
  }
}

function nameOf(fields: Fields): string {
  const name = fields.matching('name', SCHEDULE_NAME, '1 to 64 letters, digits and . _ -')
  if (name === name.normalize('NFKC')) return name
  throw bad(fields.at('name'), name, 'a name in its plain form (NFKC)')
}
