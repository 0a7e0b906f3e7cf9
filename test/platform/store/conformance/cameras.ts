/** Cameras on any engine: their state changes the log and the alarms once, whoever tells it and however often. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import type {CameraEvent} from '../../../../src/model/camera-event.ts'
import type {LogEntry} from '../../../../src/model/log-entry.ts'
import type {ProbeVerdict} from '../../../../src/model/probe.ts'
import type {Store} from '../../../../src/platform/store/port.ts'
import {cameraEvent, gate, verdict} from '../../../support/cameras.ts'
import {type Engine, freshStore, opened, wholeLog} from './engine.ts'

async function storeWithCamera(engine: Engine): Promise<Store> {
  const store = await freshStore(engine)
  await store.putDevices({devices: [gate]})
  return store
}

const tell = (store: Store, event: Partial<CameraEvent> = {}, raises = true) =>
  store.camera({at: 1_000, event: cameraEvent(event), raises})

const probed = (store: Store, ...reports: readonly Partial<ProbeVerdict>[]) =>
  store.events({
    at: 1_000_000,
    items: reports.map((changes, index) => ({
      type: 'probe',
      via: {source: '/probe', id: `${changes.at}-${index}`},
      write: {at: 1_000_000, report: verdict(changes), after: 2},
    })),
  })

const kinds = async (store: Store) => (await wholeLog(store)).map(({type, subject}) => `${type} ${subject}`)

export function cameraSuite(engine: Engine): void {
  describe('cameras', () => {
    test('a condition raises an alarm of the camera when it begins and restores it when it ends', async () => {
      const store = await storeWithCamera(engine)
      expect(await tell(store)).toBe('raised')
      expect(await tell(store, {active: false})).toBe('restored')
      const [raised] = (await wholeLog(store)).map(({entry}) => JSON.parse(entry) as LogEntry)
      expect(raised).toMatchObject({
        type: 'camera',
        event: cameraEvent(),
        change: 'raised',
        alarm: {
          account: '',
          device: 'cam-1',
          deviceName: 'North gate',
          site: 'depot',
          jurisdiction: 'city.north',
          code: '2/2',
          category: 'tamper',
          priority: 2,
          zone: 'video_1',
          condition: 'active',
        },
      })
      expect(await kinds(store)).toEqual(['alarm.raised alarm/1', 'alarm.restored alarm/1'])
    })

    test('what is known already writes nothing: at first, again, and after opening again', async () => {
      const place = await engine.place()
      const first = await opened(place)
      await first.putDevices({devices: [gate]})
      expect(await tell(first, {active: false})).toBe('unchanged')
      expect([await tell(first), await tell(first)]).toEqual(['raised', 'unchanged'])
      await first.close()
      const store = await opened(place)
      expect(await tell(store)).toBe('unchanged')
      expect((await wholeLog(store)).length).toBe(1)
    })

    test('an alarm that a person closed stays closed while its condition holds, and comes again with the next', async () => {
      const store = await storeWithCamera(engine)
      await tell(store)
      await store.act({id: 1, version: 1, by: safeText('anna'), verb: 'close', as: 'test'}, 5)
      expect(await tell(store)).toBe('unchanged')
      expect(await tell(store, {active: false})).toBe('logged')
      expect(await tell(store)).toBe('raised')
    })

    test('conditions of two parts, of two kinds and of two topics are four alarms', async () => {
      const store = await storeWithCamera(engine)
      await tell(store)
      await tell(store, {source: safeText('video_2')})
      await tell(store, {condition: 'video-loss'})
      await tell(store, {topic: safeText('RuleEngine/TamperDetector/Tamper')})
      expect((await store.counts()).alarms.new).toBe(4)
    })

    test('what may not raise is logged where the camera stands', async () => {
      const store = await storeWithCamera(engine)
      expect(await tell(store, {condition: 'motion'}, false)).toBe('logged')
      expect(await tell(store, {condition: 'motion', active: false}, false)).toBe('logged')
      expect(await kinds(store)).toEqual(['camera.began camera/cam-1', 'camera.ended camera/cam-1'])
      const [row] = await wholeLog(store)
      expect(JSON.parse(row!.entry)).toMatchObject({jurisdiction: 'city.north'})
    })

    test('a camera that is not in the inventory tells nothing', async () => {
      const store = await storeWithCamera(engine)
      expect(await tell(store, {camera: 'cam-2'})).toBe('unknown-camera')
      expect(await probed(store, {at: 1}, {at: 1, camera: 'cam-2'})).toEqual({type: 'unknown-camera', index: 1})
      expect(await wholeLog(store)).toEqual([])
    })

    test('two bad probes in a row raise, two good ones restore, and each counts once', async () => {
      const store = await storeWithCamera(engine)
      await probed(store, {at: 1})
      await probed(store, {at: 1})
      expect(await kinds(store)).toEqual([])
      await probed(store, {at: 2, verdict: 'sick', cause: 'no-frames'})
      await probed(store, {at: 2}, {at: 3})
      expect(await kinds(store)).toEqual(['alarm.raised alarm/1'])
      await probed(store, {at: 4, verdict: 'healthy'}, {at: 5}, {at: 6, verdict: 'impaired'})
      expect(await kinds(store)).toEqual(['alarm.raised alarm/1'])
      await probed(store, {at: 7, verdict: 'healthy'})
      expect(await kinds(store)).toEqual(['alarm.raised alarm/1', 'alarm.restored alarm/1'])
      const [raised] = (await wholeLog(store)).map(({entry}) => JSON.parse(entry) as LogEntry)
      expect(raised).toMatchObject({
        event: {condition: 'fault', text: 'sick: no-frames'},
        alarm: {code: '6', priority: 3, text: 'sick: no-frames'},
        via: {source: '/probe', id: '2-0'},
      })
    })

    test('a probe that could not judge, and one that is older than what is known, change nothing', async () => {
      const store = await storeWithCamera(engine)
      await probed(store, {at: 10})
      await probed(store, {at: 11, verdict: 'unknown', cause: 'login-withheld'}, {at: 9}, {at: 10})
      expect(await kinds(store)).toEqual([])
      await probed(store, {at: 12})
      expect(await kinds(store)).toEqual(['alarm.raised alarm/1'])
    })

    test('a good probe between two bad ones begins the count anew', async () => {
      const store = await storeWithCamera(engine)
      await probed(store, {at: 1}, {at: 2, verdict: 'healthy'}, {at: 3})
      expect(await kinds(store)).toEqual([])
    })
  })
}
