/** Three tiers, any of them killed with -9 in the middle of the flow: every entry above once, every request answered. */
import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {expect, onTestFinished, test} from 'vitest'
import {seededRandom} from '../../src/lib/random.ts'
import {safeText} from '../../src/lib/safe-text.ts'
import type {Alarm} from '../../src/model/alarm.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import {PlatformClient} from '../../src/platform/client.ts'
import type {CloudEvent} from '../../src/platform/contract.ts'
import {tempFolder} from '../support/temp-folder.ts'
import type {TierOptions} from '../support/tier.ts'
import {until} from '../support/wait.ts'

const TIER = fileURLToPath(new URL('../support/tier.ts', import.meta.url))
const SIGNALS = 900
const KILLS = 9

class Tier {
  readonly client: PlatformClient
  readonly #options: TierOptions
  #process: ChildProcess | undefined

  private constructor(options: TierOptions, url: string, process: ChildProcess) {
    this.#options = {...options, httpPort: Number(new URL(url).port)}
    this.#process = process
    this.client = new PlatformClient({url, timeoutMs: 5_000})
    onTestFinished(() => void this.#process?.kill('SIGKILL'))
  }

  static async start(children: TierOptions['children']): Promise<Tier> {
    const options = {folder: tempFolder(), httpPort: 0, children}
    const {process, url} = await serve(options)
    return new Tier(options, url, process)
  }

  async killAndRestart(): Promise<void> {
    const gone = once(this.#process!, 'exit')
    this.#process?.kill('SIGKILL')
    await gone
    this.#process = (await serve(this.#options)).process
  }

  async entries(): Promise<LogEntry[]> {
    const {epoch} = await this.client.status()
    const entries: LogEntry[] = []
    for (;;) {
      const after = `${epoch}-${entries.length}`
      const reply = await fetch(`${this.client.url}/v1/events?after=${after}&limit=2000`)
      const {items} = await reply.json()
      if (items.length === 0) return entries
      entries.push(...items)
    }
  }

  async alarms(): Promise<Alarm[]> {
    const alarms: Alarm[] = []
    for await (const alarm of this.client.alarms({all: true})) alarms.push(alarm)
    return alarms
  }
}

async function serve(options: TierOptions): Promise<{process: ChildProcess; url: string}> {
  const child = spawn(process.execPath, [TIER, JSON.stringify(options)], {stdio: ['ignore', 'pipe', 'inherit']})
  const [url] = await once(createInterface({input: child.stdout}), 'line')
  return {process: child, url: String(url)}
}

/** Again until it is stored: an event is known by its id. */
async function send(client: PlatformClient, number: number): Promise<void> {
  const data = {account: '1234', scheme: 'sia', code: 'BA', qualifier: 'new', zone: `${number}`, raw: `zone ${number}`}
  const event: CloudEvent = {specversion: '1.0', source: 'test', id: `${number}`, type: 'org.citywatch.signal', data}
  await until(() =>
    client.sendEvents(event).then(
      () => true,
      () => false,
    ),
  )
}

test('nine kills over three tiers while alarms rise and acknowledgements go down: nothing lost, nothing doubled', async () => {
  const random = seededRandom(7)
  const station = await Tier.start([])
  const district = await Tier.start([{name: 'station', url: station.client.url}])
  const city = await Tier.start([{name: 'district', url: district.client.url}])
  const tiers = [station, district, city]
  let sent = 0
  const sending = Promise.all(
    Array.from({length: 4}, async () => {
      while (sent < SIGNALS) await send(station.client, ++sent)
    }),
  )
  const asked = new Set<number>()
  for (let kill = 1; kill <= KILLS; kill++) {
    await until(() => sent >= (kill * SIGNALS) / (KILLS + 2))
    await askSome(city.client, asked)
    await tiers[Math.floor(random() * tiers.length)]!.killAndRestart()
  }
  await sending
  await until(async () => (await city.alarms()).length >= SIGNALS)
  await until(async () => (await city.alarms()).every(({pending}) => pending === undefined))

  const below = (await station.entries()).filter(isAlarm)
  const above = await city.entries()
  await until(async () => (await city.entries()).filter(isAlarm).length >= below.length)
  const risen = (await city.entries()).filter(isAlarm)
  expect(risen.map(({origin}) => origin?.origin?.seq)).toEqual(below.map(({seq}) => seq))
  const story = ({zone, handling, condition, count, ackedBy}: Alarm) =>
    [zone, handling, condition, count, ackedBy ?? '-'].join(' ')
  const said = (await station.alarms()).map(story).sort()
  expect(said.length).toBe(SIGNALS)
  expect((await district.alarms()).map(story).sort()).toEqual(said)
  expect((await city.alarms()).map(story).sort()).toEqual(said)
  // Every request has one answer, and all that were confirmed are acknowledged at the station.
  const answers = [...above.filter(isAnswer), ...(await city.entries()).slice(above.length).filter(isAnswer)]
  expect(new Set(answers.map(({key}) => key)).size).toBe(answers.length)
  const confirmed = answers.filter(({state}) => state === 'confirmed').map(({alarm}) => alarm.zone)
  expect(confirmed.length).toBeGreaterThan(0)
  const acked = new Set((await station.alarms()).filter(({handling}) => handling !== 'new').map(({zone}) => zone))
  expect(confirmed.filter((zone) => !acked.has(zone))).toEqual([])
  await until(async () => {
    const checks = await Promise.all([district, city].map(({client}) => client.federation()))
    return checks.every(({children: [child]}) => child?.check?.isEven === true)
  })
})

function isAlarm(entry: LogEntry): boolean {
  return entry.type === 'signal' || entry.type === 'action'
}

function isAnswer(entry: LogEntry): entry is Extract<LogEntry, {type: 'request'}> {
  return entry.type === 'request' && entry.state !== 'pending'
}

/** Acknowledges at the top five alarms that nobody has asked about. */
async function askSome(client: PlatformClient, asked: Set<number>): Promise<void> {
  const by = safeText('anna')
  let count = 0
  for await (const {id, version, handling} of client.alarms()) {
    if (handling !== 'new' || asked.has(id) || count++ >= 5) continue
    asked.add(id)
    await client.ack({id, version, by})
  }
}
