/** One camera brought to its state: read, compare, set, read back. Nothing is called done that was not read back. */
import type {Clock} from '../../lib/clock.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {DeviceFailure} from '../failure.ts'
import type {OnvifSession} from '../onvif/session.ts'
import {type DesiredState, FIELDS, type Field} from './desired.ts'

/** A setting that is not as wanted. */
export interface Change {
  readonly field: Field
  /** What the camera has; null when it has nothing. */
  readonly from: SafeText | null
  readonly to: SafeText
}

/** A camera takes some time before it says its new value. */
const READ_BACK_TRIES = 3
const READ_BACK_AFTER_MS = 250

/** What would change. Sends only Get requests. Throws DeviceFailure. */
export async function planCamera(session: OnvifSession, desired: DesiredState): Promise<Change[]> {
  const changes: Change[] = []
  for (const field of FIELDS) {
    const to = wanted(desired, field)
    if (to === undefined) continue
    const from = await read(session, field)
    if (!isSame(field, from, to))
      changes.push({field, from: from === undefined ? null : safeText(from, 300), to: safeText(to, 300)})
  }
  return changes
}

/**
 * Makes the changes of `planCamera`, one after the other, and tells of each that was read back. Throws DeviceFailure
 * `read-back-mismatch` when the camera says OK and does not change; what was told before that stays done.
 */
export async function applyCamera(
  session: OnvifSession,
  desired: DesiredState,
  clock: Clock,
  done: (change: Change) => void,
): Promise<void> {
  for (const change of await planCamera(session, desired)) {
    const doubt = await set(session, desired, change.field)
    await readBack(session, desired, change, clock, doubt)
    done(change)
  }
}

/** Undefined when the camera said OK; the failure when nobody knows whether it did it. Throws what it refused. */
async function set(session: OnvifSession, desired: DesiredState, field: Field): Promise<DeviceFailure | undefined> {
  try {
    if (field === 'hostname') await session.setHostname(desired.hostname ?? '')
    else if (field === 'name') await session.setName(desired.name ?? '')
    else await session.setNtp(desired.ntp ?? [])
    return undefined
  } catch (error) {
    if (error instanceof DeviceFailure && IN_DOUBT.has(error.why)) return error
    throw error
  }
}

/** The answer did not come, or not whole: the change may have been made. It is looked at, never repeated blindly. */
const IN_DOUBT: ReadonlySet<string> = new Set(['timeout-read', 'reset', 'malformed-xml', 'not-onvif', 'too-large'])

async function readBack(
  session: OnvifSession,
  desired: DesiredState,
  {field}: Change,
  clock: Clock,
  doubt: DeviceFailure | undefined,
): Promise<void> {
  const to = wanted(desired, field) ?? ''
  let seen: string | undefined
  for (let tries = 1; tries <= READ_BACK_TRIES; tries++) {
    seen = await read(session, field)
    if (isSame(field, seen, to)) return
    if (tries < READ_BACK_TRIES) await clock.sleep(READ_BACK_AFTER_MS)
  }
  throw doubt ?? new DeviceFailure('read-back-mismatch', `${field}: set ${to}, reads ${seen ?? 'nothing'}`)
}

function wanted(desired: DesiredState, field: Field): string | undefined {
  const value = desired[field]
  return typeof value === 'string' ? value : value?.join(' ')
}

async function read(session: OnvifSession, field: Field): Promise<string | undefined> {
  if (field === 'hostname') return session.hostname()
  if (field === 'name') return session.name()
  const {fromDhcp, servers} = await session.ntp()
  if (fromDhcp) return `DHCP ${servers.join(' ')}`.trim()
  return servers.length > 0 ? servers.join(' ') : undefined
}

/** Host names are the same whatever their case; a camera's name is not. */
function isSame(field: Field, from: string | undefined, to: string): boolean {
  if (from === undefined) return false
  return field === 'name' ? from === to : from.toLowerCase() === to.toLowerCase()
}
