/** Reads what a person wants done to an alarm: one body with a verb, each verb with what it needs and nothing else. */
import type {Deed} from '../../alarm/act.ts'
import {MAX_TEXT} from '../../lib/safe-text.ts'
import {ALARM_VERBS, type AlarmVerb, DISPOSITIONS, FINDINGS, type Hidden} from '../../model/alarm.ts'
import type {AlarmActRequest, HideVerb} from '../contract.ts'
import {jurisdiction, siteKey} from './device.ts'
import {bad, Fields, present} from './fields.ts'
import {parseMaskStart} from './mask.ts'
import {said} from './said.ts'

const HIDES: Readonly<Record<HideVerb, Hidden['as']>> = {
  shelve: 'shelved',
  suppress: 'suppressed',
  outofservice: 'out-of-service',
}

/** Throws CW_BAD_VALUE. */
export function parseAlarmAct(value: unknown): AlarmActRequest {
  const fields = new Fields(value, '')
  const verb = fields.oneOf('verb', ALARM_VERBS)
  const common = {
    id: fields.integer('id', 1),
    version: fields.integer('version', 1),
    by: said(fields, 'by', 'the name of who does it'),
    ...present({comment: fields.has('comment') ? said(fields, 'comment', 'some words', MAX_TEXT) : undefined}),
  }
  switch (verb) {
    case 'shelve':
    case 'suppress':
    case 'outofservice': {
      const {as: _as, ...start} = parseMaskStart(fields, HIDES[verb])
      return {...common, verb, ...start}
    }
    case 'unhide':
      return {...common, verb}
    case 'route':
      return {...common, verb, ...destination(fields)}
    default:
      return {...common, ...deed(fields, verb)}
  }
}

function destination(fields: Fields) {
  const path = fields.has('jurisdiction') ? jurisdiction(fields) : undefined
  const site = fields.has('site') ? siteKey(fields) : undefined
  if (path === '' || site === '' || (path ?? site) === undefined) {
    throw bad('jurisdiction', path, 'the jurisdiction or the site that is to have it')
  }
  return present({jurisdiction: path, site})
}

function deed(fields: Fields, verb: Exclude<AlarmVerb, HideVerb | 'unhide' | 'route'>): Exclude<Deed, {verb: 'route'}> {
  switch (verb) {
    case 'dispatch':
      return {verb, unit: said(fields, 'unit', 'who is sent')}
    case 'comment':
      return {verb, comment: said(fields, 'comment', 'some words', MAX_TEXT)}
    case 'check':
      return {verb, found: fields.oneOf('found', FINDINGS)}
    case 'close':
      return {verb, as: fields.oneOf('as', DISPOSITIONS), ...present({of: fields.optionalInteger('of', 1)})}
    default:
      return {verb}
  }
}
