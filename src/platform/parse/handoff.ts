/** Reads hand-overs to 110 and what is recorded of them, on either side of the network. */
import type {HandoverRecord} from '../../alarm/handoff.ts'
import {MAX_NAME, MAX_TEXT} from '../../lib/safe-text.ts'
import {type Ground, type Handing, type Handoff, WAYS} from '../../model/handoff.ts'
import type {HandoffAnswer, HandoffDrop} from '../contract.ts'
import {byAt} from './by-at.ts'
import {jurisdiction, siteKey} from './device.ts'
import {Fields, present} from './fields.ts'
import {said} from './said.ts'

const MAX_ACCOUNT = 128
/** Alarms and grounds that one incident may have. */
const MAX_PARTS = 10_000

/** Throws CW_BAD_VALUE naming the member. */
export function parseHandoff(value: unknown, where: string): Handoff {
  const fields = new Fields(value, where)
  return {
    id: fields.integer('id', 1),
    version: fields.integer('version', 1),
    account: fields.text('account', MAX_ACCOUNT),
    site: siteKey(fields),
    jurisdiction: jurisdiction(fields),
    alarms: fields.list('alarms', MAX_PARTS, alarmId),
    grounds: fields.list('grounds', MAX_PARTS, ground),
    state: fields.oneOf('state', ['proposed', 'direct', 'handed', 'answered', 'dropped']),
    openedAt: fields.integer('openedAt', 0),
    changedAt: fields.integer('changedAt', 0),
    ...present({
      deviceName: fields.optionalText('deviceName', MAX_NAME),
      handed: fields.has('handed') ? handing(fields.object('handed')) : undefined,
      answer: fields.has('answer')
        ? {text: words(fields, 'answer', 'text'), ...byAt(fields.object('answer'))}
        : undefined,
      dropped: fields.has('dropped')
        ? {reason: words(fields, 'dropped', 'reason'), ...byAt(fields.object('dropped'))}
        : undefined,
    }),
  }
}

function ground(value: unknown, where: string): Ground {
  const fields = new Fields(value, where)
  return {
    rule: fields.text('rule', MAX_NAME),
    at: fields.integer('at', 0),
    alarms: fields.list('alarms', MAX_PARTS, alarmId),
  }
}

function handing(fields: Fields): Handing {
  return {
    ...byAt(fields),
    how: fields.oneOf('how', WAYS),
    to: fields.text('to', MAX_NAME),
    what: fields.text('what', MAX_TEXT),
    ...present({again: fields.optionalText('again', MAX_TEXT)}),
  }
}

function words(fields: Fields, member: string, name: string) {
  return fields.object(member).text(name, MAX_TEXT)
}

function alarmId(value: unknown, where: string): number {
  return new Fields({[where]: value}, '').integer(where, 1)
}

/** Throws CW_BAD_VALUE. */
export function parseHandover(value: unknown): HandoverRecord {
  const fields = new Fields(value, '')
  return {
    alarm: fields.integer('alarm', 1),
    version: fields.integer('version', 1),
    by: said(fields, 'by', 'the name of who told 110'),
    how: fields.oneOf('how', WAYS),
    to: said(fields, 'to', 'who took it'),
    what: said(fields, 'what', 'what was said', MAX_TEXT),
    ...present({again: fields.has('again') ? said(fields, 'again', 'why it is told again', MAX_TEXT) : undefined}),
  }
}

/** Throws CW_BAD_VALUE. */
export function parseAnswer(value: unknown): HandoffAnswer {
  const fields = new Fields(value, '')
  return {...step(fields), text: said(fields, 'text', 'what 110 answered', MAX_TEXT)}
}

/** Throws CW_BAD_VALUE. */
export function parseDrop(value: unknown): HandoffDrop {
  const fields = new Fields(value, '')
  return {...step(fields), reason: said(fields, 'reason', 'why 110 need not know', MAX_TEXT)}
}

function step(fields: Fields) {
  return {
    id: fields.integer('id', 1),
    version: fields.integer('version', 1),
    by: said(fields, 'by', 'the name of who records it'),
  }
}
