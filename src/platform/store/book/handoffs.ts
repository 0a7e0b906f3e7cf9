/** How hand-overs to 110 enter log and tables: proposed with the alarm that gives the ground, told, answered, dropped. */
import {
  answer,
  coversStill,
  drop,
  dropWithAlarms,
  type HandoffTransition,
  type HandoverRecord,
  hand,
  propose,
} from '../../../alarm/handoff.ts'
import {groundsFor, isDirect, isRuled, type Trigger} from '../../../alarm/handoff-grounds.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import {type SafeText, safeText} from '../../../lib/safe-text.ts'
import {type Alarm, firedAt} from '../../../model/alarm.ts'
import {type Handoff, isWaiting} from '../../../model/handoff.ts'
import type {HandoffAnswer, HandoffDrop} from '../../contract.ts'
import {type Json, json} from '../../json.ts'
import {alarmOf} from './alarms.ts'
import type {Book} from './book.ts'

/** Alarms that an incident gathers from signals. What comes after is the same flood: somebody knows, or is to know. */
const MANY = 20
/** Alarms of an account that are looked at for one: of those that fired within the window, the latest. */
export const MAX_AROUND = 64

/** What the rules say after the alarm fired, or somebody checked it. */
export function proposeFor(book: Book, alarm: Alarm, trigger: Trigger, at: number): void {
  const {handoff: rules} = book.policy
  if (!isRuled(rules, alarm, trigger)) return
  const known = book.handoffsOf(alarm.account, at - rules.sameIncidentMs)
  const isFlood = known.some((handoff) => isWaiting(handoff) && handoff.alarms.length >= MANY)
  if (trigger === 'signal' && isFlood) return
  const around = book.openAlarmsOf(alarm.account, firedAt(alarm) - rules.longestMs, MAX_AROUND)
  const others = around.map((kept) => kept.alarm)
  const grounds = groundsFor(rules, alarm, {others, zoneName: zoneNames(book, alarm.account)}, at)
  if (grounds.length === 0) return
  const proposal = {alarm, grounds, direct: isDirect(rules, grounds)}
  const place = {nextId: book.nextHandoffId(), now: at, sameIncidentMs: rules.sameIncidentMs}
  const transition = propose(proposal, known, place)
  if (transition) save(book, transition, undefined, at)
}

/** Throws CW_BAD_VALUE (no such alarm), CW_CONFLICT. */
export function writeHandover(book: Book, record: HandoverRecord, at: number): Json<Handoff> {
  const {sameIncidentMs} = book.policy.handoff
  const {alarm} = alarmOf(book, record.alarm)
  const known = book.handoffsOf(alarm.account, at - sameIncidentMs)
  const transition = hand(record, alarm, known, {nextId: book.nextHandoffId(), now: at, sameIncidentMs})
  if (transition) return save(book, transition, record.by, at, known)
  return json(known.findLast((handoff) => coversStill(handoff, alarm.id, at, sameIncidentMs))!)
}

/** Throws CW_BAD_VALUE (no such hand-over), CW_CONFLICT. */
export function writeAnswer(book: Book, {text, ...step}: HandoffAnswer, at: number): Json<Handoff> {
  const handoff = handoffOf(book, step.id)
  const transition = answer(handoff, step, text, at)
  return transition ? save(book, transition, step.by, at, [handoff]) : json(handoff)
}

/** Throws CW_BAD_VALUE (no such hand-over), CW_CONFLICT. */
export function writeDrop(book: Book, {reason, ...step}: HandoffDrop, at: number): Json<Handoff> {
  const handoff = handoffOf(book, step.id)
  const transition = drop(handoff, step, reason, at)
  return transition ? save(book, transition, step.by, at, [handoff]) : json(handoff)
}

/** Proposals of which this was the last open alarm. */
export function dropClosed(book: Book, {id, account, closed}: Alarm, by: SafeText, at: number): void {
  const isOpen = (alarm: number) => (book.alarm(alarm)?.alarm.handling ?? 'closed') !== 'closed'
  const reason = safeText(`its alarms are closed, the last as ${closed?.as ?? 'over'}`)
  for (const handoff of book.handoffsOf(account, at)) {
    if (!handoff.alarms.includes(id)) continue
    const transition = dropWithAlarms(handoff, isOpen, {by, reason, now: at})
    if (transition) save(book, transition, by, at, [handoff])
  }
}

function save(
  book: Book,
  {handoff, change}: HandoffTransition,
  by: SafeText | undefined,
  at: number,
  known: readonly Handoff[] = [],
): Json<Handoff> {
  const state = json(handoff)
  const before = change === 'joined' ? handoff : known.find(({id}) => id === handoff.id)
  for (const name of countersOf(before)) book.count(name, -1)
  for (const name of countersOf(handoff)) book.count(name, 1)
  book.saveHandoff(handoff, state)
  const who = by === undefined ? {} : {by}
  book.append({type: 'handoff', at, handoff, change, ...who}, `handoff.${change}`, `handoff/${handoff.id}`)
  return state
}

function countersOf(handoff: Handoff | undefined): readonly string[] {
  if (handoff === undefined || !isWaiting(handoff)) return []
  return [handoff.state === 'handed' ? 'handoff:unanswered' : 'handoff:open']
}

function handoffOf(book: Book, id: number): Handoff {
  const handoff = book.handoff(id)
  if (handoff) return handoff
  throw new CitywatchError('CW_BAD_VALUE', {field: 'handoff', value: id, expected: 'the number of a hand-over'})
}

/** Names of the account's zones, looked up when the first is asked for. */
function zoneNames(book: Book, account: string): (alarm: Alarm) => string | undefined {
  let names: ReadonlyMap<string, string> | undefined
  const keyOf = (partition: string | undefined, zone: string) => `${partition ?? ''}/${zone}`
  return ({partition, zone}) => {
    if (zone === undefined) return undefined
    names ??= new Map(book.zonesOf(account).map((one) => [keyOf(one.partition, one.zone), one.name]))
    return names.get(keyOf(partition, zone)) ?? names.get(keyOf(undefined, zone))
  }
}
