/** Reads what a platform says of itself as a process. */
import {MAX_NAME} from '../../lib/safe-text.ts'
import type {NodeStatus} from '../contract.ts'
import {Fields, present} from './fields.ts'

/** Throws CW_BAD_VALUE naming the member. */
export function parseNode(value: unknown, where: string): NodeStatus {
  const fields = new Fields(value, where)
  const store = fields.object('store')
  return {
    now: fields.integer('now', 0),
    store: {
      type: store.text('type', MAX_NAME),
      commits: store.integer('commits', 0),
      writes: store.integer('writes', 0),
      failed: store.integer('failed', 0),
      waiting: store.integer('waiting', 0),
      ...present({freeBytes: store.optionalInteger('freeBytes', 0)}),
    },
    watchers: fields.integer('watchers', 0),
    connections: fields.integer('connections', 0),
    access: fields.oneOf('access', ['open', 'token-file', 'accounts', 'accounts+token-file']),
    ...present({certificate: fields.has('certificate') ? certificate(fields.object('certificate')) : undefined}),
  }
}

function certificate(fields: Fields) {
  const fingerprint = fields.matching('fingerprint', /^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$/, 'a SHA-256')
  return {fingerprint, validTo: fields.integer('validTo', 0)}
}
