import {describe, expect, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import {recordLines} from '../../../src/panel/record/read.ts'
import {walkLines} from '../../../src/panel/walk/parse-line.ts'
import {walkReport} from '../../../src/panel/walk/report.ts'
import {NOON, pointOf, Tape} from './play.ts'

const POINTS = [pointOf('1/1', 'BA'), pointOf('1/2', 'PA', 'Desk')]

/** Zone 1 and 2 tick themselves off. */
function walked(points = POINTS): Tape {
  const tape = new Tape(points)
  for (const event of [
    'BA zone 1 partition 1',
    'BA restore zone 1 partition 1',
    'PA zone 2 partition 1',
    'PA restore zone 2 partition 1',
  ])
    tape.hear(event)
  return tape
}

describe('walk test: the report', () => {
  test('all passed: each point with what came, when, and by whom', () => {
    const tape = walked().add({type: 'answered', n: 1, ackMs: 4}).add({type: 'answered', n: 3, ackMs: 8})
    const report = walkReport(tape.lines)
    expect(report).toMatchObject({
      verdict: 'pass',
      complete: true,
      counts: {points: 2, passed: 2, failed: 0, skipped: 0, notTested: 0, signals: 4, faults: 0},
      latency: {
        ackMs: {n: 2, p50: 4, p95: 8, p99: 8, max: 8},
        delayMs: {n: 0},
        restoreMs: {n: 2, p50: 1_000, max: 1_000},
      },
    })
    expect(report.points[0]).toEqual({
      key: '1234/1/1',
      name: 'Zone 1/1',
      partition: '1',
      zone: '1',
      expected: 'BA',
      isPanic: false,
      result: 'passed',
      why: '',
      got: 'BA',
      gotRestore: 'BH',
      how: 'code',
      isRealCodeSeen: true,
      isPanelTest: false,
      alarms: 1,
      alarmAt: NOON + 2_000,
      restoreAt: NOON + 3_000,
      ackMs: 4,
      restoreMs: 1_000,
      tester: 'anna',
      notes: [],
    })
  })

  test('the same record gives the same report, also when it is read back', () => {
    const {lines} = walked()
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    const back = walkLines(recordLines(Buffer.from(text), 'record').lines, 'record')
    expect(JSON.stringify(walkReport(back))).toBe(JSON.stringify(walkReport(lines)))
  })

  const faults: readonly [name: string, change: (tape: Tape) => Tape][] = [
    ['a zone that nobody heard', (tape) => tape.add({type: 'checklist', source: safeText('z'), points: [...POINTS, pointOf('1/3')]})],
    ['an alarm without its restore', () => new Tape([pointOf('1/1', 'BA')]).hear('BA zone 1 partition 1')],
    ['an unexpected signal', (tape) => tape.hear('BA zone 9')],
    ['a wrong code after the point had passed', (tape) => tape.hear('TA zone 1 partition 1')],
    ['a wrong partition', (tape) => tape.hear('BA zone 1 partition 3')],
    ['a skipped zone', () => new Tape([pointOf('1/1', 'BA')]).add({type: 'skip', key: '1234/1/1', by: safeText('a'), text: safeText('b')})],
    ['a mark of the tester', (tape) => tape.add({type: 'fail', key: '1234/1/1', by: safeText('a'), text: safeText('b')})],
    ['a gap in the log', (tape) => tape.add({type: 'gap', detail: safeText('another log')})],
    ['a message of the account that was refused last', (tape) => tape.add({type: 'refused', from: safeText('x'), reason: safeText('crc'), of: '1234'})],
    ['a panel that is left in its test mode', (tape) => tape.hear('TS')],
    ['612 for a point', (tape) => tape.hear('612 zone 1 partition 1')],
    ['an empty checklist', () => new Tape([])],
  ] // biome-ignore format: one case a line
  test.each(faults)('%s makes it fail', (_name, change) => {
    expect(walkReport(change(walked()).lines).verdict).toBe('fail')
  })

  const harmless: readonly [name: string, change: (tape: Tape) => Tape][] = [
    ['a duplicate', (tape) => tape.hear('BA zone 1 partition 1', {seq: 1})],
    ['a test report and an opening', (tape) => tape.hear('RP').hear('OP user 1')],
    [
      'a stranger that was refused',
      (tape) => tape.add({type: 'refused', from: safeText('x'), reason: safeText('junk')}),
    ],
    ["the panel's test mode, left again", (tape) => tape.hear('TS').hear('TE')],
  ]
  test.each(harmless)('%s does not', (_name, change) => {
    expect(walkReport(change(walked()).lines).verdict).toBe('pass')
  })

  test('a wrong code, a wrong partition and a refusal are mended by what came later', () => {
    const tape = new Tape([pointOf('1/1', 'BA')])
      .add({type: 'refused', from: safeText('x'), reason: safeText('timestamp'), of: '1234'})
      .hear('TA zone 1 partition 1')
      .hear('BA zone 1 partition 2')
      .hear('BA zone 1 partition 1')
      .hear('BA restore zone 1 partition 1')
    const {verdict, findings} = walkReport(tape.lines)
    expect([verdict, findings.map(({kind, isMended}) => [kind, isMended])]).toEqual([
      'pass',
      [
        ['refused', true],
        ['wrong-code', true],
        ['wrong-partition', true],
      ],
    ])
  })

  test('zones outside the walk are known but not asked for', () => {
    const tape = walked([{...pointOf('1/1', 'BA'), asked: false}, pointOf('1/2', 'PA')])
    expect(walkReport(tape.lines)).toMatchObject({verdict: 'pass', counts: {points: 1}, unexpected: []})
    const unheard = new Tape([{...pointOf('1/1', 'BA'), asked: false}])
    expect(walkReport(unheard.lines).points[0]?.result).toBe('not-asked')
  })

  test('delays are told only when the clock of the panel is proven right', () => {
    const delays = (behindMs: number) => {
      const tape = new Tape(POINTS)
      for (const event of ['BA zone 1 partition 1', 'BA restore zone 1 partition 1', 'PA zone 2 partition 1'])
        tape.hear(event, {occurredAt: NOON + tape.second * 1_000 - behindMs})
      const {panelClock, points} = walkReport(tape.lines)
      return [panelClock.isRight, points.map(({delayMs}) => delayMs)]
    }
    expect(delays(800)).toEqual([true, [800, 800]])
    expect(delays(-900)).toEqual([false, [undefined, undefined]])
    expect(delays(30_000)).toEqual([false, [undefined, undefined]])
  })

  test('no record at all is no pass', () => {
    expect(walkReport([])).toMatchObject({verdict: 'fail', complete: false, counts: {points: 0}})
  })
})
