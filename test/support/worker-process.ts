/** A worker as a process of its own, to be killed: node worker-process.ts URL NAME PASSWORD-FILE LEASE-MS [CONCURRENCY]. Prints its report. */
import {onInterrupt} from '../../src/cli/interrupt.ts'
import {systemClock as clock} from '../../src/cli/system-clock.ts'
import {runWorker} from '../../src/cli/worker/run.ts'

const [, , platform, name, file, lease, concurrency = '8'] = process.argv
const stop = onInterrupt()
const report = await runWorker(
  {
    ...{platform, name, user: 'admin', 'password-file': file, 'failed-logins': 1},
    ...{lease: Number(lease), concurrency: Number(concurrency), once: false, 'until-empty': true},
  },
  {clock, signal: stop.signal, note: () => {}, words: String},
)
stop.release()
process.stdout.write(`${JSON.stringify(report)}\n`)
