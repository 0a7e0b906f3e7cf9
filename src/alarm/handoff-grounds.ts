/** Which rules say that 110 should know of an alarm, and by which alarms. Pure: alarms, rules and names in, grounds out. */
import {type Alarm, firedAt} from '../model/alarm.ts'
import type {Ground} from '../model/handoff.ts'
import type {HandoffRule, HandoffRules} from './handoff-rules.ts'

export interface Surroundings {
  /** Open alarms of the same account; the alarm itself may be among them. */
  readonly others: readonly Alarm[]
  /** Name of an alarm's zone in the inventory; undefined: it is not there. */
  readonly zoneName: (alarm: Alarm) => string | undefined
}

/** What makes somebody look at the rules. */
export type Trigger = 'signal' | 'check'

/** True when a rule could say something about an alarm like this one: else its surroundings need not be looked up. */
export function isRuled(profile: HandoffRules, alarm: Alarm, trigger: Trigger): boolean {
  if (!isAnnounced(alarm)) return false
  if (trigger === 'signal') return asksSignals(profile, alarm)
  return profile.rules.some((rule) => rule.type === 'finding' && concerns(rule, alarm))
}

/** True when signals of this category make somebody look at the rules. */
export function asksSignals({rules}: HandoffRules, alarm: Pick<Alarm, 'category'>): boolean {
  return rules.some((rule) => rule.type !== 'finding' && concerns(rule, alarm))
}

/** One ground a rule that holds, in the profile's order, each naming the alarms that fulfil it together, the given one first. */
export function groundsFor(
  profile: HandoffRules,
  alarm: Alarm,
  surroundings: Surroundings,
  now: number,
): readonly Ground[] {
  if (!isAnnounced(alarm)) return []
  return profile.rules.flatMap((rule) => {
    const alarms = concerns(rule, alarm) ? fulfilling(rule, profile, alarm, surroundings) : []
    return alarms.length === 0 ? [] : [{rule: rule.id, at: now, alarms: alarms.map(({id}) => id)}]
  })
}

/** True when 110 has the alarm on a line of its own. */
export function isDirect({rules}: HandoffRules, grounds: readonly Ground[]): boolean {
  return grounds.some((ground) => rules.some(({id, type}) => id === ground.rule && type === 'direct-line'))
}

/** A closed alarm and equipment that is known not to work prove nothing. A shelved one has fired all the same. */
function isAnnounced({handling, hidden}: Alarm): boolean {
  return handling !== 'closed' && (hidden === undefined || hidden.as === 'shelved')
}

function concerns({categories}: HandoffRule, {category}: Pick<Alarm, 'category'>): boolean {
  return categories.length === 0 || categories.includes(category)
}

/** The alarms that fulfil the rule; none: it does not hold. */
function fulfilling(rule: HandoffRule, profile: HandoffRules, alarm: Alarm, {others, zoneName}: Surroundings): Alarm[] {
  switch (rule.type) {
    case 'finding': {
      const holds = alarm.checks?.some(({found, at}) => rule.findings.includes(found) && at >= firedAt(alarm))
      return holds ? [alarm] : []
    }
    case 'direct-line':
      return rule.accounts.some((account) => account === '*' || account === alarm.account) ? [alarm] : []
    case 'adjacent-zones':
      return pair(rule, alarm, others, (other) => isNeighbour(profile, alarm, other, rule.distance))
    case 'different-principles': {
      const principle = principleOf(profile, alarm, zoneName)
      return pair(rule, alarm, others, (other) => {
        const another = principleOf(profile, other, zoneName)
        return principle !== undefined && another !== undefined && another !== principle
      })
    }
  }
}

/** The alarm and all that fired within the window before or after it and fit. */
function pair(
  rule: HandoffRule & {readonly withinMs: number},
  alarm: Alarm,
  others: readonly Alarm[],
  fits: (other: Alarm) => boolean,
): Alarm[] {
  const found = others.filter(
    (other) =>
      other.id !== alarm.id &&
      isAnnounced(other) &&
      concerns(rule, other) &&
      isOtherZone(alarm, other) &&
      Math.abs(firedAt(other) - firedAt(alarm)) <= rule.withinMs &&
      fits(other),
  )
  return found.length === 0 ? [] : [alarm, ...found]
}

function isOtherZone(one: Alarm, other: Alarm): boolean {
  return one.zone !== undefined && other.zone !== undefined && zoneKey(one) !== zoneKey(other)
}

/** Listed as neighbours, or neighbouring numbers in one partition at one site. */
function isNeighbour({neighbours}: HandoffRules, one: Alarm, other: Alarm, distance: number): boolean {
  const [a, b] = [zoneKey(one), zoneKey(other)]
  if (neighbours.some((two) => two.includes(a) && two.includes(b))) return true
  if (one.site !== other.site || one.partition !== other.partition) return false
  const apart = Math.abs(Number(one.zone) - Number(other.zone))
  return apart >= 1 && apart <= distance
}

function zoneKey({account, partition = '-', zone}: Alarm): string {
  return `${account}/${partition}/${zone}`
}

/** The zone's name is what somebody wrote of the detector; the code only tells where it looks. */
function principleOf({principles}: HandoffRules, alarm: Alarm, zoneName: Surroundings['zoneName']): string | undefined {
  const name = zoneName(alarm)?.toLowerCase() ?? ''
  const byName = name === '' ? undefined : principles.find(({words}) => words.some((word) => name.includes(word)))
  return (byName ?? principles.find(({codes}) => codes.includes(alarm.code)))?.name
}
