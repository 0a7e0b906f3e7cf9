/** A process that stores signals as fast as it can and prints the number of each once it is durable: to be killed. */
import {writeSync} from 'node:fs'
import {safeText} from '../../src/lib/safe-text.ts'
import {openStore} from '../../src/platform/store/sqlite/open.ts'

const [folder = '', first = '0', segmentRows] = process.argv.slice(2)
const AT_ONCE = 16
const segments = segmentRows === undefined ? {} : {segmentRows: Number(segmentRows), reserveBytes: 0}
const store = await openStore({folder, ...segments})
let next = Number(first)

async function keepStoring(): Promise<never> {
  for (;;) {
    const number = next++
    await store.signal({
      at: 0,
      signal: {
        account: '1234',
        scheme: 'sia',
        code: 'BA',
        qualifier: 'new',
        zone: `${number % 50}`,
        raw: safeText(`${number}`),
      },
      meaning: {
        name: 'Burglary',
        category: 'burglary',
        priority: 2,
        dispatch: 'police',
        known: true,
        latching: false,
        condition: 'BA',
      },
      raises: true,
      acceptUnknown: true,
    })
    tell(`${number}\n`)
  }
}

/** Written before anything else happens; a reader that lags behind makes it wait. */
function tell(line: string): void {
  for (;;) {
    try {
      writeSync(1, line)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}

await Promise.all(Array.from({length: AT_ONCE}, keepStoring))
