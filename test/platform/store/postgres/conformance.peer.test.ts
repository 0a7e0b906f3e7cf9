/** The store on PostgreSQL does what every store must do. */
import {describe} from 'vitest'
import {openPostgres} from '../../../../src/platform/store/postgres/open.ts'
import {parsePostgresUrl} from '../../../../src/platform/store/postgres/target.ts'
import {realClock} from '../../../support/clock.ts'
import {postgresMissing, testServer} from '../../../support/postgres.ts'
import {conformanceSuite} from '../conformance/suite.ts'

describe.skipIf(postgresMissing)(postgresMissing ?? 'PostgreSQL runs', () => {
  const server = testServer()
  conformanceSuite({
    name: 'PostgreSQL',
    async place() {
      const target = parsePostgresUrl(await server().database())
      return {open: (policy) => openPostgres({target, clock: realClock, ...(policy ? {policy} : {})})}
    },
  })
})
