import {createServer, type Server, type Socket} from 'node:net'
import {expect, onTestFinished, test} from 'vitest'
import {knock, knocksBeside} from '../../src/camera/knock.ts'
import {loginGate} from '../../src/camera/login-gate.ts'
import {probeCamera, probeFleet} from '../../src/camera/probe.ts'
import type {ProbeOptions} from '../../src/camera/probe-options.ts'
import type {ProbeReport} from '../../src/model/probe.ts'
import {openBlackHole} from '../../src/sim/camera/black-hole.ts'
import {type ManualClock, manualClock} from '../support/clock.ts'
import {countingLedger} from '../support/ledger.ts'

const onLinux = process.platform === 'linux'
const NEVER = new AbortController().signal

const options = (clock: ManualClock): ProbeOptions => ({
  timeoutMs: 10_000,
  maxSkewMs: 30_000,
  warnSkewMs: 5_000,
  transport: 'auto',
  keepBytes: 0,
  ledger: countingLedger(),
  gate: loginGate(clock),
  clock,
})

/** Device service URLs where connecting neither succeeds nor fails. */
async function deadCameras(count: number): Promise<string[]> {
  const hosts = Array.from({length: count}, (_, index) => `127.23.0.${index + 1}`)
  const hole = await openBlackHole(hosts.map((host) => ({host, port: 0})))
  onTestFinished(() => hole.close())
  return hosts.map((host, index) => `http://${host}:${hole.ports[index]}/onvif/device_service`)
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/onvif/device_service`
}

/** A clock that says how many wait for it. */
function countedClock() {
  const clock = manualClock(1_000)
  let waiting = 0
  let told = () => {}
  return {
    clock: {
      ...clock,
      sleep: (ms: number, signal?: AbortSignal) => {
        waiting += 1
        told()
        return clock.sleep(ms, signal)
      },
    },
    async untilWaiting(count: number) {
      while (waiting < count) await new Promise<void>((resolve) => (told = resolve))
    },
  }
}

test.skipIf(!onLinux)(
  'nine dead cameras, two at a time: all wait at the same time, each its own limit once',
  async () => {
    const xaddrs = await deadCameras(9)
    const {clock, untilWaiting} = countedClock()
    const reports: ProbeReport[] = []
    const reading = (async () => {
      const targets = xaddrs.map((xaddr, index) => ({key: `C${index}`, xaddr}))
      for await (const {report} of probeFleet(targets, {...options(clock), concurrency: 2})) reports.push(report)
    })()
    await untilWaiting(2 * 2 + 7) // two probes with a limit for the connection and one for the answer, and seven knocks
    clock.advance(4_000)
    await reading
    expect(reports.map(({verdict, cause, durationMs, at}) => [verdict, cause, durationMs, at])).toEqual(
      Array(9).fill(['dead', 'timeout-connect', 4_000, 1_000]),
    )
    expect(reports.map(({camera}) => camera).toSorted()).toEqual(xaddrs.map((_, index) => `C${index}`))
  },
)

test.skipIf(!onLinux)('a dead camera is reported in the same words whether it was knocked at or probed', async () => {
  const [xaddr = ''] = await deadCameras(1)
  const {clock, untilWaiting} = countedClock()
  const both = Promise.all([
    knock({key: 'C1', xaddr}, options(clock), NEVER),
    probeCamera({key: 'C1', xaddr}, options(clock)),
  ])
  await untilWaiting(3)
  clock.advance(4_000)
  const [knocked, {report}] = await both
  expect(knocked).toEqual(report)
})

test('a knock at a camera that is there sends nothing and is over before it says so', async () => {
  let heard = 0
  const gone: Promise<unknown>[] = []
  const server = createServer((socket: Socket) => {
    gone.push(new Promise((resolve) => socket.once('close', resolve)))
    socket.on('data', (bytes) => (heard += bytes.length))
  })
  const xaddr = await listening(server)
  expect(await knock({key: 'C1', xaddr}, options(manualClock()), NEVER)).toBeUndefined()
  await new Promise((resolve) => (gone.length > 0 ? resolve(0) : server.once('connection', resolve)))
  await Promise.all(gone)
  expect([gone.length, heard]).toEqual([1, 0])
})

test('a refusal, a host name and a missing address are left to the checks', async () => {
  const server = createServer()
  const closed = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  for (const xaddr of [closed, 'http://camera.invalid/onvif/device_service', undefined]) {
    const target = {key: 'C1', ...(xaddr ? {xaddr} : {})}
    expect(await knock(target, options(manualClock()), NEVER)).toBeUndefined()
  }
})

test.skipIf(!onLinux)('a knock that is called off ends at once and reports nothing', async () => {
  const [xaddr = ''] = await deadCameras(1)
  const stop = new AbortController()
  const knocking = knock({key: 'C1', xaddr}, options(manualClock()), stop.signal)
  stop.abort()
  expect(await knocking).toBeUndefined()
})

test('the connections ahead are bounded, however many cameras are probed at a time', () => {
  expect([1, 4, 64, 4096].map(knocksBeside)).toEqual([16, 64, 768, 768])
})
