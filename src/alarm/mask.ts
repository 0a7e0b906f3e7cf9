/** What happens to a mask, and what masks do to alarms: hidden for a time and a reason, shown again by people, by time, by the condition's end. */
import {durationText} from '../lib/duration.ts'
import {CitywatchError} from '../lib/errors.ts'
import type {SafeText} from '../lib/safe-text.ts'
import type {Alarm, Hidden} from '../model/alarm.ts'
import {coversAlarm, isOn, type Mask, type MaskChange, type MaskScope} from '../model/mask.ts'
import type {Routing, Transition} from './lifecycle.ts'
import type {Policy} from './policy.ts'

export interface MaskStart {
  readonly as: Mask['as']
  readonly by: SafeText
  readonly reason: SafeText
  /** Who has the equipment; only out of service. Absent: whoever puts the mask there. */
  readonly owner?: SafeText
  /** How long from now, ms. Shelving without one, of `once`, lasts as long as shelving may. */
  readonly forMs?: number
  readonly once?: true
}

export interface MaskTransition {
  readonly mask: Mask
  readonly change: MaskChange
}

const MIN_MS = 60_000
/** Longest time that suppression and out of service may be given; without one they stay until somebody ends them. */
const MAX_MS = 366 * 86_400_000

export interface MaskPlace {
  readonly id: number
  readonly now: number
  readonly policy: Policy
  readonly routing: Routing
}

/** `alarm` is the one that a mask over one alarm is for. Throws CW_BAD_VALUE for the time, CW_CONFLICT for panic. */
export function startMask(
  request: MaskStart,
  scope: MaskScope,
  {id, now, policy, routing}: MaskPlace,
  alarm?: Alarm,
): MaskTransition {
  const {as, by, reason, owner, once} = request
  if (alarm?.latching) {
    const detail = 'panic and hold-up are never hidden (GB 50394-2007, 5.2.3)'
    throw new CitywatchError('CW_CONFLICT', {what: `alarm ${alarm.id}`, detail})
  }
  if (once && (as !== 'shelved' || scope.of !== 'alarm')) {
    throw new CitywatchError('CW_BAD_VALUE', {field: 'once', value: as, expected: 'shelving of single alarms'})
  }
  const forMs = lengthOf(request, policy, alarm)
  const {deviceName, jurisdiction} = routing
  const mask: Mask = {
    id,
    version: 1,
    as,
    scope,
    reason,
    by,
    owner: owner ?? by,
    ...(once ? {once} : {}),
    ...(deviceName === undefined ? {} : {deviceName}),
    jurisdiction,
    startedAt: now,
    ...(forMs === undefined ? {} : {endsAt: now + forMs}),
    state: 'on',
  }
  return {mask, change: 'started'}
}

function lengthOf({as, forMs, once}: MaskStart, policy: Policy, alarm: Alarm | undefined): number | undefined {
  const longest = as === 'shelved' ? (alarm?.priority === 1 ? policy.maxShelfP1Ms : policy.maxShelfMs) : MAX_MS
  if (forMs === undefined) {
    if (as !== 'shelved') return undefined
    if (once) return longest
    throw new CitywatchError('CW_BAD_VALUE', {field: 'for', value: 'missing', expected: 'how long it is shelved'})
  }
  if (forMs >= MIN_MS && forMs <= longest) return forMs
  const whose = as === 'shelved' && alarm?.priority === 1 ? ' for priority 1' : ''
  const expected = `1 min to ${durationText(longest)}${whose}`
  throw new CitywatchError('CW_BAD_VALUE', {field: 'for', value: durationText(forMs), expected})
}

/** Null when it is over already: a repeat is no conflict. */
export function endMask(mask: Mask, by: SafeText, now: number): MaskTransition | null {
  if (!isOn(mask, now)) return null
  return {change: 'ended', mask: {...mask, version: mask.version + 1, state: 'ended', endedAt: now, endedBy: by}}
}

/** What time alone does to a mask: its end, at the time it was to end. Null when it is not due. */
export function passMaskTime(mask: Mask, now: number): MaskTransition | null {
  if (mask.state !== 'on' || mask.endsAt === undefined || now < mask.endsAt) return null
  return {change: 'expired', mask: {...mask, version: mask.version + 1, state: 'expired', endedAt: mask.endsAt}}
}

/** When `passMaskTime` next has something to do; undefined: never. */
export function nextMaskDue(masks: readonly Mask[]): number | undefined {
  const times = masks.flatMap(({state, endsAt}) => (state === 'on' && endsAt !== undefined ? [endsAt] : []))
  return times.length === 0 ? undefined : Math.min(...times)
}

/** The weightiest comes first: what is out of service is not merely shelved. */
const RANK: Readonly<Record<Mask['as'], number>> = {'out-of-service': 0, suppressed: 1, shelved: 2}

/** How the masks hide the alarm now; undefined: they do not. Of several the weightiest, then the one that lasts longest. */
function hiddenBy(masks: readonly Mask[], alarm: Alarm, key: string, now: number): Hidden | undefined {
  const over = masks.filter((mask) => isOn(mask, now) && coversAlarm(mask, alarm, key))
  const end = ({endsAt}: Mask) => endsAt ?? Number.MAX_SAFE_INTEGER
  const [mask] = over.sort((a, b) => RANK[a.as] - RANK[b.as] || end(b) - end(a) || a.id - b.id)
  return mask && hiddenOf(mask)
}

function hiddenOf({id: mask, as, by, owner, reason, endsAt, once, startedAt}: Mask): Hidden {
  const until = endsAt === undefined ? {} : {until: endsAt}
  if (as === 'shelved') return {as, mask, by, reason, until: endsAt ?? startedAt, ...(once ? {once} : {})}
  return as === 'suppressed' ? {as, mask, by, reason, ...until} : {as, mask, owner, reason, ...until}
}

/**
 * The alarm that a signal has just changed, hidden or not as the masks over it say, and the `once` masks that its end
 * clears. A closed alarm is never hidden.
 */
export function underMasks(
  alarm: Alarm,
  key: string,
  masks: readonly Mask[],
  now: number,
): {readonly alarm: Alarm; readonly cleared: readonly MaskTransition[]} {
  const cleared = alarm.condition === 'active' ? [] : masks.filter((mask) => isWaitingFor(mask, key, now))
  const left = masks.filter((mask) => !cleared.includes(mask))
  return {
    alarm: withHidden(alarm, alarm.handling === 'closed' ? undefined : hiddenBy(left, alarm, key, now)),
    cleared: cleared.map((mask) => ({
      change: 'cleared',
      mask: {...mask, version: mask.version + 1, state: 'cleared', endedAt: now},
    })),
  }
}

function isWaitingFor(mask: Mask, key: string, now: number): boolean {
  return mask.once === true && isOn(mask, now) && mask.scope.of === 'alarm' && mask.scope.key === key
}

/** What masks that came or went change about an open alarm; null: nothing. Shown again and new, it begins to wait then. */
export function rehidden(alarm: Alarm, key: string, masks: readonly Mask[], now: number): Transition | null {
  if (alarm.handling === 'closed') return null
  const hidden = hiddenBy(masks, alarm, key, now)
  if (JSON.stringify(hidden) === JSON.stringify(alarm.hidden)) return null
  const waits = hidden === undefined && alarm.handling === 'new'
  return {
    change: hidden?.as ?? 'shown',
    alarm: {
      ...withHidden(alarm, hidden),
      version: alarm.version + 1,
      changedAt: now,
      ...(waits ? {newSince: now} : {}),
    },
  }
}

function withHidden(alarm: Alarm, hidden: Hidden | undefined): Alarm {
  const {hidden: _before, ...rest} = alarm
  return hidden === undefined ? rest : {...rest, hidden}
}
