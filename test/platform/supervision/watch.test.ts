/** Who is missing among many: times, states, standstills, and what is told to the log. */
import {describe, expect, test} from 'vitest'
import {Watch} from '../../../src/platform/supervision/watch.ts'
import type {Change, WatchedDevice} from '../../../src/platform/supervision/watched.ts'

const SECOND = 1_000
const camera = (changes: Partial<WatchedDevice> = {}): WatchedDevice => ({
  kind: 'camera',
  id: 'cam-1',
  jurisdiction: '44.4403.440305',
  intervalMs: 60 * SECOND,
  ...changes,
})

/** A watch whose clock runs in steps of a quarter second, as the platform's does. */
function running(...devices: WatchedDevice[]) {
  const watch = new Watch(0, 7)
  let now = 0
  for (const device of devices) watch.put(device, now)
  const until = (at: number) => {
    while (now < at) {
      now = Math.min(at, now + 250)
      watch.advance(now)
    }
  }
  return {watch, until, at: () => now}
}

/** So much time from a moment on, in steps of a quarter second. */
function pass(watch: Watch, from: number, ms: number): void {
  for (let now = from + 250; now <= from + ms; now += 250) watch.advance(now)
}

const told = (changes: readonly Change[]) => changes.map(({kind, id, change}) => `${kind} ${id} ${change}`)

describe('watch', () => {
  test('a device is unheard, alive, missing after its interval of silence and not before, and alive again', () => {
    const {watch, until, at} = running(camera())
    expect(watch.summary('')).toEqual({unsupervised: 0, unheard: 1, alive: 0, missing: 0})
    until(30 * SECOND)
    expect(watch.heard('camera', 'cam-1', at())).toBe('alive')
    until(90 * SECOND - 250)
    expect(watch.summary('')).toEqual({unsupervised: 0, unheard: 0, alive: 1, missing: 0})
    until(90 * SECOND + 250)
    const [change, ...more] = watch.take(10)
    expect(more).toEqual([])
    expect(change).toEqual({
      number: 0,
      kind: 'camera',
      id: 'cam-1',
      jurisdiction: '44.4403.440305',
      change: 'missing',
      silentMs: 60 * SECOND + 250,
      everHeard: true,
    })
    watch.told([change as Change])
    until(95 * SECOND)
    expect(watch.heard('camera', 'cam-1', at())).toBe('restored')
    expect(told(watch.take(10))).toEqual(['camera cam-1 restored'])
    until(154 * SECOND)
    expect(watch.summary('').alive).toBe(1)
    until(156 * SECOND)
    expect(watch.summary('').missing).toBe(1)
  })

  test('one never heard is not missing until its interval has passed since the watching began', () => {
    const {watch, until} = running(camera())
    until(60 * SECOND - 250)
    expect(watch.summary('')).toMatchObject({unheard: 1, missing: 0})
    until(60 * SECOND)
    expect(watch.take(10)).toMatchObject([{change: 'missing', everHeard: false, silentMs: 60 * SECOND}])
  })

  test('an interval longer than the wheel ends at its time', () => {
    const hours = 25 * 3_600 * SECOND
    const watch = new Watch(0, 7)
    watch.put(camera({intervalMs: hours}), 0)
    let [now, seenAt] = [0, 0]
    while (seenAt === 0 && now < hours * 2) {
      now += 1_000
      watch.advance(now)
      if (watch.summary('').missing > 0) seenAt = now
    }
    expect(seenAt).toBe(hours)
  })

  test('devices on the same slot go their own ways', () => {
    const names = Array.from({length: 50}, (_, index) => `cam-${index}`)
    const {watch, until, at} = running(...names.map((id) => camera({id})))
    until(10 * SECOND)
    for (const id of names.filter((_, index) => index % 3 === 0)) watch.heard('camera', id, at())
    until(65 * SECOND)
    expect(watch.summary('')).toEqual({unsupervised: 0, unheard: 0, alive: 17, missing: 33})
  })

  test('a panel and a camera of one name are two; strangers are unknown, and none is made of them', () => {
    const {watch} = running(camera({id: '1234'}), camera({kind: 'panel', id: '1234', jurisdiction: '44'}))
    expect(watch.heard('panel', '1234', 0)).toBe('alive')
    expect(watch.heard('panel', '9999', 0)).toBe('unknown')
    expect(watch.heard('camera', '', 0)).toBe('unknown')
    expect(watch.summary('', 'panel')).toMatchObject({alive: 1, unheard: 0})
    expect(watch.summary('44.4403')).toMatchObject({alive: 0, unheard: 1})
  })

  test('one that is not supervised is counted, never missing, and its signs of life change nothing', () => {
    const {watch, until, at} = running(camera({intervalMs: null}))
    until(200 * SECOND)
    expect(watch.heard('camera', 'cam-1', at())).toBe('unsupervised')
    expect(watch.summary('')).toEqual({unsupervised: 1, unheard: 0, alive: 0, missing: 0})
  })

  test('a change of the interval counts from the last sign of life', () => {
    const {watch, until, at} = running(camera())
    watch.heard('camera', 'cam-1', 0)
    until(30 * SECOND)
    watch.put(camera({intervalMs: 35 * SECOND, jurisdiction: '31'}), at())
    until(35 * SECOND + 250)
    expect(watch.summary('31').missing).toBe(1)
    expect(watch.summary('44')).toEqual({unsupervised: 0, unheard: 0, alive: 0, missing: 0})
  })

  test('a missing one that is supervised no longer is released, and watched anew begins unheard', () => {
    const {watch, until, at} = running(camera())
    until(61 * SECOND)
    watch.told(watch.take(10))
    watch.put(camera({intervalMs: null}), at())
    const released = watch.take(10)
    expect(told(released)).toEqual(['camera cam-1 released'])
    watch.told(released)
    watch.put(camera(), at())
    expect(watch.summary('').unheard).toBe(1)
    expect(watch.waiting).toBe(0)
  })
})

describe('watch: the log', () => {
  test('one that the log knows as missing stays so after a restart, without being told again, until it is heard', () => {
    const watch = new Watch(0, 7)
    watch.putMissing('camera', 'cam-1', '44', 0)
    watch.put(camera(), 0)
    for (let now = 0; now < 200 * SECOND; now += 500) watch.advance(now)
    expect([watch.summary('').missing, watch.waiting]).toEqual([1, 0])
    watch.heard('camera', 'cam-1', 200 * SECOND)
    expect(told(watch.take(10))).toEqual(['camera cam-1 restored'])
  })

  test('what comes back before the log was told of it is no news', () => {
    const {watch, until, at} = running(camera())
    until(61 * SECOND)
    watch.heard('camera', 'cam-1', at())
    expect(watch.take(10)).toEqual([])
  })

  test('what changes while it is being written is told next', () => {
    const {watch, until, at} = running(camera())
    until(61 * SECOND)
    const writing = watch.take(10)
    watch.heard('camera', 'cam-1', at())
    expect(watch.take(10)).toEqual([])
    watch.told(writing)
    expect(told(watch.take(10))).toEqual(['camera cam-1 restored'])
  })

  test('what could not be written waits again', () => {
    const {watch, until} = running(camera(), camera({id: 'cam-2'}))
    until(61 * SECOND)
    const first = watch.take(1)
    watch.giveBack(first)
    expect(new Set(told(watch.take(10)))).toEqual(new Set(['camera cam-1 missing', 'camera cam-2 missing']))
  })
})

describe('watch: time', () => {
  test('a standstill makes nobody missing: everybody has a whole interval again', () => {
    const {watch, until} = running(camera())
    watch.heard('camera', 'cam-1', 0)
    until(50 * SECOND)
    watch.advance(50 * SECOND + 24 * 3_600 * SECOND)
    expect(watch.summary('').missing).toBe(0)
    const woken = 50 * SECOND + 24 * 3_600 * SECOND
    pass(watch, woken, 59 * SECOND)
    expect(watch.summary('').missing).toBe(0)
    pass(watch, woken + 59 * SECOND, 2 * SECOND)
    expect(watch.summary('').missing).toBe(1)
  })

  test('a clock that is set back stops no timer and revives nobody', () => {
    const {watch, until} = running(camera(), camera({id: 'cam-2', intervalMs: 10 * SECOND}))
    until(20 * SECOND)
    expect(watch.summary('').missing).toBe(1)
    watch.advance(-86_400 * SECOND)
    expect(watch.summary('')).toMatchObject({missing: 1, unheard: 1})
    pass(watch, -86_400 * SECOND, 41 * SECOND)
    expect(watch.summary('').missing).toBe(2)
  })

  test('what another node heard counts from when it was heard, and changes nothing when its time is over', () => {
    const {watch, until, at} = running(camera(), camera({id: 'cam-2'}))
    until(50 * SECOND)
    watch.heardElsewhere('camera', 'cam-1', at(), 20 * SECOND)
    watch.heardElsewhere('camera', 'cam-9', at(), 0)
    until(70 * SECOND)
    expect(watch.summary('')).toMatchObject({alive: 1, missing: 1})
    watch.heardElsewhere('camera', 'cam-2', at(), 65 * SECOND)
    watch.heardElsewhere('camera', 'cam-1', at(), 65 * SECOND)
    expect(watch.summary('')).toMatchObject({alive: 1, missing: 1})
    until(90 * SECOND)
    expect(watch.summary('')).toMatchObject({alive: 0, missing: 2})
    watch.heardElsewhere('camera', 'cam-2', at(), 10 * SECOND)
    until(139 * SECOND)
    expect(watch.summary('')).toMatchObject({alive: 1, missing: 1})
    until(141 * SECOND)
    expect(watch.summary('')).toMatchObject({alive: 0, missing: 2})
  })

  test('nobody is missing of whom it is not known yet whether another node heard him', () => {
    const watch = new Watch(0, 7)
    watch.put(camera(), 0)
    for (let now = 0; now <= 64 * SECOND; now += 250) watch.advance(now, 5 * SECOND)
    expect(watch.summary('').missing).toBe(0)
    for (let now = 64 * SECOND; now <= 65 * SECOND; now += 250) watch.advance(now, 5 * SECOND)
    expect(watch.summary('').missing).toBe(1)
  })

  test('when something may be lost all begin anew, or get some time more', () => {
    const long = camera({id: 'long', intervalMs: 1_000 * SECOND})
    const {watch, until, at} = running(camera(), long)
    until(50 * SECOND)
    watch.renew(at(), 100 * SECOND)
    until(109 * SECOND)
    expect(watch.summary('').missing).toBe(0)
    until(111 * SECOND)
    expect(watch.summary('').missing).toBe(1)
    until(999 * SECOND)
    watch.renew(at(), 100 * SECOND)
    until(1_098 * SECOND)
    expect(watch.summary('').missing).toBe(1)
    watch.renew(at())
    until(2_097 * SECOND)
    expect(watch.summary('').missing).toBe(1)
    until(2_100 * SECOND)
    expect(watch.summary('').missing).toBe(2)
  })

  test('the log read anew: what another one told is known, what differs is told', () => {
    const {watch, until, at} = running(...['told', 'untold', 'alive', 'back', 'late'].map((id) => camera({id})))
    for (const id of ['alive', 'back']) watch.heard('camera', id, 0)
    until(30 * SECOND)
    for (const id of ['alive', 'back']) watch.heard('camera', id, at())
    until(61 * SECOND)
    watch.put(camera({id: 'young'}), at())
    watch.beginLog()
    for (const id of ['told', 'back', 'young', 'stranger']) watch.putMissing('camera', id, '44', at())
    watch.endLog()
    watch.settle()
    expect(told(watch.take(10)).toSorted()).toEqual(
      ['camera back restored', 'camera late missing', 'camera stranger released', 'camera untold missing'].toSorted(),
    )
    expect(watch.summary('')).toMatchObject({alive: 2, missing: 4})
  })

  test('of whom the log has as missing only a new sign of life makes one heard, not the time that all were given', () => {
    const {watch, until, at} = running(camera())
    watch.heard('camera', 'cam-1', 0)
    until(55 * SECOND)
    watch.renew(at())
    until(70 * SECOND)
    expect(watch.summary('').alive).toBe(1)
    watch.beginLog()
    watch.putMissing('camera', 'cam-1', '44', at())
    watch.endLog()
    expect([watch.summary('').missing, watch.take(10)]).toEqual([1, []])
  })
})
