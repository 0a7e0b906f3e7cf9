import {expect, test} from 'vitest'
import {EventSource, MAX_PULL_POINTS} from '../../../src/sim/camera/events/source.ts'
import {stir} from '../../../src/sim/camera/events/stir.ts'
import {manualClock} from '../../support/clock.ts'
import {simCamera} from '../../support/sim-camera.ts'

const changes = (notices: readonly {readonly topic: string; readonly operation?: string}[]) =>
  notices.filter(({operation}) => operation === 'Changed').map(({topic}) => topic)

test('a subscription ends when its time is over, and not before; renewing moves the end', () => {
  const clock = manualClock(0)
  const source = new EventSource(clock, () => clock.now())
  const point = source.subscribe(60_000)!
  clock.advance(59_999)
  expect(source.point(point.id)).toBe(point)
  source.renew(point, 60_000)
  clock.advance(59_999)
  expect(source.subscriptions).toBe(1)
  clock.advance(1)
  expect(source.point(point.id)).toBeUndefined()
})

test('a camera has so many pull points and no more', () => {
  const source = new EventSource(manualClock(0), () => 0)
  const points = Array.from({length: MAX_PULL_POINTS}, () => source.subscribe(60_000))
  expect([points.every(Boolean), source.subscribe(60_000)]).toEqual([true, undefined])
})

test('each subscriber gets every change once, however it pulls; what is no change is none', async () => {
  const source = new EventSource(manualClock(0), () => 0)
  const [first, second] = [source.subscribe(60_000)!, source.subscribe(60_000)!]
  await source.take(first, 0, 99)
  const waiting = source.take(first, 30_000, 99)
  source.set('motion', true)
  source.set('motion', true)
  expect(changes(await waiting)).toEqual(['RuleEngine/CellMotionDetector/Motion'])
  expect(changes(await source.take(second, 0, 99))).toEqual(['RuleEngine/CellMotionDetector/Motion'])
  expect(await source.take(first, 0, 99)).toEqual([])
})

test('of two pulls of one subscriber the later one gets what comes: the other is of a connection that has gone', async () => {
  const source = new EventSource(manualClock(0), () => 0)
  const point = source.subscribe(60_000)!
  await source.take(point, 0, 99)
  const gone = source.take(point, 30_000, 99)
  const here = source.take(point, 30_000, 99)
  expect(await gone).toEqual([])
  source.set('tamper', true)
  expect(changes(await here)).toEqual(['VideoSource/GlobalSceneChange/ImagingService'])
})

test('a pull that waits when the camera reboots comes back with nothing', async () => {
  const camera = simCamera()
  const point = camera.events.subscribe(60_000)!
  await camera.events.take(point, 0, 99)
  const waiting = camera.events.take(point, 30_000, 99)
  camera.reboot(1_000)
  expect(await waiting).toEqual([])
  expect(camera.events.subscriptions).toBe(0)
})

test('what happens in front of cameras comes at the rate asked for, the same for the same seed, and ends again', async () => {
  const happenings = async () => {
    const clock = manualClock(0)
    const stop = new AbortController()
    const cameras = Array.from({length: 50}, () => simCamera({}, clock))
    const stirring = stir(cameras, {perMinute: 60, seed: 7, clock, signal: stop.signal})
    for (let second = 0; second < 40; second++) {
      clock.advance(1_000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const active = cameras.filter(({events}) => events.isActive('motion')).length
    stop.abort()
    return [await stirring, active]
  }
  const [begun = 0, active = 0] = await happenings()
  expect(begun).toBeGreaterThanOrEqual(38)
  expect(active).toBeLessThan(begun)
  expect(await happenings()).toEqual([begun, active])
})
