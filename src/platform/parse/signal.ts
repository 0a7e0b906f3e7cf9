/** Reads a panel's signal as the log and other systems write it. */
import {MAX_NAME, MAX_TEXT} from '../../lib/safe-text.ts'
import type {Signal} from '../../model/signal.ts'
import {Fields, present} from './fields.ts'

const MAX_KEY = 128

/** Throws CW_BAD_VALUE naming the member. */
export function parseSignal(value: unknown, where: string): Signal {
  const fields = new Fields(value, where)
  return {
    account: fields.text('account', MAX_KEY),
    scheme: fields.oneOf('scheme', ['sia', 'contact-id']),
    code: fields.text('code', MAX_NAME),
    qualifier: fields.oneOf('qualifier', ['new', 'restore', 'status']),
    raw: fields.text('raw', MAX_TEXT),
    ...present({
      partition: fields.optionalText('partition', MAX_NAME),
      zone: fields.optionalText('zone', MAX_NAME),
      text: fields.optionalText('text', MAX_TEXT),
      occurredAt: fields.optionalInteger('occurredAt', Number.MIN_SAFE_INTEGER),
    }),
  }
}
