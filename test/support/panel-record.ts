/** Records of panel tests as other runs would have left them: fixed times, so that a report of them is a golden file. */
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {tempFolder} from './temp-folder.ts'

/** 2026-07-14 09:00:00 UTC */
export const BEGAN = Date.UTC(2026, 6, 14, 9)

type Line = Readonly<Record<string, unknown>>

/** The file's path; its name is the same in every test. */
export function recordOf(lines: readonly (Line | string)[], name = 'shop.jsonl'): string {
  const path = join(tempFolder(), name)
  writeFileSync(path, lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`)).join(''))
  return path
}

const head = (account: string, seconds: number) => ({at: BEGAN + seconds * 1_000, account})

export const run = (account: string, seconds: number, more: Line = {}): Line => ({
  type: 'run',
  ...head(account, seconds),
  test: 'suite',
  by: 'li.wei',
  tool: '0.1.0',
  receiver: '127.0.0.1:8031',
  transport: 'tcp',
  key: null,
  ...more,
})

const rule = (number: string, name: string, verdict: string, more: Line = {}): Line => ({
  rule: number,
  name,
  sends: `a message with ${name}`,
  expected: 'silence or NAK, never ACK',
  verdict,
  detail: verdict === 'pass' ? 'NAK' : 'ACK',
  written: [],
  seen: [],
  open: false,
  ...more,
})

const RULES: readonly Line[] = [
  rule('1', 'bad CRC', 'pass'),
  rule('18', 'encrypted, no time', 'not judged', {detail: 'needs a key'}),
]

export const suite = (account: string, seconds: number, rules: readonly Line[] = RULES, more: Line = {}): Line => ({
  type: 'suite',
  ...head(account, seconds),
  report: {
    receiver: '127.0.0.1:8031',
    transport: 'tcp',
    account,
    unknownAccount: 'FEEDFACE0BAD',
    keyedAccount: null,
    key: null,
    codes: ['RP', 'QQ'],
    clockOffsetMs: -3_200,
    perMessage: false,
    trial: ['\\n0A12"NAK"0000R0L0A0[]_09:00:00,07-14-2026\\r'],
    silent: false,
    latenciesMs: [2, 3, 2, 40, 3],
    unacknowledged: 1,
    rules,
    ...more,
  },
})

export const unreached = (account: string, seconds: number): Line => ({
  type: 'unreached',
  ...head(account, seconds),
  receiver: '127.0.0.1:8031',
  transport: 'tcp',
  key: null,
  code: 'CW_UNREACHABLE',
  detail: 'ECONNREFUSED',
})

/** What a device or a file would like to have run, shown or broken. */
export const HOSTILE = `<script>alert(1)</script> "quoted" 'single' & | \` *bold* [link](javascript:1) \u202E\u001B[31m =1+1`

/** Four panels: all kinds of lines, every outcome, and texts that want out of their place. */
export const FOUR_PANELS: readonly (Line | string)[] = [
  {
    type: 'panel',
    ...head('1234', 0),
    name: HOSTILE,
    site: 'Main street',
    address: '1 Main street',
    maker: 'Acme',
    model: 'X1',
    firmware: '1.10',
  },
  {type: 'override', ...head('1234', 0), by: 'li.wei', receiver: '127.0.0.1:8031'},
  run('1234', 1, {key: '0a1b2c3d'}),
  suite(
    '1234',
    9,
    [
      ...RULES,
      rule('2', 'wrong length', 'fail', {written: [`\\n0A12${HOSTILE}\\r`, '`` ticks'], seen: ['\\nACK\\r']}),
      rule('A1', 'answers are frames', 'differs', {detail: HOSTILE, knownAs: 'a named product'}),
      rule('G1', 'link test', 'note', {detail: 'DUH'}),
    ],
    {keyedAccount: '1234', key: '0a1b2c3d'},
  ),
  run('5678', 10, {test: 'walk', guard: 'none', receiver: '0.0.0.0:8031'}),
  {
    type: 'checklist',
    ...head('5678', 10),
    source: 'zones.csv',
    points: [
      {key: '5678/1/3', name: 'Back door', partition: '1', zone: '3', code: 'BA'},
      {key: '5678/1/4', name: '大厅', partition: '1', zone: '4'},
    ],
  },
  {
    type: 'heard',
    ...head('5678', 20),
    n: 1,
    signal: {account: '5678', scheme: 'sia', code: 'BA', qualifier: 'new', partition: '1', zone: '3', raw: 'Nri1/BA3'},
  },
  {type: 'answered', ...head('5678', 20), n: 1, ackMs: 4},
  {
    type: 'heard',
    ...head('5678', 25),
    n: 2,
    signal: {
      account: '5678',
      scheme: 'sia',
      code: 'BR',
      qualifier: 'restore',
      partition: '1',
      zone: '3',
      raw: 'Nri1/BR3',
    },
  },
  {type: 'skip', ...head('5678', 30), key: '5678/1/4', by: 'li.wei', text: 'ladder missing'},
  {type: 'end', ...head('5678', 31), how: 'finished'},
  run('9ABC', 32),
  unreached('9ABC', 33),
  {type: 'of-the-future', ...head('9ABC', 33), what: 'nobody knows'},
  run('DEF0', 34, {test: 'supervision'}),
  {
    type: 'supervision',
    ...head('DEF0', 90),
    class: 'DP4',
    expected: {path: 'primary', reportingMs: 90_000, intervalMs: 20_000, graceMs: 2_000},
    watchedMs: 56_000,
    blindMs: 0,
    result: {
      account: 'DEF0',
      path: 'primary',
      state: 'on time',
      messages: 3,
      interval: {n: 2, minMs: 19_900, medianMs: 20_000, p99Ms: 20_100, maxMs: 20_100, jitterMs: 200},
      missedPolls: 0,
      longestGapMs: 20_100,
      late: 0,
      missing: 0,
      falseAlarms: 0,
    },
  },
  run('DEF0', 91),
  suite('DEF0', 99),
  '{"type":"run","at":17',
]
