import {readFileSync} from 'node:fs'
import {expect, test} from 'vitest'
import {factsOf} from '../../src/camera/facts.ts'
import {loginGate} from '../../src/camera/login-gate.ts'
import {type VisitOptions, visitFleet} from '../../src/camera/visit.ts'
import {type MediaReport, mediaOf} from '../../src/cli/camera-media.ts'
import {type Snapshot, snapshotOf} from '../../src/cli/camera-snapshot.ts'
import {Secret} from '../../src/lib/secret.ts'
import type {CameraSpec} from '../../src/sim/camera/camera.ts'
import {realClock} from '../support/clock.ts'
import {causeOf} from '../support/device-failure.ts'
import {countingLedger} from '../support/ledger.ts'
import {isInstalled} from '../support/media-tool.ts'
import {LOGIN, sessionWith} from '../support/onvif-cameras.ts'
import {PROBE_LOGIN, probeFleetOf, targetsOf} from '../support/probe.ts'
import {httpPeer} from '../support/scripted-http.ts'
import {tempFolder} from '../support/temp-folder.ts'

const options = (more: Partial<VisitOptions> = {}): VisitOptions => ({
  timeoutMs: 10_000,
  concurrency: 16,
  ledger: countingLedger(),
  gate: loginGate(realClock),
  clock: realClock,
  signal: new AbortController().signal,
  ...more,
})

async function visitAll<R>(
  work: Parameters<typeof visitFleet<R>>[2],
  specs: readonly Partial<CameraSpec>[],
  login = PROBE_LOGIN,
  more: Partial<VisitOptions> = {},
) {
  const fleet = await probeFleetOf(...specs)
  const visited = []
  for await (const one of visitFleet(targetsOf(fleet, login), options(more), work)) visited.push(one)
  return {visited: visited.toSorted((a, b) => Number(a.camera.slice(1)) - Number(b.camera.slice(1))), fleet}
}

test('camera show: facts as the camera spells them; foreign addresses beside those that are used', async () => {
  const {visited} = await visitAll(factsOf, [{firmware: '1.10', model: '007', fault: 'xaddr-foreign'}])
  const facts = visited[0]?.result
  expect(facts).toMatchObject({
    identity: {firmware: '1.10', model: '007'},
    name: 'Camera 0',
    missing: [],
    profiles: [
      {token: 'profile_1', stream: {foreign: true, advertised: expect.stringContaining('192.168.1.64')}},
      {token: 'profile_2', snapshot: {foreign: true, advertised: expect.stringContaining('192.168.1.64')}},
    ],
  })
  expect(facts?.profiles[0]?.stream?.uri).not.toContain('192.168.1.64')
})

test('camera show: a part that is not told is named, and the rest is there', async () => {
  const {visited} = await visitAll(factsOf, [{fault: 'no-profile'}, {fault: 'not-onvif'}])
  expect(visited[0]?.result).toMatchObject({profiles: [], identity: {model: 'SIM-1'}})
  expect([visited[1]?.result, visited[1]?.cause]).toEqual([undefined, 'not-onvif'])
})

test('visits: a wrong password on 30 cameras touches three of them, each once', async () => {
  const wrong = {user: 'admin', password: new Secret('wrong')}
  const {visited, fleet} = await visitAll(factsOf, Array<object>(30).fill({}), wrong)
  expect(fleet.cameras.map(({failedLogins}) => failedLogins).filter((count) => count > 0)).toEqual([1, 1, 1])
  expect(visited.filter(({cause}) => cause === 'login-withheld')).toHaveLength(27)
})

const snapshot = (folder: string) => (host: Parameters<typeof snapshotOf>[0]) =>
  snapshotOf(host, {folder, keyFrame: true}, options())

test('camera snapshot: the picture lies in a file of its owner, also behind NAT', async () => {
  const folder = tempFolder()
  const {visited} = await visitAll<Snapshot>(snapshot(folder), [{}, {fault: 'xaddr-foreign'}])
  expect(visited.map(({result}) => [result?.from, result?.foreign])).toEqual([
    ['snapshot', false],
    ['snapshot', true],
  ])
  for (const {result} of visited) expect(readFileSync(result!.file).subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
})

const CHALLENGE = 'Digest realm="r", nonce="n", qop="auth"'
const uriIn = (path: string) => `http://192.0.2.1${path}`

test.each([
  [404, {}, 'unsupported-op'],
  [403, {}, 'not-permitted'],
  [302, {location: 'http://127.0.0.1:1/elsewhere'}, 'unsupported-op'],
  [401, {'www-authenticate': 'Basic realm="r"'}, 'auth'],
  [401, {'www-authenticate': CHALLENGE}, 'auth'],
] as const)('picture by HTTP: status %i %j is %s', async (status, headers, cause) => {
  const peer = await httpPeer(() => ({status, headers, body: ''}))
  expect(await causeOf(sessionWith(peer).fetch(uriIn('/a.jpg')))).toBe(cause)
  expect(peer.requests.map(({path}) => path)).toEqual(
    status === 401 && 'www-authenticate' in headers && headers['www-authenticate'] === CHALLENGE
      ? ['/a.jpg', '/a.jpg']
      : ['/a.jpg'],
  )
  for (const {headers: sent} of peer.requests) expect(sent.authorization ?? '').not.toMatch(/^Basic/)
})

test('picture by HTTP: a nonce that is too old is no failed login', async () => {
  const peer = await httpPeer(({headers}, index) =>
    headers.authorization && index > 1
      ? {body: 'x'}
      : {
          status: 401,
          headers: {'www-authenticate': `Digest realm="r", nonce="n${index}", stale=${index > 0}`},
          body: '',
        },
  )
  const ledger = countingLedger()
  await sessionWith(peer, {ledger, credential: LOGIN}).fetch(uriIn('/a.jpg'))
  expect([peer.requests.length, ledger.failures.size]).toEqual([3, 0])
})

test.skipIf(!isInstalled('ffprobe'))(
  'camera media: every profile measured; ffprobe sees the same',
  async () => {
    const work = (host: Parameters<typeof mediaOf>[0]) =>
      mediaOf(host, {measureMs: 1_000, transport: 'auto'}, options())
    const {visited} = await visitAll<MediaReport[]>(
      work,
      [{}, {stream: {codec: 'H265'}}, {fault: 'no-frames'}],
      PROBE_LOGIN,
    )
    const seen = visited.map(({result}) => result?.map(({agrees, cause, stream}) => [stream?.codec, agrees, cause]))
    expect(seen).toEqual([
      [
        ['H264', true, undefined],
        ['H264', true, undefined],
      ],
      [
        ['H265', true, undefined],
        ['H265', true, undefined],
      ],
      [
        [undefined, undefined, 'no-frames'],
        [undefined, undefined, 'no-frames'],
      ],
    ])
  },
  60_000,
)
