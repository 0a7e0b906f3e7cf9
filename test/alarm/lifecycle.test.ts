/** The life of an alarm, told as stories: what happens, and what the alarm is then. */
import {describe, expect, test} from 'vitest'
import {acknowledge, alarmKey, applySignal, type Transition} from '../../src/alarm/lifecycle.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm} from '../../src/model/alarm.ts'
import type {CodeMeaning, Signal} from '../../src/model/signal.ts'
import {signalOf} from '../support/signals.ts'

const by = safeText('anna')
const routing = {site: 'site-1', jurisdiction: 'baltimore.central'}

const burglary: CodeMeaning = {
  name: 'Burglary',
  category: 'burglary',
  priority: 2,
  dispatch: 'police',
  known: true,
  latching: false,
  condition: 'BA',
}
const panic: CodeMeaning = {...burglary, name: 'Panic', category: 'panic', priority: 1, latching: true, condition: 'PA'}

type Step = Signal['qualifier'] | 'logged' | 'ack' | 'reset'

/** Plays steps one ms apart from 1; each gives `change condition handling ×count v version`, or `-` when nothing changes. */
function play(meaning: CodeMeaning, steps: readonly Step[]): string[] {
  let alarm: Alarm | undefined
  return steps.map((step, index) => {
    const transition = take(alarm, meaning, step, index + 1)
    if (transition === null) return '-'
    alarm = transition.alarm.handling === 'closed' ? undefined : transition.alarm
    const {condition, handling, count, version} = transition.alarm
    return `${transition.change}: ${condition} ${handling} ×${count} v${version}`
  })
}

function take(alarm: Alarm | undefined, meaning: CodeMeaning, step: Step, now: number): Transition | null {
  if (step === 'ack' || step === 'reset') {
    if (alarm === undefined) throw new Error('no alarm to acknowledge')
    return acknowledge(alarm, {version: alarm.version, by, ...(step === 'reset' ? {reset: true} : {})}, now)
  }
  const signal = signalOf({qualifier: step === 'logged' ? 'new' : step})
  return applySignal(alarm, {signal, meaning, raises: step !== 'logged', routing}, 1, now)
}

const STORIES: readonly {name: string; meaning?: CodeMeaning; steps: readonly Step[]; expected: readonly string[]}[] = [
  {
    name: 'raised, acknowledged, restored: closed',
    steps: ['new', 'ack', 'restore'],
    expected: ['raised: active new ×1 v1', 'acked: active acked ×1 v2', 'closed: restored closed ×1 v3'],
  },
  {
    name: 'restored first: stays until somebody acknowledges',
    steps: ['new', 'restore', 'ack'],
    expected: ['raised: active new ×1 v1', 'restored: restored new ×1 v2', 'closed: restored closed ×1 v3'],
  },
  {
    name: 'fires again after the acknowledgement: new again, counted',
    steps: ['new', 'ack', 'new'],
    expected: ['raised: active new ×1 v1', 'acked: active acked ×1 v2', 'fired-again: active new ×2 v3'],
  },
  {
    name: 'fires again after it was restored: active again',
    steps: ['new', 'restore', 'new'],
    expected: ['raised: active new ×1 v1', 'restored: restored new ×1 v2', 'fired-again: active new ×2 v3'],
  },
  {
    name: 'a restore of nothing, and a second restore, are only logged',
    steps: ['restore', 'new', 'restore', 'restore'],
    expected: ['-', 'raised: active new ×1 v1', 'restored: restored new ×1 v2', '-'],
  },
  {
    name: 'still present: nothing new while active, an alarm when it was missed or had been restored',
    steps: ['status', 'status', 'restore', 'status'],
    expected: ['raised: active new ×1 v1', '-', 'restored: restored new ×1 v2', 'fired-again: active new ×2 v3'],
  },
  {
    name: 'what the code table only logs neither raises nor fires again',
    steps: ['logged', 'new', 'logged'],
    expected: ['-', 'raised: active new ×1 v1', '-'],
  },
  {
    name: 'panic: acknowledged and restored does not close it, a person does',
    meaning: panic,
    steps: ['new', 'ack', 'restore', 'ack', 'reset'],
    expected: [
      'raised: active new ×1 v1',
      'acked: active acked ×1 v2',
      'restored: restored acked ×1 v3',
      '-',
      'closed: restored closed ×1 v4',
    ],
  },
  {
    name: 'panic that was restored first: the acknowledgement does not close it either',
    meaning: panic,
    steps: ['new', 'restore', 'ack'],
    expected: ['raised: active new ×1 v1', 'restored: restored new ×1 v2', 'acked: restored acked ×1 v3'],
  },
  {
    name: 'a reset closes an active alarm',
    steps: ['new', 'reset'],
    expected: ['raised: active new ×1 v1', 'closed: active closed ×1 v2'],
  },
]

describe('alarm lifecycle', () => {
  test.each(STORIES)('$name', ({meaning = burglary, steps, expected}) => {
    expect(play(meaning, steps)).toEqual(expected)
  })

  test('a raised alarm carries what the signal, the table and the inventory say', () => {
    const signal = signalOf({partition: '2', text: safeText('back door')})
    const place = {...routing, device: 'panel-1', deviceName: safeText('Harbour Street 4')}
    expect(applySignal(undefined, {signal, meaning: burglary, raises: true, routing: place}, 9, 1_000)).toEqual({
      change: 'raised',
      alarm: {
        id: 9,
        version: 1,
        account: '1234',
        device: 'panel-1',
        deviceName: 'Harbour Street 4',
        site: 'site-1',
        jurisdiction: 'baltimore.central',
        code: 'BA',
        name: 'Burglary',
        category: 'burglary',
        priority: 2,
        partition: '2',
        zone: '3',
        text: 'back door',
        condition: 'active',
        handling: 'new',
        latching: false,
        count: 1,
        raisedAt: 1_000,
        changedAt: 1_000,
      },
    })
  })

  test('firing again forgets who acknowledged', () => {
    const acked = acknowledge(raised(), {version: 1, by}, 2)!.alarm
    expect(acked).toMatchObject({ackedBy: 'anna', ackedVersion: 1})
    const again = applySignal(acked, {signal: signalOf(), meaning: burglary, raises: true, routing}, 2, 3)!.alarm
    expect(Object.keys(again)).not.toContain('ackedBy')
    expect(Object.keys(again)).not.toContain('ackedVersion')
    expect(again).toMatchObject({id: 1, raisedAt: 1, changedAt: 3})
  })
})

function raised(): Alarm {
  return applySignal(undefined, {signal: signalOf(), meaning: burglary, raises: true, routing}, 1, 1)!.alarm
}

describe('acknowledge', () => {
  test('of an older version is a conflict that names both', () => {
    const again = applySignal(raised(), {signal: signalOf(), meaning: burglary, raises: true, routing}, 2, 2)!.alarm
    expect(() => acknowledge(again, {version: 1, by}, 3)).toThrow(
      expect.objectContaining({
        code: 'CW_CONFLICT',
        params: {what: 'alarm 1', detail: 'it is at version 2, the acknowledgement names 1'},
      }),
    )
  })

  test('of a version that is yet to come is a conflict too', () => {
    expect(() => acknowledge(raised(), {version: 2, by}, 3)).toThrow(expect.objectContaining({code: 'CW_CONFLICT'}))
  })

  test('made twice is made once: by the version it named, and by the version it made', () => {
    const acked = acknowledge(raised(), {version: 1, by}, 2)!.alarm
    expect(acknowledge(acked, {version: 1, by: safeText('bert')}, 3)).toBeNull()
    expect(acknowledge(acked, {version: 2, by: safeText('bert')}, 3)).toBeNull()
  })

  test('repeated after a restore has closed the alarm is no conflict', () => {
    const acked = acknowledge(raised(), {version: 1, by}, 2)!.alarm
    const restore = signalOf({qualifier: 'restore'})
    const closed = applySignal(acked, {signal: restore, meaning: burglary, raises: false, routing}, 2, 3)!.alarm
    expect(closed.handling).toBe('closed')
    expect(acknowledge(closed, {version: 1, by}, 4)).toBeNull()
  })

  test('a reset that saw the alarm before somebody acknowledged it is a conflict: it would close what was not seen', () => {
    const acked = acknowledge(raised(), {version: 1, by}, 2)!.alarm
    expect(() => acknowledge(acked, {version: 1, by, reset: true}, 3)).toThrow(
      expect.objectContaining({code: 'CW_CONFLICT'}),
    )
  })

  test('a reset made twice is made once', () => {
    const closed = acknowledge(raised(), {version: 1, by, reset: true}, 2)!.alarm
    expect(acknowledge(closed, {version: 1, by, reset: true}, 3)).toBeNull()
  })
})

test('alarmKey: account, condition, partition and zone tell alarms apart; a restore has the key of its alarm', () => {
  const keys = [
    alarmKey(signalOf(), burglary),
    alarmKey(signalOf({account: '12'}), burglary),
    alarmKey(signalOf({zone: '4'}), burglary),
    alarmKey(signalOf({partition: '3'}), burglary),
    alarmKey(signalOf(), panic),
  ]
  expect(new Set(keys).size).toBe(keys.length)
  expect(alarmKey(signalOf({code: 'BR', qualifier: 'restore'}), burglary)).toBe(keys[0])
})
