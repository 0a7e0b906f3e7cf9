/** The desk that hears and tells: a slow disk, a full one, and an inventory that changes while it is read. */
import {expect, onTestFinished, test} from 'vitest'
import {CitywatchError} from '../../src/lib/errors.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Camera} from '../../src/model/device.ts'
import {SupervisionDesk} from '../../src/platform/server/supervision-desk.ts'
import type {Store, SupervisionWrite} from '../../src/platform/store/port.ts'
import {manualClock} from '../support/clock.ts'
import {testStore} from '../support/store.ts'
import {tempFolder} from '../support/temp-folder.ts'
import {until} from '../support/wait.ts'

const SECOND = 1_000
const cameras = (count: number, name: string, seconds: number): Camera[] =>
  Array.from({length: count}, (_, index) => ({
    ...{kind: 'camera', key: `${name}-${index}`, name: safeText(name), site: '', jurisdiction: name},
    supervisionMs: seconds * SECOND,
  }))

/** A desk on a real store whose writes are told to `before`, with a time that only moves when told. */
async function deskWith(
  devices: readonly Camera[],
  before: (write: SupervisionWrite, advance: (ms: number) => void) => void,
) {
  const manual = manualClock(0)
  let asleep = Promise.withResolvers<void>()
  const time = {
    ...manual,
    sleep(ms: number, signal?: AbortSignal) {
      asleep.resolve()
      return manual.sleep(ms, signal)
    },
    /** One sweep, with all that it writes. */
    async sweep() {
      await asleep.promise
      asleep = Promise.withResolvers<void>()
      manual.advance(250)
      await asleep.promise
    },
  }
  const real = await testStore(tempFolder())
  await real.putDevices({devices})
  const supervise = async (write: SupervisionWrite) => {
    before(write, (ms) => time.advance(ms))
    await real.supervise(write)
  }
  const store: Store = {...real, supervise}
  const desk = new SupervisionDesk({
    store,
    clock: time,
    monotonic: () => time.now(),
    defaults: {panel: null, camera: null},
  })
  const stop = new AbortController()
  const running = desk.run(stop.signal)
  onTestFinished(async () => {
    stop.abort()
    await running
  })
  await until(() => desk.summary().complete)
  const missing = async () => (await store.missing({within: '', after: '', limit: 2_000})).rows.length
  return {desk, time, missing, stop: () => stop.abort()}
}

/** Time goes on until something is so. */
async function passing(time: {sweep(): Promise<void>; now(): number}, isSo: () => boolean): Promise<number> {
  while (!isSo()) await time.sweep()
  return time.now()
}

test('many that are slowly written do not give the others a new time', async () => {
  const written: number[] = []
  const devices = [...cameras(12_000, 'many', 10), ...cameras(5, 'few', 12)]
  const {desk, time} = await deskWith(devices, ({items}, advance) => {
    written.push(items.length)
    advance(2_500)
  })
  const seenAt = await passing(time, () => desk.summary('few').missing === 5)
  expect(seenAt).toBeLessThan(20 * SECOND)
  await passing(time, () => written.reduce((sum, count) => sum + count, 0) === 12_005)
  expect(desk.summary()).toEqual({unsupervised: 0, unheard: 0, alive: 0, missing: 12_005, complete: true})
})

test('a full disk forgets nothing: who is missing is written once there is room', async () => {
  let isFull = true
  let refused = 0
  const {desk, time, missing} = await deskWith(cameras(3, 'gate', 10), () => {
    if (!isFull) return
    refused++
    throw new CitywatchError('CW_DISK_FULL', {path: 'data'})
  })
  await passing(time, () => refused === 2)
  expect([desk.summary().missing, await missing()]).toEqual([3, 0])
  desk.heartbeats({panels: [], cameras: ['gate-0']})
  isFull = false
  await passing(time, () => desk.summary().alive === 1)
  for (let sweeps = 0; sweeps < 30; sweeps++) await time.sweep()
  expect(await missing()).toBe(2)
})

test('what is changed while the inventory is read is not taken back by it', async () => {
  const real = await testStore(tempFolder())
  const [camera] = cameras(1, 'gate', 10)
  if (camera === undefined) throw new Error('no camera')
  await real.putDevices({devices: [camera]})
  const time = manualClock(0)
  const read = Promise.withResolvers<void>()
  const devices: Store['devices'] = async (page) => {
    const rows = await real.devices(page)
    if (page.kind === 'camera') await read.promise
    return rows
  }
  const defaults = {panel: null, camera: null}
  const desk = new SupervisionDesk({store: {...real, devices}, clock: time, monotonic: () => time.now(), defaults})
  const stop = new AbortController()
  const running = desk.run(stop.signal)
  await until(() => desk.summary().complete === false)
  desk.changed([{...camera, supervisionMs: null}])
  read.resolve()
  await until(() => desk.summary().complete)
  expect(desk.summary()).toMatchObject({unsupervised: 1, unheard: 0})
  stop.abort()
  await running
})
