/** The life of an alarm, told as stories: what happens, and what the alarm is then. */
import {describe, expect, test} from 'vitest'
import {type Action, act} from '../../src/alarm/act.ts'
import {alarmKey, applySignal, type Occurrence, type Transition} from '../../src/alarm/lifecycle.ts'
import {DEFAULT_POLICY} from '../../src/alarm/policy.ts'
import {screenState} from '../../src/alarm/screen-state.ts'
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

const trouble: CodeMeaning = {...burglary, name: 'Low battery', category: 'power', priority: 3, condition: 'YT'}

type Step = Signal['qualifier'] | 'logged' | 'ack' | 'unack' | 'reset' | 'dispatch' | 'close' | 'close-test'

/** Plays steps one ms apart from 1; each gives `change STATE handling ×count v version`, `-` when nothing changes, or the error. */
function play(meaning: CodeMeaning, steps: readonly Step[]): string[] {
  let alarm: Alarm | undefined
  return steps.map((step, index) => {
    try {
      const transition = take(alarm, meaning, step, index + 1)
      if (transition === null) return '-'
      const {handling, count, version} = transition.alarm
      alarm = handling === 'closed' ? undefined : transition.alarm
      return `${transition.change}: ${screenState(transition.alarm)} ${handling} ×${count} v${version}`
    } catch (error) {
      return (error as {code: string}).code
    }
  })
}

function take(alarm: Alarm | undefined, meaning: CodeMeaning, step: Step, now: number): Transition | null {
  if (step === 'new' || step === 'restore' || step === 'status' || step === 'logged') {
    const signal = signalOf({qualifier: step === 'logged' ? 'new' : step})
    return applySignal(alarm, {signal, meaning, raises: step !== 'logged', routing}, 1, now, DEFAULT_POLICY)
  }
  if (alarm === undefined) throw new Error('no alarm to act on')
  const said = {version: alarm.version, by}
  if (step === 'dispatch') return act(alarm, {verb: step, unit: safeText('car 7'), ...said}, now, DEFAULT_POLICY)
  if (step === 'close') return act(alarm, {verb: step, as: 'genuine', ...said}, now, DEFAULT_POLICY)
  if (step === 'close-test') return act(alarm, {verb: 'close', as: 'test', ...said}, now, DEFAULT_POLICY)
  return act(alarm, {verb: step, ...said}, now, DEFAULT_POLICY)
}

const STORIES: readonly {name: string; meaning?: CodeMeaning; steps: readonly Step[]; expected: readonly string[]}[] = [
  {
    name: 'raised, acknowledged, restored: over, and waits for its disposition',
    steps: ['new', 'ack', 'restore', 'close'],
    expected: [
      'raised: UNACK new ×1 v1',
      'acked: ACK acked ×1 v2',
      'restored: NORM acked ×1 v3',
      'closed: CLOSED closed ×1 v4',
    ],
  },
  {
    name: 'restored first: stays until somebody acknowledges, then waits for its disposition',
    steps: ['new', 'restore', 'ack'],
    expected: ['raised: UNACK new ×1 v1', 'restored: RTN-UNACK new ×1 v2', 'acked: NORM acked ×1 v3'],
  },
  {
    name: 'a trouble that is over and acknowledged closes by itself, whichever comes first',
    meaning: trouble,
    steps: ['new', 'ack', 'restore', 'new', 'restore', 'ack'],
    expected: [
      'raised: UNACK new ×1 v1',
      'acked: ACK acked ×1 v2',
      'closed: CLOSED closed ×1 v3',
      'raised: UNACK new ×1 v1',
      'restored: RTN-UNACK new ×1 v2',
      'closed: CLOSED closed ×1 v3',
    ],
  },
  {
    name: 'a trouble for which somebody was sent waits for what he says',
    meaning: trouble,
    steps: ['new', 'dispatch', 'restore', 'close'],
    expected: [
      'raised: UNACK new ×1 v1',
      'dispatched: ACK dispatched ×1 v2',
      'restored: NORM dispatched ×1 v3',
      'closed: CLOSED closed ×1 v4',
    ],
  },
  {
    name: 'fires again after the acknowledgement: new again, counted',
    steps: ['new', 'ack', 'new'],
    expected: ['raised: UNACK new ×1 v1', 'acked: ACK acked ×1 v2', 'fired-again: UNACK new ×2 v3'],
  },
  {
    name: 'fires again while somebody is on the way: new again, acknowledged it is dispatched still',
    steps: ['new', 'dispatch', 'new', 'ack'],
    expected: [
      'raised: UNACK new ×1 v1',
      'dispatched: ACK dispatched ×1 v2',
      'fired-again: UNACK new ×2 v3',
      'acked: ACK dispatched ×2 v4',
    ],
  },
  {
    name: 'fires again when it is over and not closed: the same alarm is new',
    steps: ['new', 'ack', 'restore', 'new'],
    expected: [
      'raised: UNACK new ×1 v1',
      'acked: ACK acked ×1 v2',
      'restored: NORM acked ×1 v3',
      'fired-again: UNACK new ×2 v4',
    ],
  },
  {
    name: 'an acknowledgement is taken back',
    steps: ['new', 'ack', 'unack', 'unack', 'ack'],
    expected: [
      'raised: UNACK new ×1 v1',
      'acked: ACK acked ×1 v2',
      'unacked: UNACK new ×1 v3',
      '-',
      'acked: ACK acked ×1 v4',
    ],
  },
  {
    name: 'a restore of nothing, and a second restore, are only logged',
    steps: ['restore', 'new', 'restore', 'restore'],
    expected: ['-', 'raised: UNACK new ×1 v1', 'restored: RTN-UNACK new ×1 v2', '-'],
  },
  {
    name: 'still present: nothing new while active, an alarm when it was missed or had been restored',
    steps: ['status', 'status', 'restore', 'status'],
    expected: ['raised: UNACK new ×1 v1', '-', 'restored: RTN-UNACK new ×1 v2', 'fired-again: UNACK new ×2 v3'],
  },
  {
    name: 'what the code table only logs neither raises nor fires again',
    steps: ['logged', 'new', 'logged'],
    expected: ['-', 'raised: UNACK new ×1 v1', '-'],
  },
  {
    name: 'panic: acknowledged and restored it latches, a person resets it, a person closes it',
    meaning: panic,
    steps: ['new', 'ack', 'restore', 'ack', 'reset', 'reset', 'close'],
    expected: [
      'raised: UNACK new ×1 v1',
      'acked: ACK acked ×1 v2',
      'restored: LATCHED acked ×1 v3',
      '-',
      'reset: NORM acked ×1 v4',
      '-',
      'closed: CLOSED closed ×1 v5',
    ],
  },
  {
    name: 'panic that was restored first: the acknowledgement does not free it either; closing resets it with that',
    meaning: panic,
    steps: ['new', 'restore', 'ack', 'close'],
    expected: [
      'raised: UNACK new ×1 v1',
      'restored: LATCHED new ×1 v2',
      'acked: LATCHED acked ×1 v3',
      'closed: CLOSED closed ×1 v4',
    ],
  },
  {
    name: 'what is active is closed as a test at once, as anything else after a reset',
    steps: ['new', 'close', 'reset', 'close', 'new', 'close-test'],
    expected: [
      'raised: UNACK new ×1 v1',
      'CW_CONFLICT',
      'reset: NORM acked ×1 v2',
      'closed: CLOSED closed ×1 v3',
      'raised: UNACK new ×1 v1',
      'closed: CLOSED closed ×1 v2',
    ],
  },
  {
    name: 'active panic is not even closed as a test: somebody says first that it is over',
    meaning: panic,
    steps: ['new', 'close-test', 'reset', 'close-test'],
    expected: ['raised: UNACK new ×1 v1', 'CW_CONFLICT', 'reset: NORM acked ×1 v2', 'closed: CLOSED closed ×1 v3'],
  },
]

describe('alarm lifecycle', () => {
  test.each(STORIES)('$name', ({meaning = burglary, steps, expected}) => {
    expect(play(meaning, steps)).toEqual(expected)
  })

  test('a raised alarm carries what the signal, the table and the inventory say', () => {
    const signal = signalOf({partition: '2', text: safeText('back door')})
    const place = {...routing, device: 'panel-1', deviceName: safeText('Harbour Street 4')}
    const occurrence = {signal, meaning: burglary, raises: true, routing: place}
    expect(applySignal(undefined, occurrence, 9, 1_000, DEFAULT_POLICY)).toEqual({
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

  test('firing again forgets who acknowledged, not who is on the way, and says since when it waits', () => {
    const acked = done(raised(), {verb: 'dispatch', unit: safeText('car 7'), version: 1, by}, 2)
    expect(acked).toMatchObject({ackedBy: 'anna', ackedVersion: 1, dispatch: {unit: 'car 7', by: 'anna', at: 2}})
    const again = signalled(acked, signalOf(), 3)
    expect(Object.keys(again)).not.toContain('ackedBy')
    expect(Object.keys(again)).not.toContain('last')
    expect(again).toMatchObject({raisedAt: 1, changedAt: 3, firedAt: 3, newSince: 3, dispatch: {unit: 'car 7'}})
    expect(signalled(again, signalOf(), 9)).toMatchObject({firedAt: 9, newSince: 3})
  })
})

const occurrence: Occurrence = {signal: signalOf(), meaning: burglary, raises: true, routing}

function raised(): Alarm {
  return applySignal(undefined, occurrence, 1, 1, DEFAULT_POLICY)!.alarm
}

function signalled(alarm: Alarm, signal: Signal, now: number): Alarm {
  return applySignal(alarm, {...occurrence, signal}, 2, now, DEFAULT_POLICY)!.alarm
}

function done(alarm: Alarm, action: Action, now: number): Alarm {
  return act(alarm, action, now, DEFAULT_POLICY)!.alarm
}

function again(alarm: Alarm, action: Action): Transition | null {
  return act(alarm, action, 99, DEFAULT_POLICY)
}

const conflict = expect.objectContaining({code: 'CW_CONFLICT'})
const bert = safeText('bert')

describe('what a person does', () => {
  test('to an older version is a conflict that names both', () => {
    const fired = signalled(raised(), signalOf(), 2)
    expect(() => again(fired, {verb: 'ack', version: 1, by})).toThrow(
      expect.objectContaining({
        code: 'CW_CONFLICT',
        params: {what: 'alarm 1', detail: 'it is at version 2, the acknowledgement names 1'},
      }),
    )
  })

  test('to a version that is yet to come is a conflict too', () => {
    expect(() => again(raised(), {verb: 'ack', version: 2, by})).toThrow(conflict)
  })

  test('an acknowledgement made twice is made once: by the version it named, and by the version it made', () => {
    const acked = done(raised(), {verb: 'ack', version: 1, by}, 2)
    expect(again(acked, {verb: 'ack', version: 1, by: bert})).toBeNull()
    expect(again(acked, {verb: 'ack', version: 2, by: bert})).toBeNull()
  })

  test('an acknowledgement repeated after the end of the condition is no conflict', () => {
    const acked = done(raised(), {verb: 'ack', version: 1, by}, 2)
    expect(again(signalled(acked, signalOf({qualifier: 'restore'}), 3), {verb: 'ack', version: 1, by})).toBeNull()
  })

  test('an acknowledgement repeated after it fired again is a conflict: that one was not seen', () => {
    const acked = done(raised(), {verb: 'ack', version: 1, by}, 2)
    expect(() => again(signalled(acked, signalOf(), 3), {verb: 'ack', version: 1, by})).toThrow(conflict)
  })

  const ACTIONS: readonly Action[] = [
    {verb: 'reset', version: 1, by},
    {verb: 'dispatch', unit: safeText('car 7'), version: 1, by},
    {verb: 'comment', comment: safeText('cat'), version: 1, by},
    {verb: 'check', found: 'guard-denies', version: 1, by},
    {verb: 'close', as: 'test', version: 1, by},
    {verb: 'close', as: 'duplicate', of: 7, version: 1, by},
    {verb: 'route', jurisdiction: 'baltimore.north', version: 1, by},
  ]
  test.each(ACTIONS)('$verb made twice by one person is made once, by another it is a conflict', (action) => {
    const after = done(raised(), action, 2)
    expect(after).toMatchObject({version: 2, last: {verb: action.verb, version: 1, by: 'anna'}})
    expect(again(after, action)).toBeNull()
    expect(() => again(after, {...action, by: bert})).toThrow(conflict)
  })

  test('another comment at the same version is a conflict, not a repeat: it would be lost', () => {
    const noted = done(raised(), {verb: 'comment', comment: safeText('cat'), version: 1, by}, 2)
    expect(() => again(noted, {verb: 'comment', comment: safeText('dog'), version: 1, by})).toThrow(conflict)
  })

  test('a comment is kept with whatever is done', () => {
    const comment = safeText('door was open')
    expect(done(raised(), {verb: 'ack', version: 1, by, comment}, 2)).toMatchObject({
      handling: 'acked',
      comment: {text: 'door was open', by: 'anna', at: 2},
    })
  })

  test('a closed alarm takes comments and another disposition, nothing else', () => {
    const closed = done(raised(), {verb: 'close', as: 'test', version: 1, by}, 2)
    expect(closed).toMatchObject({handling: 'closed', closed: {as: 'test', by: 'anna', at: 2}})
    expect(done(closed, {verb: 'comment', comment: safeText('x'), version: 2, by}, 3)).toMatchObject({version: 3})
    expect(done(closed, {verb: 'close', as: 'false', version: 2, by: bert}, 3)).toMatchObject({
      closed: {as: 'false', by: 'bert', at: 3},
    })
    for (const verb of ['unack', 'reset'] as const) {
      expect(() => again(closed, {verb, version: 2, by})).toThrow(conflict)
    }
  })

  test('a duplicate is one of another alarm, and only a duplicate is', () => {
    for (const action of [
      {verb: 'close', as: 'duplicate', of: 1, version: 1, by},
      {verb: 'close', as: 'test', of: 7, version: 1, by},
    ] as const) {
      expect(() => again(raised(), action)).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
    }
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
