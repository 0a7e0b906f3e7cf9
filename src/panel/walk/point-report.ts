/** One point in the report: what was expected, what came and when, who tested it. */
import type {SafeText} from '../../lib/safe-text.ts'
import {type Decision, isAsked, type PointState, resultOf, type Tick} from './state.ts'

export interface PointReport {
  readonly key: string
  readonly name: SafeText
  /** '' where the checklist names none. */
  readonly partition: string
  readonly zone: string
  /** '' for any code that raises an alarm. */
  readonly expected: string
  /** Life safety: hold-up, panic, duress, fire, gas, medical. */
  readonly isPanic: boolean
  /** `not-asked`: outside this walk, and not heard whole. */
  readonly result: 'passed' | 'failed' | 'skipped' | 'not-tested' | 'not-asked'
  /** Why it failed or was not tested; '' when it passed. */
  readonly why: SafeText | string
  /** Code of the alarm as it came; '' when none did. */
  readonly got: string
  readonly gotRestore: string
  /** How the alarm fitted; absent without one. */
  readonly how?: Tick['how']
  /** False when only the panel's test mode spoke for it. */
  readonly isRealCodeSeen: boolean
  readonly isPanelTest: boolean
  readonly alarms: number
  readonly alarmAt?: number
  readonly restoreAt?: number
  readonly ackMs?: number
  /** From the panel's time stamp to the receiver, to the second; only with a clock proven right. */
  readonly delayMs?: number
  readonly restoreMs?: number
  /** '' while nobody has tested it. */
  readonly tester: SafeText | ''
  readonly notes: readonly Decision[]
  readonly skipped?: Decision
}

export function pointReport(state: PointState, isClockRight: boolean): PointReport {
  const {point, isPanic, alarm, restore, alarms, notes, skipped} = state
  const {key, name, partition = '', zone, code = ''} = point
  const isReal = alarm !== undefined && alarm.how !== 'activated' && alarm.how !== 'tested'
  return {
    key,
    name,
    partition,
    zone,
    expected: code,
    isPanic,
    ...outcomeOf(state),
    got: alarm?.code ?? '',
    gotRestore: restore?.code ?? '',
    ...(alarm ? {how: alarm.how} : {}),
    isRealCodeSeen: isReal,
    isPanelTest: alarm?.isPanelTest ?? false,
    alarms,
    ...timesOf(state, isClockRight),
    tester: alarm?.by ?? '',
    notes,
    ...(skipped ? {skipped} : {}),
  }
}

function outcomeOf(state: PointState): Pick<PointReport, 'result' | 'why'> {
  const {wrong, untestedAt, skipped, failed} = state
  const result = resultOf(state)
  if (!isAsked(state) && (result === 'open' || result === 'alarm' || result === 'wrong')) {
    return {result: 'not-asked', why: 'outside this walk'}
  }
  switch (result) {
    case 'passed':
      return {result: 'passed', why: ''}
    case 'failed':
      return {result: 'failed', why: failed?.text ?? ''}
    case 'skipped':
      return {result: 'skipped', why: skipped?.text ?? ''}
    case 'alarm':
      return {result: 'failed', why: 'the restore has not come'}
    case 'wrong':
      return {result: 'failed', why: `only heard: ${wrong?.what ?? ''}`}
    case 'open':
      return {result: 'not-tested', why: untestedAt === undefined ? 'nothing heard' : 'the panel says: not tested'}
  }
}

function timesOf({alarm, restore}: PointState, isClockRight: boolean) {
  const delayMs = isClockRight && alarm?.occurredAt !== undefined ? Math.max(0, alarm.at - alarm.occurredAt) : undefined
  return {
    ...(alarm ? {alarmAt: alarm.at} : {}),
    ...(restore ? {restoreAt: restore.at} : {}),
    ...(alarm?.ackMs === undefined ? {} : {ackMs: alarm.ackMs}),
    ...(delayMs === undefined ? {} : {delayMs}),
    // What the panel's own test reports has no restore of its own to wait for.
    ...(alarm && restore && restore.n !== alarm.n ? {restoreMs: Math.max(0, restore.at - alarm.at)} : {}),
  }
}
