/** What every engine must do, one part a file. */
import {describe} from 'vitest'
import {accessSuite} from './access.ts'
import {alarmSuite} from './alarms.ts'
import {cameraSuite} from './cameras.ts'
import {childSuite} from './children.ts'
import type {Engine} from './engine.ts'
import {eventSuite} from './events.ts'
import {inventorySuite} from './inventory.ts'
import {jobSuite} from './jobs.ts'
import {lifeSuite} from './life.ts'
import {lifePlaceSuite} from './life-places.ts'
import {logSuite} from './log.ts'
import {loginSuite} from './logins.ts'
import {onTestSuite} from './on-test.ts'
import {placeSuite} from './places.ts'
import {scheduleSuite} from './schedules.ts'
import {supervisionSuite} from './supervision.ts'

export function conformanceSuite(engine: Engine): void {
  describe(`store on ${engine.name}`, () => {
    logSuite(engine)
    alarmSuite(engine)
    cameraSuite(engine)
    inventorySuite(engine)
    eventSuite(engine)
    onTestSuite(engine)
    placeSuite(engine)
    accessSuite(engine)
    supervisionSuite(engine)
    childSuite(engine)
    jobSuite(engine)
    scheduleSuite(engine)
    lifeSuite(engine)
    lifePlaceSuite(engine)
    loginSuite(engine)
  })
}
