/** Two platforms on one PostgreSQL know together whom they hear: either may hear a device, and one of them tells the log. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Panel} from '../../src/model/device.ts'
import {peerNodes, supervisionLog, watchedCamera} from '../support/peer-nodes.ts'
import {postgresMissing, testServer} from '../support/postgres.ts'
import {panel} from '../support/signals.ts'

const summary = async ({client}: {client: {status(): Promise<{supervision: unknown}>}}) =>
  (await client.status()).supervision
const counts = (alive: number, unheard: number, missing: number, unsupervised = 0) => ({
  ...{alive, unheard, missing, unsupervised, complete: true},
})

describe.skipIf(postgresMissing)(postgresMissing ?? 'platforms on one PostgreSQL', () => {
  const server = testServer()

  test('a device that one of them hears is alive at both, whichever tells the log; a silent one is told of once', async () => {
    const {start, pass, passUntilKnown} = await peerNodes(await server().database())
    const [a, b] = [await start(), await start()]
    await a.client.putDevices({devices: ['cam-a', 'cam-b', 'cam-none'].map((key) => watchedCamera(key))})
    await passUntilKnown(3, [a, b])
    for (let round = 0; round < 4; round++) {
      await a.client.heartbeats({cameras: ['cam-a']})
      await b.client.heartbeats({cameras: ['cam-b']})
      await pass(30_000)
    }
    expect([await summary(a), await summary(b)]).toEqual([counts(2, 0, 1), counts(2, 0, 1)])
    expect(await supervisionLog(b.client)).toEqual(['cam-none missing'])
    expect((await b.client.supervision()).items.map(({key}) => key)).toEqual(['cam-none'])
    await b.client.heartbeats({cameras: ['cam-none']})
    await pass(1_500)
    expect(await supervisionLog(a.client)).toEqual(['cam-none missing', 'cam-none restored'])
  })

  test('silence is seen within 1.5 s of its time, though the other platform heard the device last', async () => {
    const {start, pass, passUntil, passUntilKnown, now} = await peerNodes(await server().database())
    const [a, b] = [await start(), await start()]
    await a.client.putDevices({devices: [watchedCamera('cam-1')]})
    await passUntilKnown(1, [a, b])
    await pass(10_000)
    await b.client.heartbeats({cameras: ['cam-1']})
    const due = now() + 60_000
    await pass(59_000)
    expect(await supervisionLog(a.client)).toEqual([])
    await passUntil(async () => (await supervisionLog(a.client)).length > 0)
    expect(now()).toBeGreaterThanOrEqual(due)
    expect(now() - due).toBeLessThanOrEqual(1_500)
  })

  test('a sign of life in the last instant at the other platform is waited for', async () => {
    const {start, pass, passUntilKnown} = await peerNodes(await server().database())
    const [a, b] = [await start(), await start()]
    await a.client.putDevices({devices: [watchedCamera('cam-1')]})
    await passUntilKnown(1, [a, b])
    await b.client.heartbeats({cameras: ['cam-1']})
    for (let round = 0; round < 3; round++) {
      await pass(59_750)
      await b.client.heartbeats({cameras: ['cam-1']})
      await pass(250)
    }
    await pass(5_000)
    expect(await supervisionLog(a.client)).toEqual([])
  })

  test('what is changed in the inventory at one of them, the other goes by: added, moved, its time, its account', async () => {
    const {start, pass, passUntilKnown} = await peerNodes(await server().database())
    const [a, b] = [await start(), await start()]
    const twin: Panel = {...panel, key: 'twin', account: '5678'}
    const panels = [panel, twin].map((one) => ({...one, supervisionMs: 60_000}))
    await b.client.putDevices({devices: [watchedCamera('cam-1'), ...panels]})
    await passUntilKnown(3, [a])
    expect(await summary(a)).toEqual(counts(0, 3, 0))
    await b.client.putDevices({
      devices: [
        watchedCamera('cam-1', {supervisionMs: null}),
        watchedCamera('cam-2', {jurisdiction: '31.3101'}),
        {...panels[0]!, account: 'ABCD', name: safeText('moved')},
      ],
    })
    await passUntilKnown(1, [a], '31.3101')
    expect(await summary(a)).toEqual(counts(0, 3, 0, 1))
    expect(await a.client.heartbeats({panels: ['1234', 'ABCD', '5678'], cameras: ['cam-2']})).toEqual({
      ...{taken: 3, restored: 0, unsupervised: 0, unknown: 1},
    })
    await pass(65_000)
    expect((await supervisionLog(b.client)).toSorted()).toEqual(
      ['cam-2 missing', `${panel.key} missing`, 'twin missing'].toSorted(),
    )
    expect((await a.client.supervision({jurisdiction: '31.3101'})).items.map(({key}) => key)).toEqual(['cam-2'])
  })

  test('a page of a thousand changes goes over whole, and panels that swap their accounts stay known', async () => {
    const {start, passUntilKnown} = await peerNodes(await server().database())
    const [a, b] = [await start(), await start()]
    const many = Array.from(
      {length: 2_500},
      (_, index): Panel => ({
        ...{
          ...panel,
          key: `p-${String(index).padStart(5, '0')}`,
          account: String(10_000 + index),
          supervisionMs: 60_000,
        },
      }),
    )
    await b.client.putDevices({devices: many})
    await passUntilKnown(2_500, [a])
    const accounts = many.map(({account}) => account).toReversed()
    await b.client.putDevices({
      devices: many.map((one, index) => ({...one, jurisdiction: '31', account: accounts[index] ?? ''})),
    })
    await passUntilKnown(2_500, [a], '31')
    expect(await summary(a)).toEqual(counts(0, 2_500, 0))
    expect(await a.client.heartbeats({panels: many.map(({account}) => account)})).toMatchObject({
      taken: 2_500,
      unknown: 0,
    })
  })

  test('the one that leads closes: the other goes on where it was, and calls nobody missing or heard again', async () => {
    const {start, pass, passUntil, passUntilKnown, now} = await peerNodes(await server().database())
    const [a, b] = [await start(), await start()]
    const devices = ['cam-1', 'cam-2', 'cam-gone'].map((key) => watchedCamera(key))
    await a.client.putDevices({devices})
    await passUntilKnown(3, [a, b])
    await pass(50_000)
    await a.client.heartbeats({cameras: ['cam-1', 'cam-2']})
    await pass(15_000)
    expect(await supervisionLog(b.client)).toEqual(['cam-gone missing'])
    await a.client.heartbeats({cameras: ['cam-1']})
    await a.close()
    const closedAt = now()
    await passUntil(async () => (await supervisionLog(b.client)).length > 1)
    expect(await supervisionLog(b.client)).toEqual(['cam-gone missing', 'cam-2 missing'])
    expect(now() - closedAt).toBeLessThanOrEqual(45_000 + 2_500) // 15 s of its 60 had passed
    expect(await summary(b)).toEqual(counts(1, 0, 2))
  })

  test('a platform that started later shows and knows who was missing before, and takes that over', async () => {
    const {start, pass} = await peerNodes(await server().database())
    const a = await start()
    await a.client.putDevices({devices: ['cam-1', 'cam-2', 'cam-3'].map((key) => watchedCamera(key))})
    await pass(20_000)
    await a.client.heartbeats({cameras: ['cam-1', 'cam-2']})
    await pass(30_000)
    const b = await start()
    await pass(15_000) // cam-3 falls silent for a, while b has listened for 15 s alone
    expect(await summary(a)).toEqual(counts(2, 0, 1))
    await pass(10_000)
    expect(await summary(b)).toEqual(counts(0, 2, 1))
    await a.client.heartbeats({cameras: ['cam-1']})
    await a.close()
    await pass(10_000)
    expect(await supervisionLog(b.client)).toEqual(['cam-3 missing'])
    await b.client.heartbeats({cameras: ['cam-3']})
    await pass(2_000)
    expect(await supervisionLog(b.client)).toEqual(['cam-3 missing', 'cam-3 restored'])
  })
})
