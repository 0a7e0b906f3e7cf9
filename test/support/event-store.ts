/** A process that stores foreign events as fast as it can and prints the id of each once it is durable: to be killed. */
import {writeSync} from 'node:fs'
import {openStore} from '../../src/platform/store/sqlite/open.ts'
import {eventItem} from './events.ts'

const AT_ONCE = 16
const [folder = ''] = process.argv.slice(2)
const store = await openStore({folder})
let next = 0

async function keepStoring(): Promise<never> {
  for (;;) {
    const id = `${next++}`
    await store.events({at: 0, items: [eventItem(id)]})
    tell(`${id}\n`)
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
