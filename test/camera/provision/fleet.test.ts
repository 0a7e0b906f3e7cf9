import {describe, expect, test} from 'vitest'
import {loginGate} from '../../../src/camera/login-gate.ts'
import type {DesiredState} from '../../../src/camera/provision/desired.ts'
import {
  type ProvisionOptions,
  type ProvisionReport,
  type ProvisionTarget,
  provisionFleet,
} from '../../../src/camera/provision/fleet.ts'
import {safeName} from '../../../src/lib/safe-text.ts'
import {Secret} from '../../../src/lib/secret.ts'
import type {SimCamera} from '../../../src/sim/camera/camera.ts'
import {realClock} from '../../support/clock.ts'
import {collect} from '../../support/collect.ts'
import {keyOf, LOGIN, MemoryLedger, onvifCamera, onvifCameras} from '../../support/onvif-cameras.ts'
import {httpPeer, soapText} from '../../support/scripted-http.ts'

const WANTED: DesiredState = {ntp: ['10.0.0.1', 'ntp.example'], hostname: 'gate-{key}', name: '{name} 7'}
const DONE = ['GetSystemDateAndTime', 'GetScopes', 'GetNTP', 'GetHostname']

const targetOf = ({spec, xaddr}: SimCamera): ProvisionTarget => ({
  key: spec.key,
  name: safeName('Yard'),
  xaddr,
  credential: LOGIN,
})

function run(
  mode: 'plan' | 'apply',
  targets: readonly ProvisionTarget[],
  options: Partial<ProvisionOptions> = {},
  desired: DesiredState = WANTED,
): Promise<ProvisionReport[]> {
  return collect(
    provisionFleet(targets, desired, {
      mode,
      concurrency: 16,
      timeoutMs: 5_000,
      maxFail: Number.POSITIVE_INFINITY,
      ledger: new MemoryLedger(),
      gate: loginGate(realClock),
      clock: realClock,
      ...options,
    }),
  )
}

/** `updated`, `failed auth`: how each report ended. */
const ends = (reports: readonly ProvisionReport[]) =>
  reports.map(({result, cause}) => (cause ? `${result} ${cause}` : result))

describe('provisioning', () => {
  test('a plan says what would change and sends nothing but questions', async () => {
    const camera = await onvifCamera({key: 'cam-1'})
    const [report] = await run('plan', [targetOf(camera)])
    expect(report).toEqual({
      camera: 'cam-1',
      name: 'Yard',
      xaddr: camera.xaddr,
      result: 'differs',
      changes: [
        {field: 'name', from: 'Gate', to: 'Yard 7'},
        {field: 'ntp', from: null, to: '10.0.0.1 ntp.example'},
        {field: 'hostname', from: 'cam-cam-1', to: 'gate-cam-1'},
      ],
      durationMs: expect.any(Number),
    })
    expect(new Set(camera.actions)).toEqual(new Set(DONE))
  })

  test.each(['token', 'digest', 'both'] as const)(
    'apply sets, reads back, and changes nothing the second time (%s)',
    async (kind) => {
      const camera = await onvifCamera({key: keyOf(kind)})
      const [first] = await run('apply', [targetOf(camera)])
      expect(first).toMatchObject({result: 'updated', changes: [{field: 'name'}, {field: 'ntp'}, {field: 'hostname'}]})
      expect([camera.name, camera.ntp.servers, camera.hostname]).toEqual([
        'Yard 7',
        ['10.0.0.1', 'ntp.example'],
        `gate-${camera.spec.key}`,
      ])
      const before = camera.actions.length
      expect(await run('apply', [targetOf(camera)])).toMatchObject([{result: 'unchanged', changes: []}])
      expect(camera.actions.slice(before).filter((action) => !action.startsWith('Get'))).toEqual([])
    },
  )

  test('only what is wanted is read and set', async () => {
    const camera = await onvifCamera({})
    await run('apply', [targetOf(camera)], {}, {ntp: ['10.0.0.1']})
    expect(new Set(camera.actions)).toEqual(new Set(['GetSystemDateAndTime', 'GetNTP', 'SetNTP']))
  })

  test('servers from DHCP are a difference, even when they are the same', async () => {
    const camera = await onvifCamera({})
    camera.ntp = {fromDhcp: true, servers: ['10.0.0.1']}
    expect(await run('apply', [targetOf(camera)], {}, {ntp: ['10.0.0.1']})).toMatchObject([{result: 'updated'}])
    expect(camera.ntp).toEqual({fromDhcp: false, servers: ['10.0.0.1']})
  })

  test('a camera that says OK and changes nothing has failed; what was read back before stays told', async () => {
    const camera = await onvifCamera({})
    Object.defineProperty(camera, 'hostname', {get: () => 'stubborn', set: () => {}})
    const [report] = await run('apply', [targetOf(camera)])
    expect(report).toMatchObject({
      result: 'failed',
      cause: 'read-back-mismatch',
      detail: expect.stringMatching(/^hostname: set gate-\S+, reads stubborn$/),
      changes: [{field: 'name'}, {field: 'ntp'}],
    })
  })

  test('a change whose answer was lost is read back, not sent again', async () => {
    let name = 'old'
    const peer = await httpPeer(({body}) => {
      const written = /<Name>([^<]*)<\/Name>/.exec(body)?.[1]
      if (written !== undefined) {
        name = written
        return {body: '<s:Envelope><s:Bo'}
      }
      if (body.includes('GetSystemDateAndTime'))
        return {
          body: soapText(
            '<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime><Date><Year>2026</Year><Month>1</Month><Day>1</Day></Date></UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>',
          ),
        }
      return {
        body: soapText(
          `<GetHostnameResponse><HostnameInformation><Name>${name}</Name></HostnameInformation></GetHostnameResponse>`,
        ),
      }
    })
    const target = {key: 'a', xaddr: peer.xaddr, credential: LOGIN}
    expect(ends(await run('apply', [target], {}, {hostname: 'new'}))).toEqual(['updated'])
    expect(peer.requests.filter(({body}) => body.includes('SetHostname'))).toHaveLength(1)
  })

  test('every camera is accounted for, each with its cause', async () => {
    const faults = ['refused', 'not-onvif', 'broken-xml', 'wrong-password', 'locked-out', 'clock-skew'] as const
    const cameras = await onvifCameras([{key: 'well'}, ...faults.map((fault) => ({key: fault, fault}))])
    const targets = [
      ...cameras.map(targetOf),
      {key: 'nowhere'},
      {key: 'not a host', xaddr: cameras[0]!.xaddr, credential: LOGIN},
    ]
    const reports = await run('apply', targets, {concurrency: 1}, {hostname: '{key}'})
    expect(Object.fromEntries(reports.map(({camera}, index) => [camera, ends(reports)[index]]))).toEqual({
      well: 'updated',
      refused: 'failed refused',
      'not-onvif': 'failed not-onvif',
      'broken-xml': 'failed malformed-xml',
      'wrong-password': 'failed auth',
      'locked-out': 'failed locked-out',
      'clock-skew': 'updated',
      nowhere: 'skipped no-address',
      'not a host': 'rejected',
    })
  })

  test('a wrong password touches three cameras of a hundred and locks none', async () => {
    const cameras = await onvifCameras(Array.from({length: 100}, (_, index) => ({key: `cam-${index}`})))
    const credential = {user: 'admin', password: new Secret('wrong')}
    const reports = await run(
      'apply',
      cameras.map((camera) => ({...targetOf(camera), credential})),
    )
    const counts = Map.groupBy(ends(reports), (end) => end)
    expect(Object.fromEntries([...counts].map(([end, list]) => [end, list.length]))).toEqual({
      'failed auth': 3,
      'not-attempted login-withheld': 97,
    })
    expect(cameras.map(({failedLogins}) => failedLogins).filter((count) => count > 0)).toEqual([1, 1, 1])
  })

  test('after so many failures the rest is not attempted', async () => {
    const cameras = await onvifCameras(Array.from({length: 10}, () => ({fault: 'not-onvif' as const})))
    const reports = await run('apply', cameras.map(targetOf), {concurrency: 1, maxFail: 2})
    expect(ends(reports)).toEqual([...Array(2).fill('failed not-onvif'), ...Array(8).fill('not-attempted')])
  })

  test('a run that is stopped gives each camera its result', async () => {
    const stop = new AbortController()
    const cameras = await onvifCameras([{}, {fault: 'silent'}, {}, {}])
    const reports: ProvisionReport[] = []
    for await (const report of provisionFleet(cameras.map(targetOf), WANTED, {
      mode: 'apply',
      concurrency: 1,
      timeoutMs: 3_600_000,
      maxFail: 9,
      ledger: new MemoryLedger(),
      gate: loginGate(realClock),
      clock: realClock,
      signal: stop.signal,
    })) {
      reports.push(report)
      stop.abort()
    }
    expect(ends(reports)).toEqual(['updated', 'failed cancelled', 'not-attempted cancelled', 'not-attempted cancelled'])
  })
})
