import {expect, onTestFinished, test} from 'vitest'
import type {Signal} from '../../../src/model/signal.ts'
import {serveReceiver} from '../../../src/panel/receiver.ts'
import {memorySequence} from '../../../src/panel/sequence.ts'
import type {SupervisionEvent} from '../../../src/panel/supervision/event.ts'
import type {RaisedEvent} from '../../../src/panel/supervision/raise.ts'
import {isHealthy, linesOf} from '../../../src/panel/supervision/report.ts'
import {type SuperviseOptions, supervise} from '../../../src/panel/supervision/supervise.ts'
import {manualClock, realClock} from '../../support/clock.ts'
import {frameOf, stamp} from '../../support/dc09.ts'
import {tcpWire, udpWire} from '../../support/panel-wire.ts'
import {until} from '../../support/wait.ts'

const NOW = Date.UTC(2026, 10, 23, 10, 20, 30)
const linkTest = (account: string, more = '') => frameOf(`"NULL"0000L0#${account}[]${more}`)

/** A supervisor on real ports, whose time moves when a test waits for an event. */
function supervising(change: Partial<SuperviseOptions> = {}) {
  const clock = manualClock(NOW)
  const stop = new AbortController()
  const events: (SupervisionEvent | RaisedEvent)[] = []
  const notices: string[] = []
  const up = Promise.withResolvers<{readonly port: number; readonly alternativePort?: number}>()
  const report = supervise(
    {
      host: '127.0.0.1',
      port: 0,
      accounts: ['1234', 'ABCD'],
      expected: [{path: 'primary', intervalMs: 1_000, graceMs: 100, reportingMs: 3_000}],
      clock,
      signal: stop.signal,
      ...change,
    },
    {ready: up.resolve, event: (event) => events.push(event), notice: (text) => notices.push(text)},
  )
  report.catch(up.reject)
  onTestFinished(() => stop.abort())
  const kinds = (account: string) =>
    events.flatMap((event) => (event.kind !== 'blind' && event.account === account ? [event.kind] : []))
  return {
    clock,
    events,
    notices,
    kinds,
    ready: up.promise,
    /** Time goes on until the condition holds. */
    playUntil: (condition: () => boolean) =>
      until(() => {
        if (condition()) return true
        clock.advance(100)
        return false
      }),
    end() {
      stop.abort()
      return report
    },
  }
}

test('supervise: a silent panel is late, then missing; its next message restores it, over TCP and over UDP', async () => {
  const watch = supervising()
  const {port} = await watch.ready
  await watch.playUntil(() => watch.kinds('1234').includes('missing') && watch.kinds('ABCD').includes('missing'))
  const [tcp, udp] = [await tcpWire(port), await udpWire(port)]
  tcp.send(linkTest('1234'))
  await tcp.answer()
  udp.send(frameOf('"SIA-DCS"0001L0#ABCD[#ABCD|Nri1/BA3]'))
  await udp.answer()
  expect([watch.kinds('1234'), watch.kinds('ABCD')]).toEqual([
    ['late', 'missing', 'restored'],
    ['late', 'missing', 'restored'],
  ])
  const report = await watch.end()
  expect(report).toMatchObject({
    accounts: 2,
    messages: 2,
    late: 2,
    missing: 2,
    restored: 2,
    missingNow: 0,
    neverHeard: 0,
  })
  expect(isHealthy(report)).toBe(false)
  expect(linesOf(report, NOW).map(({type, account, result}) => [type, account, result.state])).toEqual(
    report.paths.map(({account}) => ['supervision', account, 'on time']),
  )
})

test('supervise: a message with two events, and one that is repeated, are signs of life and no intervals of their own', async () => {
  const watch = supervising()
  const wire = await tcpWire((await watch.ready).port)
  const twice = frameOf('"SIA-DCS"0001L0#1234[#1234|Nri1/BA3/BA4]')
  wire.send(twice)
  await wire.answer()
  watch.clock.advance(400)
  wire.send(twice)
  await wire.answer()
  const {paths} = await watch.end()
  expect(paths.find(({account}) => account === '1234')).toMatchObject({messages: 2, interval: {n: 1, minMs: 400}})
})

test('supervise: an account that is not supervised is refused, and said once', async () => {
  const watch = supervising()
  const wire = await tcpWire((await watch.ready).port)
  wire.send(Buffer.concat([linkTest('9999'), linkTest('9999')]))
  expect([await wire.answer(), await wire.answer()].join('').match(/"NAK"/g)).toHaveLength(2)
  const report = await watch.end()
  expect(report).toMatchObject({messages: 0, refused: 2, neverHeard: 2})
  expect(watch.notices).toHaveLength(1)
  expect(watch.notices[0]).toMatch(/refused 9999: account: expected a known account/)
})

test("supervise: a panel's clock is compared with ours at every poll", async () => {
  const watch = supervising()
  const wire = await tcpWire((await watch.ready).port)
  for (const ahead of [-2_000, 3_000]) {
    wire.send(linkTest('1234', `_${stamp(NOW + ahead)}`))
    await wire.answer()
  }
  const {paths} = await watch.end()
  expect(paths.find(({account}) => account === '1234')?.clock).toMatchObject({n: 2, firstMs: -2_000, driftMs: 5_000})
})

test('supervise: paths are told apart by their port, or by a mark in the message', async () => {
  const watch = supervising({
    accounts: ['1234'],
    expected: [
      {path: 'primary', graceMs: 0, reportingMs: 3_000},
      {path: 'alternative', graceMs: 0, reportingMs: 6_000},
    ],
    alternativePort: 0,
    alternativeMark: '2',
  })
  const {port, alternativePort = 0} = await watch.ready
  expect(alternativePort).not.toBe(port)
  const [main, other] = [await tcpWire(port), await tcpWire(alternativePort)]
  main.send(Buffer.concat([linkTest('1234'), linkTest('1234', '[J2]'), linkTest('1234', '[J1]')]))
  for (const wire of [main, main, main]) await wire.answer()
  other.send(linkTest('1234'))
  await other.answer()
  const {paths} = await watch.end()
  expect(Object.fromEntries(paths.map(({path, messages}) => [path, messages]))).toEqual({primary: 2, alternative: 2})
})

test.each([
  [
    'contact-id',
    [
      ['350', 'new'],
      ['350', 'restore'],
    ],
  ],
  [
    'sia',
    [
      ['YC', 'new'],
      ['YK', 'restore'],
    ],
  ],
] as const)('supervise: a loss and its end are raised as %s at the centre, in their order', async (as, codes) => {
  const signals: Signal[] = []
  const centre = await serveReceiver({
    host: '127.0.0.1',
    port: 0,
    clock: realClock,
    accept: async (signal) => {
      signals.push(signal)
      return 'stored'
    },
  })
  onTestFinished(() => centre.close())
  const sequence = memorySequence(1)
  const raise = {host: '127.0.0.1', port: centre.port, as, sequenceOf: () => sequence, waitMs: 60_000}
  // The frames carry the time of the supervisor's clock, so that it is the centre's as well.
  const watch = supervising({
    accounts: ['1234'],
    raise,
    clock: realClock,
    expected: [{path: 'primary', graceMs: 0, reportingMs: 1_000}],
  })
  const wire = await tcpWire((await watch.ready).port)
  await until(() => watch.kinds('1234').includes('missing'))
  wire.send(linkTest('1234'))
  await wire.answer()
  await until(() => signals.length >= 2)
  const {raised} = await watch.end()
  expect(signals.slice(0, 2).map(({account, code, qualifier}) => [account, code, qualifier])).toEqual(
    codes.map((code) => ['1234', ...code]),
  )
  expect(raised?.failed).toBe(0)
  expect(raised?.acknowledged).toBeGreaterThanOrEqual(2)
})

test('supervise: what nobody takes is said and counted; the supervision goes on', async () => {
  const gone = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept: async () => 'stored'})
  await gone.close()
  const sequence = memorySequence(1)
  const raise = {host: '127.0.0.1', port: gone.port, as: 'sia', sequenceOf: () => sequence, waitMs: 60_000} as const
  const watch = supervising({accounts: ['1234'], raise})
  await watch.ready
  await watch.playUntil(() => watch.kinds('1234').includes('raised'))
  expect(watch.events.at(-1)).toMatchObject({kind: 'raised', code: 'YC', verdict: 'unreachable', tries: 5})
  const report = await watch.end()
  expect(report).toMatchObject({missing: 1, raised: {acknowledged: 0, failed: 1}})
  expect(isHealthy(report)).toBe(false)
})

test('supervise: a second port that is taken frees the first', async () => {
  const taken = await serveReceiver({host: '127.0.0.1', port: 0, clock: realClock, accept: async () => 'stored'})
  onTestFinished(() => taken.close())
  const watch = supervising({alternativePort: taken.port})
  await expect(watch.ready).rejects.toThrow('CW_PORT_IN_USE')
  await expect(watch.end()).rejects.toThrow('CW_PORT_IN_USE')
})
