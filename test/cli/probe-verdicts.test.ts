/** What `camera probe --report` tells a platform: faults become alarms after two probes, and end after two. */
import {expect, test} from 'vitest'
import {reportVerdicts, requireInventoried} from '../../src/cli/probe-verdicts.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {ProbeReport} from '../../src/model/probe.ts'
import {gate} from '../support/cameras.ts'
import {testPlatform} from '../support/platform.ts'

function report(changes: Partial<ProbeReport> = {}): ProbeReport {
  const detail = safeText('no connection within 4000 ms')
  return {
    camera: gate.key,
    verdict: 'dead',
    cause: 'timeout-connect',
    checks: [{name: 'reach', status: 'fail', cause: 'timeout-connect', detail, durationMs: 4_000}],
    at: 1_000,
    durationMs: 4_000,
    ...changes,
  }
}

const well = (at: number) => {
  const {cause: _none, ...rest} = report({verdict: 'healthy', checks: [], at})
  return rest
}

async function withCameras(count: number) {
  const running = await testPlatform()
  const devices = Array.from({length: count}, (_, index) => ({...gate, key: `cam-${index + 1}`}))
  await running.client.putDevices({devices})
  return running
}

test('two rounds of probes: one alarm with the cause in words; two good rounds: restored; nothing in between', async () => {
  const {client} = await withCameras(1)
  const heads: number[] = []
  for (const round of [report(), report(), report({at: 2_000}), report({at: 3_000}), well(4_000), well(5_000)]) {
    expect(await reportVerdicts(client, [round])).toBe(1)
    heads.push((await client.status()).head)
  }
  expect(heads).toEqual([0, 0, 1, 1, 1, 2])
  const alarms = []
  for await (const alarm of client.alarms()) alarms.push(alarm)
  expect(alarms).toMatchObject([
    {
      device: 'cam-1',
      condition: 'restored',
      text: 'dead: timeout-connect: no connection within 4000 ms',
      code: '6',
      name: 'Camera does not work',
      count: 1,
    },
  ])
})

test('a camera that has left the inventory does not keep the others from being told', async () => {
  const {client} = await withCameras(3)
  const round = (at: number) => ['cam-1', 'gone', 'cam-2', 'cam-3'].map((camera) => report({camera, at}))
  expect(await reportVerdicts(client, round(1_000))).toBe(3)
  expect(await reportVerdicts(client, round(2_000))).toBe(3)
  expect((await client.status()).alarms.new).toBe(3)
})

test('a verdict that is none is refused by name', async () => {
  const {client} = await withCameras(1)
  const event = {specversion: '1.0', source: '/x', id: '1', type: 'org.citywatch.probe'} as const
  await expect(client.sendEvents({...event, data: {camera: 'cam-1', verdict: 'fine', at: 1}})).rejects.toMatchObject({
    code: 'CW_BAD_VALUE',
    params: {field: 'data.verdict'},
  })
  await expect(client.sendEvents({...event, data: {camera: 'cam-9', verdict: 'dead', at: 1}})).rejects.toMatchObject({
    params: {field: 'data.camera', value: '"cam-9"'},
  })
})

test('targets that are no cameras of the inventory cannot be reported on', () => {
  expect(() => requireInventoried([{key: 'cam-1', name: gate.name}])).not.toThrow()
  expect(() => requireInventoried([{key: '10.0.0.5', xaddr: 'http://10.0.0.5/'}])).toThrow('--report needs cameras')
})
