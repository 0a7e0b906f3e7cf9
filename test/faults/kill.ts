/**
 * kill -9 at random under load, again and again: nothing acknowledged is lost, nothing is doubled, the sequence has no gap.
 *
 *   node test/faults/kill.ts [--kills 200] [--seed N] [--store sqlite|postgres]
 *
 * PostgreSQL needs the server programs of Debian's postgresql package and root; says so where they are not.
 * Prints what it counted; exit status 1 when one of the numbers that must be 0 is not.
 */
import {parseArgs} from 'node:util'
import {pause, randomFrom} from './support/chance.ts'
import {newPlace, type Place, serve} from './support/platform.ts'
import {postgresPrograms, startCluster} from './support/postgres.ts'
import {everySender, Ledger} from './support/senders.ts'
import {verdict} from './support/verdict.ts'

/** Time between the first message and the kill, ms. */
const SHORTEST_MS = 20
const LONGEST_MS = 400

const {values} = parseArgs({
  options: {
    kills: {type: 'string', default: '200'},
    seed: {type: 'string', default: '1'},
    store: {type: 'string', default: 'sqlite'},
  },
})
const kills = Number(values.kills)
const random = randomFrom(Number(values.seed))
const place = newPlace()
try {
  if (values.store === 'postgres') await onPostgres()
  else if (values.store === 'sqlite') process.exitCode = (await trial(place)) ? 0 : 1
  else throw new Error(`no store "${values.store}": sqlite or postgres`)
} finally {
  place.remove()
}

async function onPostgres(): Promise<void> {
  const programs = postgresPrograms()
  if (programs === undefined) return console.log('skipped: no PostgreSQL server programs here, or not root')
  const cluster = await startCluster(programs, false)
  try {
    const isGood = await trial({...place, store: cluster.url, env: {...place.env, CITYWATCH_STORE: cluster.url}})
    process.exitCode = isGood ? 0 : 1
  } finally {
    await cluster.stop()
  }
}

async function trial(where: Place): Promise<boolean> {
  const ledger = new Ledger()
  const senders = everySender(ledger)
  for (let kill = 1; kill <= kills; kill++) {
    const platform = await serve(where)
    const stop = new AbortController()
    const sending = Promise.all(senders.map((sender) => sender.run(platform, stop.signal)))
    await Promise.race([sending, pause(SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS))])
    await platform.end('SIGKILL')
    stop.abort()
    await sending
    if (kill % 10 === 0) console.error(`${kill} of ${kills} kills, ${ledger.acknowledged.size} acknowledged`)
  }
  return verdict(where, ledger, {store: values.store, kills})
}
