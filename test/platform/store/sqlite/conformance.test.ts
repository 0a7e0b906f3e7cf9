/** The embedded store does what every store must do. */
import {openStore} from '../../../../src/platform/store/sqlite/open.ts'
import {tempFolder} from '../../../support/temp-folder.ts'
import {conformanceSuite} from '../conformance/suite.ts'

conformanceSuite({
  name: 'SQLite',
  async place() {
    const folder = tempFolder()
    return {open: (policy) => openStore({folder, ...(policy ? {policy} : {})})}
  },
})
