/**
 * What a database can do to the platform while it is under load: connections are cut, the server crashes and comes back, the
 * primary dies and its synchronous standby takes over, a platform is killed beside another that goes on. Nothing acknowledged
 * is lost, nothing is doubled, the sequence has no gap, and the platform is the same process from the first to the last.
 *
 *   node test/faults/postgres.ts [--rounds 5] [--kills 10] [--seed N]
 *
 * Needs the server programs of Debian's postgresql package and root, to run them as their own user; says so where they are not.
 */
import {parseArgs} from 'node:util'
import {pause, randomFrom} from './support/chance.ts'
import {newPlace, type Place, serve} from './support/platform.ts'
import {type Cluster, postgresPrograms, startCluster} from './support/postgres.ts'
import {everySender, Ledger} from './support/senders.ts'
import {verdict} from './support/verdict.ts'

/** Load between two faults, ms. */
const SHORTEST_MS = 300
const LONGEST_MS = 1_200

const {values} = parseArgs({
  options: {
    rounds: {type: 'string', default: '5'},
    kills: {type: 'string', default: '10'},
    seed: {type: 'string', default: '1'},
  },
})
const random = randomFrom(Number(values.seed))
const someTime = () => pause(SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS))
const programs = postgresPrograms()
if (programs === undefined) console.log('skipped: no PostgreSQL server programs here, or not root')
else process.exitCode = (await trial(programs)) ? 0 : 1

async function trial(folder: string): Promise<boolean> {
  const home = newPlace()
  const cluster = await startCluster(folder, true)
  const place: Place = {...home, store: cluster.url, env: {...home.env, CITYWATCH_STORE: cluster.url}}
  try {
    const ledger = new Ledger()
    const counted = await underLoad(place, cluster, ledger)
    return await verdict(place, ledger, counted)
  } finally {
    await cluster.stop()
    home.remove()
  }
}

/** Two platforms on one database: one stays, the other is killed again and again. The primary dies at the end. */
async function underLoad(place: Place, cluster: Cluster, ledger: Ledger): Promise<object> {
  const stays = await serve(place)
  const stop = new AbortController()
  const sending = Promise.all(everySender(ledger, 'stays').map((sender) => sender.run(stays, stop.signal)))
  const counted = {cuts: 0, crashes: 0, kills: 0, failOvers: 0}
  await Promise.race([sending, faults(place, cluster, ledger, counted)])
  stop.abort()
  await sending
  await stays.end('SIGTERM')
  return counted
}

async function faults(place: Place, cluster: Cluster, ledger: Ledger, counted: Record<string, number>): Promise<void> {
  const others = everySender(ledger, 'killed')
  for (let kill = 0; kill < Number(values.kills); kill++) {
    const platform = await serve(place)
    const stop = new AbortController()
    const sending = Promise.all(others.map((sender) => sender.run(platform, stop.signal)))
    await someTime()
    await platform.end('SIGKILL')
    stop.abort()
    await sending
    counted.kills = kill + 1
  }
  for (let round = 0; round < Number(values.rounds); round++) {
    await someTime()
    cluster.cut()
    await someTime()
    await cluster.restart()
    counted.cuts = counted.crashes = round + 1
  }
  await someTime()
  await cluster.failOver()
  counted.failOvers = 1
  await someTime()
  await someTime()
}
