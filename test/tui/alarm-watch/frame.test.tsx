import {renderToString} from 'ink'
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../src/lib/safe-text.ts'
import type {Handoff} from '../../../src/model/handoff.ts'
import {widthOf} from '../../../src/tui/alarm-watch/cells.ts'
import {frame} from '../../../src/tui/alarm-watch/frame.ts'
import {lookOf} from '../../../src/tui/alarm-watch/look.ts'
import type {update} from '../../../src/tui/alarm-watch/model.ts'
import type {State} from '../../../src/tui/alarm-watch/state.ts'
import {View} from '../../../src/tui/alarm-watch/view.tsx'
import {alarmOf, entryOf, NOON} from '../../support/alarms.ts'
import {testOf, trialOf} from '../../support/on-test.ts'
import {entry, fed, head, live, look, lost, opened, play, snapshot, tick, watching} from './play.ts'

/** What a terminal of the state's size would show. */
function drawn(state: State, how = look): string {
  return `${renderToString(<View state={state} look={how} />, {columns: state.size.columns})}\n`
}

const golden = (name: string) => `../../golden/alarm-watch-${name}.txt`

const ALARMS = [
  alarmOf(1, {
    name: 'Hold-up',
    priority: 1,
    latching: true,
    deviceName: safeText('Savings Bank, Light Street'),
    count: 3,
  }),
  alarmOf(2, {account: 'A0F1', deviceName: safeText('中国工商银行解放大道第三支行金库入口'), name: '防盗报警'}),
  alarmOf(3, {condition: 'restored', version: 2}),
  alarmOf(4, {name: 'AC power failure', priority: 3, zone: undefined}),
  alarmOf(5, {handling: 'acked', ackedBy: safeText('alice'), version: 2, jurisdiction: ''}),
  alarmOf(90, {name: 'Low battery', priority: 4, device: undefined, deviceName: undefined, site: ''}),
]
const busy = (columns: number, rows: number) => watching(ALARMS, columns, rows)
const pinned = (columns: number, rows: number) =>
  play(
    busy(columns, rows),
    {type: 'step', step: 'down'},
    fed(
      entry(entryOf(101, alarmOf(10, {priority: 1}))),
      entry(entryOf(102, {...alarmOf(5), version: 3, handling: 'closed'}, 'closed')),
    ),
    {type: 'ack'},
  )

/** Two accounts on test, one of them not for long; three test signals have come. */
const testing = play(
  busy(80, 24),
  fed(
    entry(testOf(101, {id: 1, endsAt: NOON + 240_000, warnedAt: NOON, version: 2}, 'expiring')),
    entry(testOf(102, {id: 2, account: 'A0F1', endsAt: NOON + 3_600_000})),
    ...[103, 104, 105].map((seq) => entry(trialOf(seq, 2))),
  ),
)

/** One alarm of each state that ISA-18.2 names, an incident for 110 and one that nobody has. */
const handoffOf = (id: number, changes: Partial<Handoff> = {}): Handoff => ({
  ...{
    id,
    version: 1,
    account: '1234',
    site: 'site-1',
    jurisdiction: 'baltimore.central',
    alarms: [1, 2],
    state: 'proposed',
  },
  ...{openedAt: NOON, changedAt: NOON, grounds: [{rule: '2-adjacent', at: NOON, alarms: [1, 2]}]},
  ...changes,
})
const by = safeText('anna')
const reason = safeText('painter in the hall')
const LIVES = [
  alarmOf(1, {checks: [{found: 'guard-confirms', by, at: NOON}], comment: {text: safeText('two men'), by, at: NOON}}),
  alarmOf(2, {handling: 'dispatched', dispatch: {unit: safeText('car 7'), by, at: NOON}, ackedBy: by}),
  alarmOf(3, {name: 'Hold-up', priority: 1, latching: true, condition: 'latched', handling: 'acked', ackedBy: by}),
  alarmOf(4, {condition: 'restored', handling: 'acked', ackedBy: by}),
  alarmOf(5, {hidden: {as: 'shelved', mask: 1, by, reason, until: NOON + 28 * 60_000}}),
  alarmOf(6, {hidden: {as: 'out-of-service', mask: 2, owner: safeText('Bell Alarms'), reason}, priority: 1}),
  alarmOf(7, {jurisdiction: '', site: '', account: '9999', device: undefined, deviceName: undefined}),
]
const lives = (...messages: Parameters<typeof update>[1][]) =>
  play(opened(), fed(snapshot(LIVES, 100, 'e1', [], [handoffOf(3)]), live, head(100)), ...messages)

describe('alarm monitor: what is drawn', () => {
  const cases: readonly [name: string, state: State][] = [
    ['80x24', busy(80, 24)],
    ['120x40', busy(120, 40)],
    ['80x24-detail', play(pinned(80, 24), {type: 'detail'})],
    ['120x40-detail', play(pinned(120, 40), {type: 'detail'})],
    ['80x24-help', play(busy(80, 24), {type: 'help'})],
    ['80x24-filter', play(busy(80, 24), {type: 'filter'}, {type: 'filter-text', text: 'power'})],
    ['80x24-offline', play(busy(80, 24), {type: 'ack'}, tick(31), fed(lost))],
    ['80x24-never-heard', play(opened(), fed(lost))],
    ['80x24-no-alarms', play(opened(), fed(snapshot([]), live), tick(2))],
    ['80x24-no-data', play(opened(), fed(snapshot([]), live), tick(16))],
    ['40x10', pinned(40, 10)],
    ['80x24-on-test', testing],
    ['80x24-lives', lives({type: 'detail'})],
    ['80x24-hidden', lives({type: 'list'}, {type: 'detail'})],
    ['80x24-unrouted', lives({type: 'list'}, {type: 'list'})],
    ['80x24-close', lives({type: 'step', step: 'down'}, {type: 'choose', verb: 'close'})],
    ['80x24-shelve', lives({type: 'choose', verb: 'shelve'})],
    ['80x24-dispatch', lives({type: 'type', verb: 'dispatch'}, {type: 'typed', text: 'car 7'})],
  ]
  test.each(cases)('%s', async (name, state) => {
    await expect(drawn(state)).toMatchFileSnapshot(golden(name))
  })

  test('in ASCII where the locale is not UTF-8', async () => {
    const ascii = {...look, marks: lookOf({LANG: 'C'}).marks}
    await expect(drawn(pinned(80, 24), ascii)).toMatchFileSnapshot(golden('80x24-ascii'))
  })

  test.each([
    [80, 24],
    [120, 40],
    [40, 10],
    [31, 7],
    [200, 54],
    [20, 3],
  ])('every line has the width of the terminal: %i×%i', (columns, rows) => {
    for (const state of [
      pinned(columns, rows),
      play(pinned(columns, rows), {type: 'detail'}),
      play(busy(columns, rows), {type: 'help'}),
    ]) {
      const lines = frame(state, look)
      expect(lines.length).toBeLessThanOrEqual(rows)
      expect(new Set(lines.map((line) => widthOf(line.map(({text}) => text).join(''))))).toEqual(new Set([columns]))
    }
  })

  test('no alarm is ever counted as none before the platform has spoken', () => {
    expect(drawn(opened())).not.toMatch(/\b0 (un-acked|acked|alarms)/)
  })
})

describe('alarm monitor: hostile device text', () => {
  const HOSTILE = [
    '\u001B[2J\u001B[H  !!P1 NEW forged',
    'x\n▶ !!P1 NEW     ACTIVE forged',
    'x\r\u0008\u0008\u0008forged',
    '\u001B]52;c;Zm9yZ2Vk\u0007\u001B]0;title\u0007',
    '\u009B2J\u009D0;title\u009C',
    '\u202Eforged\u202C \u2066x\u2069',
    'مبنى البنك 12 شارع',
    'e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301',
    '👩‍👩‍👧‍👦 🇨🇳 ⚠️ 1️⃣',
    'x\u2028y\u2029z\u0085w\tv',
  ]
  test.each(HOSTILE)('%j stays in its row and sends nothing to the terminal', (raw) => {
    const text = safeText(raw)
    const state = play(watching([alarmOf(1, {name: text, deviceName: text, text, zone: text})]), {type: 'detail'})
    const shown = drawn(state)
    const lines = shown.trimEnd().split('\n')
    expect(lines).toHaveLength(24)
    expect(shown).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/)
    expect(lines.filter((line) => /^. .{4} (NEW|acked)/.test(line))).toHaveLength(1)
    expect(lines[3]).toMatch(/^▶ {2}!P2 NEW {5}ACTIVE {4}1m /)
  })

  test('text that did not pass the sanitiser cannot forge a row either', () => {
    const raw = 'x\n▶ !!P1 NEW     ACTIVE forged' as ReturnType<typeof safeText>
    const lines = drawn(watching([alarmOf(1, {deviceName: raw})])).split('\n')
    expect(lines.filter((line) => line.startsWith('▶'))).toHaveLength(1)
  })

  test('the age of an alarm from the future is nought', () => {
    expect(drawn(watching([alarmOf(1, {raisedAt: NOON + 3_600_000})]))).toContain('ACTIVE    0s')
  })
})
