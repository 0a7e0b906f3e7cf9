/** Reads what is done with each camera of a bulk job. */
import {MAX_NAME} from '../../lib/safe-text.ts'
import {JOB_KINDS, type JobWork} from '../../model/job.ts'
import {bad, Fields, present} from './fields.ts'

/** Longest time for one camera, and largest clock offset, ms. */
const MAX_TIMEOUT_MS = 600_000
const MAX_SKEW_MS = 365 * 86_400_000
const MAX_NTP = 4
const MAX_HOST = 253

/** Throws CW_BAD_VALUE. */
export function parseWork(value: unknown, where: string): JobWork {
  const fields = new Fields(value, where)
  const kind = fields.oneOf('kind', JOB_KINDS)
  const timeoutMs = fields.integer('timeoutMs', 1, MAX_TIMEOUT_MS)
  if (kind === 'probe') {
    const maxSkewMs = fields.integer('maxSkewMs', 0, MAX_SKEW_MS)
    const raises = fields.has('raises') && fields.boolean('raises') ? {raises: true as const} : {}
    return {kind, timeoutMs, maxSkewMs, transport: fields.oneOf('transport', ['auto', 'tcp', 'udp']), ...raises}
  }
  const wanted = present({
    hostname: fields.has('hostname') ? fields.key('hostname', MAX_HOST) : undefined,
    ntp: fields.has('ntp') ? fields.list('ntp', MAX_NTP, host) : undefined,
    name: fields.has('name') ? fields.key('name', MAX_NAME) : undefined,
  })
  if (Object.keys(wanted).length > 0 && wanted.ntp?.length !== 0) return {kind, timeoutMs, ...wanted}
  throw bad(where, value, 'at least one of hostname, ntp and name')
}

function host(item: unknown, at: string): string {
  return new Fields({[at]: item}, '').key(at, MAX_HOST)
}
