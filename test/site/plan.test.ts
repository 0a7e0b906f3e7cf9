import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {CitywatchError} from '../../src/lib/errors.ts'
import {safeName, safeText} from '../../src/lib/safe-text.ts'
import type {Device} from '../../src/model/device.ts'
import {apply} from '../../src/site/apply.ts'
import type {Draft} from '../../src/site/draft.ts'
import {plan} from '../../src/site/plan.ts'
import {MemoryInventory} from '../support/memory-inventory.ts'

const camera = {
  kind: 'camera',
  key: 'c1',
  name: safeName('North gate'),
  site: 'city.east',
  jurisdiction: 'city.east',
  xaddr: 'http://10.0.0.5/onvif/device_service',
  position: {latitude: 1, longitude: 2},
  credential: 'env:CAMERA',
  extra: {memo: safeText('old'), keep: safeText('kept')},
} as const satisfies Device
const site = {
  kind: 'site',
  key: 'city.east',
  name: safeName('city / east'),
  jurisdiction: 'city.east',
} as const satisfies Device
const draft: Draft = {kind: 'camera', line: 2, key: 'c1', name: camera.name}

describe('plan: one row', () => {
  test('a new camera comes with its site, the site first', () => {
    expect(plan([{...draft, jurisdiction: 'city.east'}], [])).toEqual({
      changes: [
        {kind: 'create', after: site},
        {
          kind: 'create',
          after: {kind: 'camera', key: 'c1', name: 'North gate', site: 'city.east', jurisdiction: 'city.east'},
          line: 2,
        },
      ],
      unchanged: [],
    })
  })

  test('what a row does not say stays as it is', () => {
    expect(plan([draft], [site, camera])).toEqual({changes: [], unchanged: [{line: 2, kind: 'camera', key: 'c1'}]})
  })

  test('what a row says otherwise is an update, field by field', () => {
    const said = {
      ...draft,
      name: safeName('South gate'),
      position: {latitude: 1, longitude: 3},
      extra: {memo: safeText('new')},
    }
    const {changes} = plan([said], [site, camera])
    expect(changes).toEqual([
      {
        kind: 'update',
        before: camera,
        after: {
          ...camera,
          name: 'South gate',
          position: {latitude: 1, longitude: 3},
          extra: {memo: 'new', keep: 'kept'},
        },
        fields: [
          {field: 'name', from: 'North gate', to: 'South gate'},
          {field: 'position', from: '1, 2', to: '1, 3'},
          {field: 'extra.memo', from: 'old', to: 'new'},
        ],
        line: 2,
      },
    ])
  })

  test('a camera moves with its jurisdiction unless its site was named', () => {
    const moved = plan([{...draft, jurisdiction: 'city.west'}], [site, camera]).changes.map(({after}) => after)
    expect(moved.map((device) => [device.kind, device.jurisdiction, 'site' in device && device.site])).toEqual([
      ['site', 'city.west', false],
      ['camera', 'city.west', 'city.west'],
    ])
    const named = {...camera, site: 'S1'}
    const [change] = plan([{...draft, jurisdiction: 'city.west'}], [{...site, key: 'S1'}, named]).changes
    expect(change!.after).toMatchObject({kind: 'camera', site: 'S1', jurisdiction: 'city.west'})
  })

  test('devices that the file does not name are left alone', () => {
    expect(plan([], [site, camera])).toEqual({changes: [], unchanged: []})
  })

  test('a new device without jurisdiction has the one of the whole file, or none and no site', () => {
    expect(plan([draft], [], 'city').changes.map(({after}) => [after.kind, after.jurisdiction])).toEqual([
      ['site', 'city'],
      ['camera', 'city'],
    ])
    expect(plan([draft], []).changes.map(({after}) => after)).toEqual(
      [{...draft, line: undefined, site: '', jurisdiction: ''}].map(({line: _, ...rest}) => rest),
    )
  })

  test('a site is called as the first row that names it says', () => {
    const rows: Draft[] = [
      {...draft, site: 'S1', jurisdiction: 'city.east'},
      {...draft, line: 3, key: 'c2', site: 'S1', siteName: safeName('Gate')},
      {...draft, line: 4, key: 'c3', site: 'S1', siteName: safeName('Other')},
    ]
    expect(plan(rows, []).changes[0]!.after).toEqual({kind: 'site', key: 'S1', name: 'Gate', jurisdiction: 'city.east'})
  })
})

const word = fc.constantFrom('a', 'b', 'c')
const drafts = fc.uniqueArray(
  fc
    .record(
      {
        key: fc.stringMatching(/^[a-h]$/),
        name: word.map(safeName),
        kind: fc.constantFrom('camera', 'panel'),
        site: fc.constantFrom('S1', 'S2'),
        siteName: word.map(safeName),
        jurisdiction: fc.constantFrom('', 'x', 'x.y'),
        xaddr: fc.constantFrom('http://h/1', 'http://h/2'),
        position: fc.record({latitude: fc.double({min: -90, max: 90, noNaN: true}), longitude: fc.constant(1)}),
        extra: fc.dictionary(
          fc.constantFrom('p', 'q'),
          word.map((text) => safeText(text)),
        ),
      },
      {requiredKeys: ['key', 'name', 'kind']},
    )
    .map(
      ({kind, ...said}): Draft =>
        kind === 'panel' ? {...said, kind, line: 2, account: 'AB12'} : {...said, kind: 'camera', line: 2},
    ),
  {selector: ({kind, key}) => `${kind} ${key}`, maxLength: 8},
)

describe('apply', () => {
  test('property: after apply there is nothing left to do', async () => {
    await fc.assert(
      fc.asyncProperty(drafts, drafts, async (first, second) => {
        const inventory = new MemoryInventory()
        for (const rows of [first, second]) {
          await run(rows, inventory)
          expect(plan(rows, inventory.devices()).changes).toEqual([])
        }
        const before = inventory.batches.length
        await run(second, inventory)
        expect(inventory.batches).toHaveLength(before)
      }),
    )
  })

  test('property: interrupted anywhere, even between write and reply, a rerun ends right', async () => {
    const many = fc
      .integer({min: 1, max: 2500})
      .map((count) =>
        Array.from(
          {length: count},
          (_, index): Draft => ({...draft, line: index + 2, key: `c${index}`, jurisdiction: `x.${index % 7}`}),
        ),
      )
    await fc.assert(
      fc.asyncProperty(many, fc.nat(3), fc.boolean(), async (rows, dieAt, replyLost) => {
        const inventory = new MemoryInventory()
        const whole = new MemoryInventory()
        await run(rows, whole)
        let puts = 0
        const dying = {
          inventory: () => inventory.inventory(),
          async putDevices(batch: Parameters<MemoryInventory['putDevices']>[0]) {
            const last = puts++ === dieAt
            if (last && !replyLost) throw new Error('power cut')
            const result = await inventory.putDevices(batch)
            if (last) throw new Error('power cut')
            return result
          },
        }
        await run(rows, dying).catch((error) => expect(error).toHaveProperty('message', 'power cut'))
        await run(rows, inventory)
        expect(inventory.devices()).toEqual(whole.devices())
        expect(plan(rows, inventory.devices()).changes).toEqual([])
      }),
      {numRuns: 15},
    )
  })

  test('a thousand devices at a time, sites first', async () => {
    const rows = Array.from(
      {length: 2500},
      (_, index): Draft => ({...draft, line: index + 2, key: `c${index}`, jurisdiction: 'x'}),
    )
    const inventory = new MemoryInventory()
    await run(rows, inventory)
    expect(inventory.batches).toEqual([1000, 1000, 501])
  })

  test('large devices go in smaller batches', async () => {
    const text = safeText('x'.repeat(1000))
    const extra = Object.fromEntries(Array.from({length: 8}, (_, index) => [`m${index}`, text]))
    const rows = Array.from({length: 1000}, (_, index): Draft => ({...draft, key: `c${index}`, extra}))
    const inventory = new MemoryInventory()
    await run(rows, inventory)
    expect(inventory.batches.length).toBeGreaterThan(1)
  })

  test('a write of somebody else in between is a conflict, and nothing of the plan is written', async () => {
    const inventory = new MemoryInventory()
    const {devices, revision} = await inventory.inventory()
    const mine = plan([{...draft, jurisdiction: 'x'}], devices)
    await inventory.putDevices({devices: [{...camera, key: 'theirs'}]})
    await expect(drain(apply(mine, revision, inventory))).rejects.toThrow(
      expect.objectContaining({code: 'CW_CONFLICT'}),
    )
    expect(inventory.devices().map(({key}) => key)).toEqual(['theirs'])
  })

  test('a platform that answers for fewer devices than it was sent is not believed', async () => {
    const forgetful = {
      inventory: async () => ({devices: [], revision: 1}),
      putDevices: async () => ({created: 0, updated: 0, unchanged: 0, revision: 1}),
    }
    await expect(run([draft], forgetful)).rejects.toThrow(CitywatchError)
  })

  test('an interrupt stops before the next batch', async () => {
    const rows = Array.from({length: 2500}, (_, index): Draft => ({...draft, line: index + 2, key: `c${index}`}))
    const inventory = new MemoryInventory()
    const stop = new AbortController()
    for await (const {written} of apply(plan(rows, []), 1, inventory, stop.signal)) if (written === 1000) stop.abort()
    expect(inventory.batches).toEqual([1000])
  })
})

async function run(rows: readonly Draft[], inventory: Pick<MemoryInventory, 'inventory' | 'putDevices'>) {
  const {devices, revision} = await inventory.inventory()
  await drain(apply(plan(rows, devices), revision, inventory))
}

async function drain(items: AsyncIterable<unknown>) {
  for await (const _ of items);
}
