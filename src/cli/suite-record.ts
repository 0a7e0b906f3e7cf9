/** `panel test --record` for one account: the run is in the record before the first message, its result behind it. */
import manifest from '../../package.json' with {type: 'json'}
import {isCitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {appendTo} from '../panel/record/append.ts'
import {resultLine, startLines, unreachedLine} from '../panel/suite/record-lines.ts'
import type {SuiteReport} from '../panel/suite/report.ts'
import {type SuiteOptions, testReceiver} from '../panel/suite/suite.ts'
import {operatorName} from './operator.ts'

/** Throws what `appendTo` and `testReceiver` throw; that nobody was there is in the record then. */
export async function recordSuite(path: string, options: SuiteOptions): Promise<SuiteReport> {
  const {account, clock, signal} = options
  const record = await appendTo(path)
  try {
    const by = safeText(operatorName(), 80)
    await record.append(...startLines(options, {}, {at: clock.now(), by, tool: manifest.version}))
    const report = await testReceiver(options)
    if (!signal.aborted) await record.append(resultLine(account, report, clock.now()))
    return report
  } catch (error) {
    if (isCitywatchError(error, 'CW_UNREACHABLE') || isCitywatchError(error, 'CW_TIMEOUT')) {
      await record.append(unreachedLine(error, options))
    }
    throw error
  } finally {
    await record.close()
  }
}
