/** A walk test as a technician runs it: the real binary, killed in the middle, and finished. */
import {readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {parseEvent} from '../../src/panel/event.ts'
import {frameBytes} from '../../src/panel/message.ts'
import type {WalkReport} from '../../src/panel/walk/report.ts'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'
import {tcpWire} from '../support/panel-wire.ts'

const ZONES = Array.from({length: 6}, (_, index) => `1234,1,${index + 1},Detector ${index + 1},BA`)
const home = newHome()
const zonesFile = join(home.folder, 'zones.csv')
const run = (...args: string[]) => citywatch(home, args)
const walk = (...args: string[]) => start(home, ['panel', 'walktest', '--jsonl', ...args])

interface Line {
  readonly what?: string
  readonly key?: string
  readonly text?: string
  readonly report?: WalkReport
}

/** The report of a walk that ends by itself. */
async function reportOf(running: Running): Promise<WalkReport> {
  const {report} = JSON.parse(await running.line((line) => line.startsWith('{"report"'))) as Line
  return report!
}

const ticked = (running: Running, what: string, zone: number) =>
  running.line((line) => {
    const tick = JSON.parse(line) as Line
    return tick.what === what && tick.key === `1234/1/${zone}`
  })

beforeAll(() => writeFileSync(zonesFile, `account,partition,zone,name,code\n${ZONES.join('\n')}\n`))

describe('with a receiver of its own', () => {
  const send = async (running: Running, ...messages: readonly (readonly [seq: number, event: string])[]) => {
    const port = /127\.0\.0\.1:(\d+)/.exec(await running.line((line) => line.includes('NOBODY IS ON TEST')))?.[1]
    const panel = await tcpWire(Number(port))
    for (const [seq, event] of messages) {
      panel.send(frameBytes(parseEvent(event), {account: '1234'}, seq, Date.now()))
      expect(await panel.answer()).toContain(`"ACK"000${seq}`)
    }
    panel.destroy()
  }
  const args = ['--listen', '0', '--zones', zonesFile]

  test('killed in the middle it goes on where it was: no zone lost, none doubled', async () => {
    const first = walk(...args)
    await send(first, [1, 'BA zone 1 partition 1'], [2, 'BA restore zone 1 partition 1'], [3, 'BA zone 2 partition 1'])
    await first.stop('SIGKILL')
    const second = walk(...args)
    // The acknowledgement of 3 might have been lost: the panel sends it again.
    await send(second, [3, 'BA zone 2 partition 1'], [4, 'BA restore zone 2 partition 1'])
    await second.stop('SIGKILL')
    const third = walk(...args, '--skip', '6=no ladder')
    await send(
      third,
      [5, 'BA zone 3 partition 1'],
      [6, 'BA restore zone 3 partition 1'],
      [7, 'BA zone 4 partition 1'],
      [8, 'BA restore zone 4 partition 1'],
      [9, 'BA zone 5 partition 1'],
    )
    await send(third, [1, 'BA restore zone 5 partition 1'])
    const report = await reportOf(third)
    expect(report.counts).toMatchObject({points: 6, passed: 5, skipped: 1, signals: 11, duplicates: 1, faults: 0})
    expect(report.points.map(({alarms}) => alarms)).toEqual([1, 1, 1, 1, 1, 0])
    expect((await third.ended).exitCode).toBe(3)
  })

  test('what is done stays done; --fresh begins anew and keeps the old record', async () => {
    const again = await run('panel', 'walktest', ...args, '--json')
    expect([again.exitCode, again.json<WalkReport>().complete]).toEqual([3, true])
    const fresh = await run('panel', 'walktest', ...args, '--json', '--fresh', '--timeout', '1s')
    expect(fresh.json<WalkReport>().counts).toMatchObject({passed: 0, notTested: 6})
  })

  test.each([
    [['--zones', 'none.csv', '--listen', '0'], 2, 'no such file'],
    [['--zones', zonesFile, '--listen', '0', '--account', 'ABCD'], 2, 'it has 1234'],
    [['--zones', zonesFile, '--listen', '0', '--skip', '1='], 2, 'never skipped without'],
    [['--zones', zonesFile, '--listen', '0', '--for', 'soon'], 2, '1h30m'],
    [['--zones', zonesFile, '--listen', '0', '--panic'], 2, '--panic'],
    [['--account', '1234', '--platform', 'http://127.0.0.1:1'], 5, 'no platform answers'],
  ])('%j is refused before anything begins', async (flags, exit, text) => {
    const {exitCode, stderr} = await run('panel', 'walktest', ...flags)
    expect([exitCode, stderr]).toEqual([exit, expect.stringContaining(text)])
  })
})

describe('with a platform', () => {
  let platform: Running
  let dc09 = ''
  const state = {...home, env: {...home.env, CITYWATCH_STATE_DIR: join(home.folder, 'tester')}}
  const send = async (...events: string[]) => {
    const {exitCode} = await run('panel', 'send', dc09, '--account', '1234', ...events)
    expect(exitCode).toBe(0)
  }
  const windows = async () => {
    const {url} = JSON.parse(platform.lines.find((line) => line.includes('url')) ?? '{}')
    const reply = await fetch(`${url}/v1/ontest?account=1234`)
    return ((await reply.json()) as {items: unknown[]}).items.length
  }

  beforeAll(async () => {
    platform = start(home, ['platform', 'serve', '--port', '0', '--dc09-port', '0', '--json'])
    const ready = JSON.parse(await platform.line((line) => line.includes('url')))
    dc09 = `127.0.0.1:${ready.dc09Port}`
    await run('context', 'add', 'test', ready.url)
    const panels = join(home.folder, 'panels.csv')
    writeFileSync(panels, 'key,name,account,kind\npanel-1,Harbour Street 4,1234,panel\n')
    expect((await run('site', 'import', panels, '--apply')).exitCode).toBe(0)
    expect((await run('site', 'import', zonesFile, '--kind', 'zone', '--apply')).exitCode).toBe(0)
  })
  afterAll(async () => void (await platform?.stop()))

  test('killed, it hears afterwards what came meanwhile, and ends the window that was left open', async () => {
    const first = start(state, ['panel', 'walktest', '--account', '1234', '--jsonl'])
    await first.line((line) => line.includes('"isOnTest":true'))
    await send('BA zone 1 partition 1', 'BA restore zone 1 partition 1', 'BA zone 2 partition 1')
    await ticked(first, 'alarm', 2)
    await first.stop('SIGKILL')
    expect(await windows()).toBe(1)
    await send('BA restore zone 2 partition 1', 'BA zone 3 partition 1', 'BA restore zone 3 partition 1')
    const second = start(state, ['panel', 'walktest', '--account', '1234', '--jsonl'])
    await second.note((line) => line.includes('was left open'))
    await send(...[4, 5, 6].flatMap((zone) => [`BA zone ${zone} partition 1`, `BA restore zone ${zone} partition 1`]))
    const report = await reportOf(second)
    const {exitCode} = await second.ended
    expect(report).toMatchObject({verdict: 'pass', counts: {passed: 6, signals: 12, duplicates: 0, faults: 0}})
    expect(report.points.map(({alarms}) => alarms)).toEqual([1, 1, 1, 1, 1, 1])
    expect([exitCode, await windows()]).toEqual([0, 0])
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s takes the account off test', async (signal, exit) => {
    const other = {...home, env: {...home.env, CITYWATCH_STATE_DIR: join(home.folder, signal)}}
    const running = start(other, ['panel', 'walktest', '--account', '1234', '--jsonl'])
    await running.line((line) => line.includes('"isOnTest":true'))
    const {exitCode} = await running.stop(signal)
    expect([exitCode, await windows()]).toEqual([exit, 0])
    const record = readFileSync(join(home.folder, signal, 'walk', '1234.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
    expect(JSON.parse(record.at(-1) ?? '')).toMatchObject({type: 'end', how: 'stopped'})
  })
})
