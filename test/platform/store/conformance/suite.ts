/** What every engine must do, one part a file. */
import {describe} from 'vitest'
import {alarmSuite} from './alarms.ts'
import type {Engine} from './engine.ts'
import {eventSuite} from './events.ts'
import {inventorySuite} from './inventory.ts'
import {lifeSuite} from './life.ts'
import {logSuite} from './log.ts'
import {onTestSuite} from './on-test.ts'

export function conformanceSuite(engine: Engine): void {
  describe(`store on ${engine.name}`, () => {
    logSuite(engine)
    alarmSuite(engine)
    inventorySuite(engine)
    eventSuite(engine)
    onTestSuite(engine)
    lifeSuite(engine)
  })
}
