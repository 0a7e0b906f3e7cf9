/**
 * kill -9 at random under load, again and again: nothing acknowledged is lost, nothing is doubled, the sequence has no gap.
 *
 *   node test/faults/kill.ts [--kills 200] [--seed N]
 *
 * Prints what it counted; exit status 1 when one of the numbers that must be 0 is not.
 */
import {parseArgs} from 'node:util'
import {pause, randomFrom} from './support/chance.ts'
import {newPlace, serve} from './support/platform.ts'
import {everySender, Ledger} from './support/senders.ts'
import {verdict} from './support/verdict.ts'

/** Time between the first message and the kill, ms. */
const SHORTEST_MS = 20
const LONGEST_MS = 400

const {values} = parseArgs({
  options: {
    kills: {type: 'string', default: '200'},
    seed: {type: 'string', default: '1'},
  },
})
const kills = Number(values.kills)
const random = randomFrom(Number(values.seed))
const ledger = new Ledger()
const senders = everySender(ledger)
const place = newPlace()

try {
  for (let kill = 1; kill <= kills; kill++) {
    const platform = await serve(place)
    const stop = new AbortController()
    const sending = Promise.all(senders.map((sender) => sender.run(platform, stop.signal)))
    await Promise.race([sending, pause(SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS))])
    await platform.end('SIGKILL')
    stop.abort()
    await sending
    if (kill % 10 === 0) console.error(`${kill} of ${kills} kills, ${ledger.acknowledged.size} acknowledged`)
  }
  process.exitCode = (await verdict(place, ledger, {kills})) ? 0 : 1
} finally {
  place.remove()
}
