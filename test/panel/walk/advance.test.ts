import {describe, expect, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import {ACCOUNT, pointOf, Tape} from './play.ts'

const POINTS = [pointOf('1/1', 'BA'), pointOf('1/2', '131'), pointOf('1/3', 'FA'), pointOf('2/4', 'PA'), pointOf('0/5')]
const tape = () => new Tape(POINTS)

describe('walk test: what ticks a point off', () => {
  const cases: readonly [name: string, place: string, events: readonly string[], result: string, listed: readonly string[]][] = [
    ['its alarm and its restore', '1/1', ['BA zone 1 partition 1', 'BA restore zone 1 partition 1'], 'passed', []],
    ['an alarm alone waits for the restore', '1/1', ['BA zone 1 partition 1'], 'alarm', []],
    ['a restore alone is nothing', '1/1', ['BA restore zone 1 partition 1'], 'open', ['other']],
    ['a restore before the alarm is not its restore', '1/1', ['BA restore zone 1 partition 1', 'BA zone 1 partition 1'], 'alarm', ['other']],
    ['the twin of the other table: 130 for BA', '1/1', ['130 zone 1 partition 1', '3130 zone 1 partition 1'], 'passed', []],
    ['the twin of the other table: BA and BR for 131', '1/2', ['BA zone 2 partition 1', 'Nri1/BR2'], 'passed', []],
    ['alarm in one table, restore in the other', '1/1', ['BA zone 1 partition 1', '3130 zone 1 partition 1'], 'passed', []],
    ['the written code wins over a twin of its twin: 130 is not 131', '1/2', ['130 zone 2 partition 1', '3130 zone 2 partition 1'], 'wrong', ['wrong-code', 'wrong-code']],
    ['another code on the right zone is a finding', '1/1', ['TA zone 1 partition 1'], 'wrong', ['wrong-code']],
    ['the right code after a wrong one', '1/1', ['TA zone 1 partition 1', 'BA zone 1 partition 1', 'BA restore zone 1 partition 1'], 'passed', ['wrong-code']],
    ['another restore is a finding', '1/1', ['BA zone 1 partition 1', 'TA restore zone 1 partition 1'], 'alarm', ['wrong-code']],
    ['the wrong partition is listed', '1/1', ['BA zone 1 partition 2'], 'wrong', ['wrong-partition']],
    ['no partition where the checklist names one', '1/1', ['BA zone 1'], 'wrong', ['wrong-partition']],
    ['without a code in the checklist any alarm does', '0/5', ['FA zone 5', 'FA restore zone 5'], 'passed', []],
    ['but its restore must be of the same condition', '0/5', ['FA zone 5', 'BA restore zone 5'], 'alarm', ['wrong-code']],
    ['a partition that the checklist does not name is a remark', '0/5', ['BA zone 5 partition 3'], 'alarm', ['partition-not-listed']],
    ['a bypass of the zone is no alarm', '1/1', ['BB zone 1 partition 1'], 'open', ['other']],
    ['user 1 disarms: that is not zone 1', '1/1', ['OP user 1 partition 1'], 'open', ['other']],
    ['duress of user 1 is not zone 1, and nobody expects it', '1/1', ['121 user 1 partition 1'], 'open', ['unexpected']],
    ['it still holds: no new alarm', '1/1', ['6130 zone 1 partition 1'], 'open', ['other']],
  ] // biome-ignore format: one case a line
  test.each(cases)('%s', (_name, place, events, result, listed) => {
    const walk = events.reduce((one, event) => one.hear(event), tape())
    expect([walk.result(place), walk.listed]).toEqual([result, listed])
  })

  test('two zones of one number in two partitions are told apart', () => {
    const walk = new Tape([pointOf('1/7', 'BA'), pointOf('2/7', 'BA')]).hear('BA zone 7 partition 2')
    expect([walk.result('1/7'), walk.result('2/7')]).toEqual(['open', 'alarm'])
  })

  test('a detector and its tamper may share a zone', () => {
    const detector = pointOf('1/7', 'BA')
    const tamper = {...pointOf('1/7', 'TA'), key: 'tamper-7'}
    const walk = new Tape([detector, tamper]).hear('TA zone 7 partition 1').hear('BA zone 7 partition 1')
    expect([walk.result('1/7'), walk.state.points.get('tamper-7')?.alarm?.code, walk.listed]).toEqual([
      'alarm',
      'TA',
      [],
    ])
  })
})

describe('walk test: what belongs to no point', () => {
  test('a zone that is not in the checklist, and another account, are unexpected; a test report is not', () => {
    const walk = tape().hear('BA zone 9').hear('BA zone 1 partition 1', {account: 'ABCD'}).hear('RP').hear('OP user 3')
    expect(walk.listed).toEqual(['unexpected', 'unexpected', 'other', 'other'])
  })

  test('the same message within a minute counts once, also over a restart', () => {
    const walk = tape().hear('BA zone 1 partition 1', {seq: 7})
    walk.add({type: 'run', test: 'walk', by: safeText('anna'), tool: '0.1.0', receiver: 'r', key: null, guard: 'none'})
    walk.hear('BA zone 1 partition 1', {seq: 7})
    expect([walk.point('1/1').alarms, walk.listed]).toEqual([1, ['duplicate']])
  })

  test('a minute later, or under another number, it is another one', () => {
    const walk = tape().hear('BA zone 1 partition 1', {seq: 7}).hear('BA zone 1 partition 1', {seq: 8})
    walk.second += 120
    walk.hear('BA zone 1 partition 1', {seq: 7})
    expect([walk.point('1/1').alarms, walk.listed]).toEqual([3, []])
  })

  test('an alarm that the platform took as real is a fault; one under a window is not', () => {
    const walk = new Tape(POINTS, 'platform')
    const [signal] = new Tape([])
      .hear('BA zone 1 partition 1')
      .lines.flatMap((line) => (line.type === 'heard' ? [line.signal] : []))
    walk.add({type: 'heard', n: 1, signal: signal!, position: {epoch: 'e', seq: 1}, onTest: 4})
    expect(walk.listed).toEqual([])
    walk.add({type: 'heard', n: 2, signal: signal!, position: {epoch: 'e', seq: 2}})
    expect([walk.listed, walk.state.position]).toEqual([['off-test'], {epoch: 'e', seq: 2}])
  })

  test('while paused nothing is ticked off', () => {
    const by = safeText('anna')
    const walk = tape().add({type: 'pause', by}).hear('BA zone 1 partition 1').add({type: 'resume', by})
    expect([walk.result('1/1'), walk.listed]).toEqual(['open', ['paused']])
    expect(walk.hear('BA zone 1 partition 1').result('1/1')).toBe('alarm')
  })
})

describe("walk test: the panel's own test mode", () => {
  test('607 and 3607, TS and TE open and close it; what comes between is marked', () => {
    const walk = tape().hear('607').hear('BA zone 1 partition 1').hear('3607').hear('FA zone 3 partition 1').hear('TS')
    expect(walk.point('1/1').alarm?.isPanelTest).toBe(true)
    expect(walk.point('1/3').alarm?.isPanelTest).toBe(false)
    expect(walk.state.panelTestSince).toBeDefined()
    expect(walk.hear('TE').state.panelTestSince).toBeUndefined()
  })

  test('BX and FX stand for the real code there, and the report says that it was not seen', () => {
    const walk = tape()
      .hear('TS')
      .hear('BX zone 1 partition 1')
      .hear('BA restore zone 1 partition 1')
      .hear('FX zone 3 partition 1')
    expect([walk.result('1/1'), walk.result('1/3')]).toEqual(['passed', 'alarm'])
    expect(walk.listed).toEqual(['other', 'no-real-code', 'no-real-code'])
  })

  test('the real code after BX takes its place', () => {
    const walk = tape().hear('TS').hear('BX zone 1 partition 1').hear('BA zone 1 partition 1')
    expect(walk.point('1/1').alarm).toMatchObject({code: 'BA', how: 'code'})
  })

  test.each(['TP zone 1 partition 1', '611 zone 1 partition 1'])(
    '%s is the word of the panel on the whole point',
    (event) => {
      const walk = tape().hear('607').hear(event)
      expect([walk.result('1/1'), walk.listed]).toEqual(['passed', ['other', 'no-real-code']])
    },
  )

  test.each(['BX zone 1 partition 1', 'TP zone 1 partition 1', '611 zone 1 partition 1'])(
    '%s outside of it is a wrong code',
    (event) => {
      const walk = tape().hear(event)
      expect([walk.result('1/1'), walk.listed]).toEqual(['wrong', ['wrong-code']])
    },
  )

  test('FX does not stand for a burglary, BX not for a fire', () => {
    const walk = tape().hear('TS').hear('FX zone 1 partition 1').hear('BX zone 3 partition 1')
    expect([walk.result('1/1'), walk.result('1/3')]).toEqual(['wrong', 'wrong'])
  })

  test('612 says that the point was not tested', () => {
    const walk = tape().hear('612 zone 1 partition 1')
    expect([walk.result('1/1'), walk.point('1/1').untestedAt !== undefined, walk.listed]).toEqual([
      'open',
      true,
      ['not-tested'],
    ])
  })
})

describe('walk test: what the tester decides', () => {
  const decide = (walk: Tape, type: 'skip' | 'fail' | 'again' | 'note', place: string, text: string) =>
    walk.add({type, key: `${ACCOUNT}/${place}`, by: safeText('anna'), text: safeText(text)})

  test('a skipped point that reports after all has passed; one marked as failed has not', () => {
    const walk = tape()
    decide(walk, 'skip', '1/1', 'no ladder')
    decide(walk, 'fail', '1/3', 'sounder silent')
    expect([walk.result('1/1'), walk.result('1/3')]).toEqual(['skipped', 'failed'])
    walk.hear('BA zone 1 partition 1').hear('BA restore zone 1 partition 1')
    walk.hear('FA zone 3 partition 1').hear('FA restore zone 3 partition 1')
    expect([walk.result('1/1'), walk.result('1/3')]).toEqual(['passed', 'failed'])
  })

  test('testing again forgets the ticks and keeps the notes', () => {
    const walk = tape().hear('BA zone 1 partition 1').hear('BA restore zone 1 partition 1')
    decide(walk, 'note', '1/1', 'contact loose')
    decide(walk, 'again', '1/1', '')
    expect([walk.result('1/1'), walk.point('1/1').notes.map(({text}) => text)]).toEqual(['open', ['contact loose']])
  })

  test('a decision on a point that is no longer there changes nothing', () => {
    const walk = tape()
    const before = walk.state.points
    decide(walk, 'skip', '9/9', 'gone')
    expect(walk.state.points).toBe(before)
  })
})

describe('walk test: the checklist changes between two runs', () => {
  test('what is the same keeps its ticks, what is new or changed begins anew, and each change is named', () => {
    const walk = tape().hear('BA zone 1 partition 1').hear('131 zone 2 partition 1')
    const points = [{...pointOf('1/1', 'BA'), name: safeText('Renamed')}, pointOf('1/2', '130'), pointOf('1/8', 'BA')]
    walk.add({type: 'checklist', source: safeText('zones.csv'), points})
    expect([walk.result('1/1'), walk.result('1/2'), walk.result('1/8')]).toEqual(['alarm', 'open', 'open'])
    expect([...walk.state.points.keys()]).toEqual(['1234/1/1', '1234/1/2', '1234/1/8'])
    expect(walk.listed).toEqual(Array(5).fill('checklist-changed'))
  })
})
