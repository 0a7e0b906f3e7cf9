import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {fleetExit} from '../../../src/cli/panel-test-fleet.ts'
import {safeText} from '../../../src/lib/safe-text.ts'
import {serveReceiver} from '../../../src/panel/receiver.ts'
import {appendTo} from '../../../src/panel/record/append.ts'
import {memorySequence} from '../../../src/panel/sequence.ts'
import {type FleetOptions, type FleetTarget, testFleet} from '../../../src/panel/suite/fleet.ts'
import {finishedIn} from '../../../src/panel/suite/fleet-record.ts'
import type {FleetRow} from '../../../src/panel/suite/fleet-row.ts'
import {tempFolder} from '../../support/temp-folder.ts'
import {clock} from './receivers.ts'

const target = (account: string, port: number): FleetTarget => ({
  account,
  host: '127.0.0.1',
  port,
  transport: 'tcp',
  panel: {name: safeText(`Panel ${account}`)},
})

async function rowsOf(targets: readonly FleetTarget[], change: Partial<FleetOptions> = {}) {
  const rows: FleetRow[] = []
  for await (const row of testFleet(targets, {
    unknownAccount: 'FEEDFACE0BAD',
    sequence: () => memorySequence(1),
    concurrency: 40,
    waitMs: 700,
    iKnow: false,
    by: safeText('li.wei'),
    tool: '0.1.0',
    finished: new Map(),
    clock,
    signal: new AbortController().signal,
    ...change,
  }))
    rows.push(row)
  return rows
}

async function receiverFor(knows: ReadonlySet<string>, close: (done: () => Promise<void>) => void): Promise<number> {
  const receiver = await serveReceiver({
    host: '127.0.0.1',
    port: 0,
    clock,
    knows: (account) => knows.has(account),
    accept: async () => 'stored',
  })
  close(() => receiver.close())
  return receiver.port
}

const outcomes = (rows: readonly FleetRow[]) => Object.fromEntries(rows.map(({account, outcome}) => [account, outcome]))

describe('fleet', () => {
  test('a row a panel, and the next run tests only what was not judged', async ({onTestFinished}) => {
    const known = new Set(['1234'])
    const port = await receiverFor(known, onTestFinished)
    const targets = [target('1234', port), target('5678', port), target('9ABC', 1)]
    const path = join(tempFolder(), 'city.jsonl')
    const record = await appendTo(path)
    const first = await rowsOf(targets, {record})
    await record.close()
    expect(outcomes(first)).toEqual({'1234': 'passed', '5678': 'incomplete', '9ABC': 'unreachable'})
    known.add('5678')
    const finished = await finishedIn(path)
    const again = await appendTo(path)
    const second = await rowsOf(targets, {record: again, finished})
    await again.close()
    expect(outcomes(second)).toEqual({'1234': 'passed', '5678': 'passed', '9ABC': 'unreachable'})
    expect(second.filter(({isResumed}) => isResumed).map(({account, name}) => [account, name])).toEqual([
      ['1234', 'Panel 1234'],
    ])
    const runs = readFileSync(path, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"type":"run"'))
    expect(runs.map((line) => JSON.parse(line).account)).toEqual(['1234', '5678', '9ABC', '5678', '9ABC'])
  })

  test('a panel that was cut short has no row and no result, only its beginning', async ({onTestFinished}) => {
    const port = await receiverFor(new Set(['1234', '5678']), onTestFinished)
    const path = join(tempFolder(), 'city.jsonl')
    const record = await appendTo(path)
    const stop = new AbortController()
    const rows: FleetRow[] = []
    const sequence = (account: string) => {
      if (account === '5678') stop.abort()
      return memorySequence(1)
    }
    rows.push(
      ...(await rowsOf([target('1234', port), target('5678', port)], {
        record,
        concurrency: 1,
        sequence,
        signal: stop.signal,
      })),
    )
    await record.close()
    expect(outcomes(rows)).toEqual({'1234': 'passed'})
    expect([...(await finishedIn(path)).values()].map(({account}) => account)).toEqual(['1234'])
    expect(fleetExit(rows, 2)).toBe(3)
  })

  test('nothing is sent when one of the receivers is not this machine', async () => {
    const targets = [target('1234', 1), {...target('5678', 1), host: '192.0.2.1'}]
    const sequence = () => {
      throw new Error('a number was asked for')
    }
    await expect(rowsOf(targets, {sequence})).rejects.toMatchObject({code: 'CW_DISPATCH_GUARD'})
  })
})

test.for([
  [['passed', 'passed'], 2, 0],
  [['passed', 'incomplete'], 2, 3],
  [['passed', 'unreachable'], 2, 3],
  [['unreachable', 'unreachable'], 2, 5],
  [['passed'], 2, 3],
  [[], 2, 3],
] as const)('exit status of %j of %i panels is %i', ([outcomesOfRun, panels, exit]) => {
  expect(
    fleetExit(
      outcomesOfRun.map((outcome) => ({outcome}) as FleetRow),
      panels,
    ),
  ).toBe(exit)
})
