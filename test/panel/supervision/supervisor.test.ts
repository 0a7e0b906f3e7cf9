import {expect, test} from 'vitest'
import type {Expectation, SupervisionEvent} from '../../../src/panel/supervision/event.ts'
import {BLIND_MS, Supervisor} from '../../../src/panel/supervision/supervisor.ts'

const START = Date.UTC(2026, 10, 23, 10, 20, 30)
const MINUTE: Expectation = {path: 'primary', intervalMs: 60_000, graceMs: 6_000, reportingMs: 180_000}

/** A supervisor whose time is played in steps of a second; times are seconds from the start. */
function watching(accounts: readonly string[], ...expected: readonly Expectation[]) {
  const supervisor = new Supervisor(accounts, expected.length > 0 ? expected : [MINUTE], START)
  let second = 0
  const told: string[] = []
  const tell = (events: readonly SupervisionEvent[]) => {
    for (const event of events) told.push(words(event))
  }
  return {
    supervisor,
    told,
    play(until: number) {
      while (second < until) {
        second += 1
        tell(supervisor.tick(START + second * 1_000))
      }
    },
    hear(account: string, path: 'primary' | 'alternative' = 'primary', panelAheadMs = 0) {
      const now = START + second * 1_000
      tell(supervisor.heard(account, path, now, now + panelAheadMs))
    },
    /** The clock says another time at the next look. */
    jump(seconds: number) {
      second += seconds
    },
    reports: () => [...supervisor.paths()].map((path) => path.report(supervisor.watchedMs)),
  }
}

function words(event: SupervisionEvent): string {
  const second = (event.at - START) / 1_000
  if (event.kind === 'blind') return `${second} blind ${event.jumpMs}`
  return `${second} ${event.account} ${event.path} ${event.kind} ${event.silentMs}`
}

test('supervisor: late after interval and grace, missing after the reporting time, restored by the next message', () => {
  const watch = watching(['1234'])
  watch.play(10)
  watch.hear('1234')
  watch.play(75)
  expect(watch.told).toEqual([])
  watch.play(300)
  watch.hear('1234')
  watch.play(360)
  expect(watch.told).toEqual([
    '76 1234 primary late 66000',
    '190 1234 primary missing 180000',
    '300 1234 primary restored 290000',
  ])
  const [report] = watch.reports()
  expect(report).toMatchObject({
    state: 'on time',
    messages: 2,
    late: 1,
    missing: 1,
    missedPolls: 4,
    longestGapMs: 290_000,
    lossToFailedMs: 180_000,
    outageMs: 110_000,
    falseAlarms: 0,
  })
})

test('supervisor: an account that never comes is late and missing, counted from the start', () => {
  const watch = watching(['1234'])
  watch.play(400)
  expect(watch.told).toEqual(['66 1234 primary late 66000', '180 1234 primary missing 180000'])
  expect(watch.reports()[0]).toMatchObject({state: 'missing', messages: 0, longestGapMs: 400_000})
})

test('supervisor: any message begins the time anew, so nobody who speaks is late', () => {
  const watch = watching(['1234', '9999'])
  for (let second = 0; second <= 3_600; second += 60) {
    watch.play(second)
    watch.hear('1234')
    watch.hear('9999')
  }
  expect(watch.told).toEqual([])
  expect(watch.reports().map(({interval}) => interval)).toEqual(
    Array.from({length: 2}, () => ({
      n: 60,
      minMs: 60_000,
      medianMs: 60_000,
      p99Ms: 60_000,
      maxMs: 60_000,
      jitterMs: 0,
    })),
  )
})

test('supervisor: one who was late and came is late again an interval later, also when the reporting time is far off', () => {
  const watch = watching(['1234'], {...MINUTE, reportingMs: 90_000_000})
  watch.play(70)
  watch.hear('1234')
  watch.play(140)
  expect(watch.told).toEqual([
    '66 1234 primary late 66000',
    '70 1234 primary restored 70000',
    '136 1234 primary late 66000',
  ])
})

test('supervisor: a host that slept makes nobody late or missing, and everybody has a whole interval again', () => {
  const watch = watching(['1234', '9999'])
  watch.play(50)
  watch.hear('1234')
  watch.play(60)
  watch.jump(8 * 3_600)
  watch.play(28_861)
  expect(watch.told).toEqual(['28861 blind 28801000'])
  watch.play(28_920)
  watch.hear('1234')
  watch.play(29_040)
  expect(watch.told.slice(1)).toEqual(['28927 9999 primary late 66000', '28986 1234 primary late 66000'])
  expect(watch.supervisor.blindMs).toBe(28_801_000)
  expect(watch.reports()[0]?.interval).toBeUndefined()
})

test('supervisor: messages that waited while the host slept are heard before anybody is judged', () => {
  const watch = watching(['1234'])
  watch.play(170)
  watch.jump(3_600)
  watch.hear('1234')
  watch.play(3_771)
  expect(watch.told).toEqual(['66 1234 primary late 66000', '3770 blind 3600000', '3770 1234 primary restored 170000'])
})

test('supervisor: a clock that is set back neither stops the watch nor judges anybody', () => {
  const watch = watching(['1234'])
  watch.play(60)
  watch.jump(-3_600)
  watch.play(-3_475)
  expect(watch.told).toEqual(['-3539 blind -3599000'])
  watch.play(-3_473)
  expect(watch.told.at(-1)).toBe('-3473 1234 primary late 66000')
})

test('supervisor: a step of the clock that is just short enough is time that was watched', () => {
  const supervisor = new Supervisor(['1234'], [{path: 'primary', graceMs: 0, reportingMs: 20_000}], START)
  const kinds = [1, 2, 3, 4].flatMap((step) => supervisor.tick(START + step * BLIND_MS).map(({kind}) => kind))
  expect(kinds).toEqual(['missing'])
})

test('supervisor: the paths of an account are supervised apart', () => {
  const watch = watching(
    ['1234'],
    {path: 'primary', graceMs: 0, reportingMs: 90_000},
    {path: 'alternative', graceMs: 0, reportingMs: 600_000},
  )
  watch.play(30)
  watch.hear('1234', 'alternative')
  watch.play(700)
  watch.hear('1234', 'primary')
  expect(watch.told).toEqual([
    '90 1234 primary missing 90000',
    '630 1234 alternative missing 600000',
    '700 1234 primary restored 700000',
  ])
})

test('supervisor: declared missing and back within an interval is a false alarm', () => {
  const watch = watching(['1234'], {...MINUTE, reportingMs: 70_000})
  watch.hear('1234')
  watch.play(75)
  watch.hear('1234')
  expect(watch.reports()[0]).toMatchObject({missing: 1, falseAlarms: 1, outageMs: 5_000})
})

test('supervisor: a panel whose clock runs away is seen by its drift', () => {
  const watch = watching(['1234'])
  for (const ahead of [500, 1_500, -1_000]) {
    watch.hear('1234', 'primary', ahead)
    watch.play(60)
  }
  expect(watch.reports()[0]?.clock).toEqual({
    n: 3,
    firstMs: 500,
    lastMs: -1_000,
    minMs: -1_000,
    maxMs: 1_500,
    driftMs: -1_500,
  })
})

test('supervisor: what strangers send says nothing', () => {
  const watch = watching(['1234'])
  watch.hear('ABCD')
  expect([watch.supervisor.knows('ABCD'), watch.told, watch.reports().length]).toEqual([false, [], 1])
})

test('supervisor: a class of 32 days is kept to the second', () => {
  const supervisor = new Supervisor(['1234'], [{path: 'primary', graceMs: 0, reportingMs: 32 * 86_400_000}], START)
  let found: number | undefined
  for (let ms = 0; found === undefined; ms += BLIND_MS) if (supervisor.tick(START + ms).length > 0) found = ms
  expect(found).toBe(32 * 86_400_000)
})
