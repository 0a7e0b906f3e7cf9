/**
 * kill -9 at random under load, again and again: nothing acknowledged is lost, nothing is doubled, the sequence has no gap.
 *
 *   node test/faults/kill.ts [--kills 200] [--seed N]
 *
 * CITYWATCH_FAULT_STORE=postgres://… runs it on that database instead of a data folder (it must be empty).
 * Prints what it counted; exit status 1 when one of the numbers that must be 0 is not.
 */
import {parseArgs} from 'node:util'
import {auditLog} from './support/audit.ts'
import {newPlace, run, serve} from './support/platform.ts'
import {eventSender, Ledger, panelSender, type Sender} from './support/senders.ts'

/** Time between the first message and the kill, ms. */
const SHORTEST_MS = 20
const LONGEST_MS = 400

const {values} = parseArgs({options: {kills: {type: 'string', default: '200'}, seed: {type: 'string', default: '1'}}})
const kills = Number(values.kills)
const store = process.env.CITYWATCH_FAULT_STORE
const place = newPlace(store === undefined ? {} : {CITYWATCH_STORE: store})
const ledger = new Ledger()
const senders: readonly Sender[] = [
  ...Array.from({length: 8}, (_, index) => eventSender(`single-${index}`, 1, ledger)),
  ...Array.from({length: 4}, (_, index) => eventSender(`batch-${index}`, 50, ledger)),
  ...Array.from({length: 8}, (_, index) => panelSender(`A0${index}0`, ledger)),
]

try {
  const random = randomFrom(Number(values.seed))
  for (let kill = 1; kill <= kills; kill++) {
    const platform = await serve(place)
    const stop = new AbortController()
    const sending = Promise.all(senders.map((sender) => sender.run(platform, stop.signal)))
    await Promise.race([sending, pause(SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS))])
    await platform.end('SIGKILL')
    stop.abort()
    await sending
    if (kill % 10 === 0 || kill === kills)
      console.error(`${kill} of ${kills} kills, ${ledger.acknowledged.size} acknowledged`)
  }
  process.exitCode = (await verdict()) ? 0 : 1
} finally {
  place.remove()
}

async function verdict(): Promise<boolean> {
  const platform = await serve(place)
  const findings = await auditLog(platform.url, ledger)
  await platform.end('SIGTERM')
  const check =
    store === undefined
      ? await run(place, ['platform', 'backup', `${place.folder}/check`, '--data', place.data])
      : undefined
  const sound = check === undefined || check.code === 0
  console.log(
    JSON.stringify({kills, acknowledged: ledger.acknowledged.size, ...findings, integrity: sound ? 'ok' : check?.text}),
  )
  return sound && findings.gaps + findings.lost + findings.doubled + findings.foreign === 0
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}
