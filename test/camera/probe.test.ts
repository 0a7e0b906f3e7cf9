import {afterEach, expect, test} from 'vitest'
import {probeCamera, probeFleet} from '../../src/camera/probe.ts'
import type {ProbeOptions, ProbeTarget} from '../../src/camera/probe-options.ts'
import {Secret} from '../../src/lib/secret.ts'
import type {ProbeReport} from '../../src/model/probe.ts'
import {selfSigned} from '../../src/net/self-signed.ts'
import {trusting} from '../../src/net/trust.ts'
import type {CameraSpec} from '../../src/sim/camera/camera.ts'
import {type Fleet, startFleet} from '../../src/sim/camera/fleet.ts'
import type {StreamSpec} from '../../src/sim/camera/media/stream-spec.ts'
import {FAULTS, type FaultName} from '../../src/sim/faults.ts'
import {realClock} from '../support/clock.ts'
import {countingLedger} from '../support/ledger.ts'
import {probeOptions} from '../support/probe.ts'

const credential = {user: 'admin', password: new Secret('canary & <test> "密码"')}
const NAMES = Object.keys(FAULTS) as FaultName[]
const fleets: Fleet[] = []

afterEach(async () => {
  for (const fleet of fleets.splice(0)) await fleet.close()
})

const spec = (index: number, fault?: FaultName): CameraSpec => ({
  key: `C${index}`,
  name: `Camera ${index}`,
  address: `127.22.${Math.floor(index / 250)}.${(index % 250) + 1}`,
  httpPort: 0,
  rtspPort: 0,
  credential,
  firmware: '1.10',
  ...(fault ? {fault} : {}),
})

async function fleetOf(...faults: (FaultName | undefined)[]): Promise<Fleet> {
  const fleet = await startFleet(
    faults.map((fault, index) => spec(index, fault)),
    {clock: realClock},
  )
  fleets.push(fleet)
  return fleet
}

const targetsOf = (fleet: Fleet, login = credential): ProbeTarget[] =>
  fleet.cameras.map(({spec: {key}, xaddr}) => ({key, xaddr, credential: login}))

async function probeAll(
  targets: readonly ProbeTarget[],
  more: Partial<ProbeOptions> = {},
  concurrency = 64,
): Promise<ProbeReport[]> {
  const reports: ProbeReport[] = []
  for await (const {report} of probeFleet(targets, {...probeOptions(more), concurrency})) reports.push(report)
  return reports.toSorted((a, b) => Number(a.camera.slice(1)) - Number(b.camera.slice(1)))
}

test('a healthy camera: every check passes, facts arrive as they were sent', async () => {
  const fleet = await fleetOf(undefined)
  const [target] = targetsOf(fleet)
  const {report} = await probeCamera(target!, probeOptions())
  expect(report.checks.map(({name, status}) => `${name} ${status}`)).toEqual([
    'reach ok',
    'clock ok',
    'identity ok',
    'profile ok',
    'rtsp ok',
    'media ok',
  ])
  expect(report).toMatchObject({
    camera: 'C0',
    verdict: 'healthy',
    identity: {firmware: '1.10'},
    stream: {transport: 'tcp', lost: 0},
  })
  expect(report.cause).toBeUndefined()
})

test.skipIf(process.platform !== 'linux')(
  'every sickness is reported with its verdict and cause, side by side with healthy cameras',
  async () => {
    const faults = NAMES.flatMap((name) => [name, undefined])
    const reports = await probeAll(targetsOf(await fleetOf(...faults)))
    const said = reports.map(({verdict, cause}) => `${verdict} ${cause ?? ''}`)
    expect(said).toEqual(faults.map((name) => (name ? `${FAULTS[name].verdict} ${FAULTS[name].cause}` : 'healthy ')))
  },
  60_000,
)

const streamOf = (index: number, stream: StreamSpec): CameraSpec => ({...spec(index), stream})

async function fleetWith(...streams: StreamSpec[]): Promise<Fleet> {
  const fleet = await startFleet(
    streams.map((stream, index) => streamOf(index, stream)),
    {clock: realClock},
  )
  fleets.push(fleet)
  return fleet
}

test('streams as declared are healthy, in every codec and with their sound; of others it is named what differs', async () => {
  const streams: StreamSpec[] = [
    {codec: 'H265', audio: 'PCMA'},
    {codec: 'JPEG'},
    {codec: 'H264', audio: 'AAC'},
    {fault: 'wrong-sdp'},
    {fault: 'slow', codec: 'H265'},
    {fault: 'stops'},
  ]
  const all = await probeAll(targetsOf(await fleetWith(...streams)), {measureMs: 6_000})
  const good = all.slice(0, 3)
  expect(good.map(({verdict, stream}) => [verdict, stream?.codec, stream?.width, stream?.height])).toEqual([
    ['healthy', 'H265', 1280, 720],
    ['healthy', 'JPEG', 1280, 720],
    ['healthy', 'H264', 1280, 720],
  ])
  expect(good.map(({stream}) => [stream?.measured?.frameRate, stream?.audio?.codec, stream?.differences])).toEqual([
    [25, 'PCMA', undefined],
    [25, undefined, undefined],
    [25, 'MPEG4-GENERIC', undefined],
  ])
  const reports = all.slice(3)
  const detailOf = ({checks}: ProbeReport) => checks.find(({name}) => name === 'media')?.detail
  expect(reports.map((report) => [report.verdict, report.cause, detailOf(report)])).toEqual([
    ['impaired', 'stream-mismatch', 'size 640×360 declared (sdp), 1280×720 measured'],
    [
      'impaired',
      'stream-mismatch',
      'frame-rate 25/s declared (onvif), 12.5/s measured; frame-rate 25/s declared (sdp), 12.5/s measured',
    ],
    ['sick', 'no-frames', expect.stringMatching(/^pictures for \d{4} ms, then none for \d{4} ms$/)],
  ])
  expect(reports[0]?.stream?.differences).toEqual([
    {what: 'size', by: 'sdp', declared: '640×360', measured: '1280×720'},
  ])
  expect(reports[2]?.stream?.measured?.frameRate).toBe(25)
})

test('a stream in TLS is trusted by its certificate or not at all', async () => {
  const tls = selfSigned(['127.22.0.1'], Date.now())
  const targets = targetsOf(await fleetWith({tls}))
  const [stranger] = await probeAll(targets)
  expect([stranger?.verdict, stranger?.cause, stranger?.checks.find(({status}) => status === 'fail')?.name]).toEqual([
    'sick',
    'tls-untrusted',
    'rtsp',
  ])
  const [known] = await probeAll(targets, {trust: trusting(tls.cert)!})
  expect([known?.verdict, known?.stream?.secure]).toEqual(['healthy', true])
})

test('a check that was not made is skipped, never ok', async () => {
  const [report] = await probeAll(targetsOf(await fleetOf('not-onvif')))
  expect(report?.checks.map(({status}) => status)).toEqual([
    'fail',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
    'skipped',
  ])
})

test('a camera without address, or without a login, is unknown, not dead and not healthy', async () => {
  const fleet = await fleetOf(undefined)
  const [target] = targetsOf(fleet)
  const reports = await probeAll([{key: 'C0'}, {key: 'C1', xaddr: target!.xaddr!}])
  expect(reports.map(({verdict, cause}) => [verdict, cause])).toEqual([
    ['unknown', 'no-address'],
    ['unknown', 'no-credential'],
  ])
})

test('a wrong password on 300 cameras touches three of them, each once, and locks none', async () => {
  const fleet = await fleetOf(...Array<undefined>(300).fill(undefined))
  const ledger = countingLedger()
  const reports = await probeAll(targetsOf(fleet, {user: 'admin', password: new Secret('wrong')}), {ledger})
  expect(fleet.cameras.reduce((sum, {failedLogins}) => sum + failedLogins, 0)).toBe(3)
  expect(Math.max(...fleet.cameras.map(({failedLogins}) => failedLogins))).toBe(1)
  expect(reports.filter(({cause}) => cause === 'auth')).toHaveLength(3)
  expect(reports.filter(({cause}) => cause === 'login-withheld')).toHaveLength(297)
})

test('every login is written down before it is made: at ONVIF and again at RTSP', async () => {
  const fleet = await fleetOf(undefined)
  const ledger = countingLedger()
  expect((await probeAll(targetsOf(fleet), {ledger}))[0]?.verdict).toBe('healthy')
  expect([...ledger.tried.values()]).toEqual([2])
})

test('a second run with the same wrong password does not touch the camera again', async () => {
  const fleet = await fleetOf(undefined)
  const ledger = countingLedger()
  const wrong = targetsOf(fleet, {user: 'admin', password: new Secret('wrong')})
  expect((await probeAll(wrong, {ledger}))[0]?.cause).toBe('auth')
  expect((await probeAll(wrong, {ledger}))[0]?.cause).toBe('login-withheld')
  expect(fleet.cameras[0]?.failedLogins).toBe(1)
})

test('a run that is stopped reports what is in flight as cancelled and starts nothing new', async () => {
  const fleet = await fleetOf('silent', 'silent', 'silent')
  const stop = new AbortController()
  const reports = probeAll(targetsOf(fleet), {signal: stop.signal, timeoutMs: 60_000}, 2)
  setImmediate(() => stop.abort())
  const seen = await reports
  expect(seen.length).toBeLessThanOrEqual(2)
  for (const {verdict, cause} of seen) expect([verdict, cause]).toEqual(['unknown', 'cancelled'])
})

test('no report, whatever happened, contains the password', async () => {
  const reports = await probeAll(targetsOf(await fleetOf(...NAMES.filter((name) => name !== 'dead'))), {
    timeoutMs: 2_000,
  })
  expect(JSON.stringify(reports)).not.toContain('canary')
})
