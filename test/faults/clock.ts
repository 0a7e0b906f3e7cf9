/**
 * A clock that is set a day ahead and a day back, again and again, under load: the platform goes on as the same process, nothing
 * acknowledged is lost or doubled, the sequence has no gap.
 *
 *   node test/faults/clock.ts [--steps 20] [--seed N]
 *
 * Needs Debian's libfaketime, which sets the clock of one process; says so where it is not.
 */
import {globSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {pause, randomFrom} from './support/chance.ts'
import {newPlace, type Place, serve} from './support/platform.ts'
import {everySender, Ledger} from './support/senders.ts'
import {verdict} from './support/verdict.ts'

/** What the clock is set to, seconds from the true time: each step is another one. */
const OFFSETS_S = [86_400, 0, -86_400, 86_400, -86_400, 0]
/** Time between two steps, ms. */
const SHORTEST_MS = 200
const LONGEST_MS = 800

const {values} = parseArgs({
  options: {steps: {type: 'string', default: '20'}, seed: {type: 'string', default: '1'}},
})
const random = randomFrom(Number(values.seed))
const [library] = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')
if (library === undefined) console.log('skipped: no libfaketime here')
else process.exitCode = (await trial(library)) ? 0 : 1

async function trial(preload: string): Promise<boolean> {
  const place = newPlace()
  const dial = join(place.folder, 'clock')
  const set = (seconds: number) => writeFileSync(dial, `${seconds < 0 ? '' : '+'}${seconds}\n`)
  const env = {
    ...place.env,
    LD_PRELOAD: preload,
    FAKETIME_TIMESTAMP_FILE: dial,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  }
  try {
    set(0)
    const ledger = new Ledger()
    const seen = await underLoad({...place, env}, ledger, set)
    return await verdict(place, ledger, {steps: Number(values.steps), ...seen})
  } finally {
    place.remove()
  }
}

/** Steps under load. What the platform's own clock said, in days from the true time, shows that it was really set. */
async function underLoad(place: Place, ledger: Ledger, set: (seconds: number) => void): Promise<object> {
  const platform = await serve(place)
  const stop = new AbortController()
  const sending = Promise.all(everySender(ledger).map((sender) => sender.run(platform, stop.signal)))
  const days = new Set<number>()
  try {
    for (let step = 0; step < Number(values.steps); step++) {
      set(OFFSETS_S[step % OFFSETS_S.length] ?? 0)
      await Promise.race([sending, pause(SHORTEST_MS + random() * (LONGEST_MS - SHORTEST_MS))])
      const {node} = await (await fetch(`${platform.url}/v1/status`)).json()
      days.add(Math.round((node.now - Date.now()) / 86_400_000))
    }
    stop.abort()
    await sending
  } finally {
    stop.abort()
    await platform.end('SIGTERM')
  }
  if (days.size < 3) throw new Error(`the platform's clock was not set: it was off by ${[...days].join(', ')} days`)
  return {days: [...days].sort((a, b) => a - b)}
}
