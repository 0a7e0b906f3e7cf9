/** What a platform is made of behind its routes. */
import {MAX_ON_TEST_MS} from '../../alarm/on-test.ts'
import type {Clock} from '../../lib/clock.ts'
import type {DeviceBatch} from '../contract.ts'
import type {Store} from '../store/port.ts'
import {AlarmDesk} from './alarm-desk.ts'
import {OnTestDesk} from './on-test-desk.ts'
import {ScheduleDesk} from './schedule-desk.ts'
import {Timekeeper} from './timekeeper.ts'

interface DeskOptions {
  readonly clock: Clock
  /** Longest time that an account may be on test before somebody extends it, ms; absent: a day. */
  readonly maxOnTestMs?: number
  readonly acceptUnknown?: boolean
}

/** The desks with things that fall due by the clock, and who keeps time for them. `turns` may take long: nobody waits for it. */
export function timedDesks(options: DeskOptions, store: Store) {
  const {clock, maxOnTestMs: maxMs = MAX_ON_TEST_MS, acceptUnknown = false} = options
  const onTest = new OnTestDesk({store, clock, maxMs, acceptUnknown})
  const alarms = new AlarmDesk(store, clock)
  const schedules = new ScheduleDesk(store, clock)
  const keepers = [onTest.duty, alarms.duty].map((duty) => new Timekeeper({store, clock, duty}))
  const turns = new Timekeeper({store, clock, duty: schedules.duty})
  schedules.whenChanged(() => turns.wake())
  return {onTest, alarms, schedules, keepers, turns}
}

/** The same store; `changed` is called after each change of its inventory. */
export function telling(store: Store, changed: () => void): Store {
  const put = async (writes: Pick<Store, 'putDevices'>, batch: DeviceBatch) => {
    const result = await writes.putDevices(batch)
    changed()
    return result
  }
  return {
    ...store,
    putDevices: (batch) => put(store, batch),
    by(by) {
      const writes = store.by(by)
      return {...writes, putDevices: (batch) => put(writes, batch)}
    },
  }
}
