/** Two platforms on one PostgreSQL behind any balancer: what one takes, the other shows; and one of them keeps time for both. */
import {describe, expect, onTestFinished, test} from 'vitest'
import {safeText} from '../../src/lib/safe-text.ts'
import type {LogEntry} from '../../src/model/log-entry.ts'
import type {PlatformClient} from '../../src/platform/client.ts'
import {parsePostgresUrl} from '../../src/platform/store/postgres/target.ts'
import {realClock} from '../support/clock.ts'
import {testPlatform} from '../support/platform.ts'
import {postgresMissing, testServer} from '../support/postgres.ts'
import {panel, signalOf} from '../support/signals.ts'
import {until} from '../support/wait.ts'

const MINUTE = 60_000
const by = safeText('anna')
const drill = {account: '1234', reason: safeText('walk test'), by, forMs: 60 * MINUTE}

/** Sequences and kinds of what a watcher of this platform gets from the beginning. */
async function watched(client: PlatformClient): Promise<readonly string[]> {
  const seen: string[] = []
  const stop = new AbortController()
  const {epoch} = await client.status()
  const name = (entry: LogEntry) => `${entry.seq} ${'change' in entry ? entry.change : entry.type}`
  const done = (async () => {
    for await (const message of client.watch({epoch, seq: 0}, {clock: realClock, signal: stop.signal}))
      if (message.type === 'entry') seen.push(name(message.entry))
  })()
  onTestFinished(async () => {
    stop.abort()
    await done
  })
  return seen
}

describe.skipIf(postgresMissing)(postgresMissing ?? 'two platforms on one PostgreSQL', () => {
  const server = testServer()
  const twoPlatforms = async (clock = realClock) => {
    const options = {postgres: parsePostgresUrl(await server().database()), clock}
    const a = await testPlatform(options)
    await a.client.putDevices({devices: [panel]})
    return {a, b: await testPlatform(options)}
  }

  test('a signal that one takes is acknowledged at the other, and both watchers see the same', async () => {
    const {a, b} = await twoPlatforms()
    const [atA, atB] = await Promise.all([watched(a.client), watched(b.client)])
    expect(await a.platform.accept(signalOf())).toBe('stored')
    const {alarms, position} = await b.client.snapshot()
    expect([alarms[0]?.id, position.seq]).toEqual([1, 1])
    await b.client.ack({id: 1, version: 1, by})
    await a.platform.accept(signalOf({qualifier: 'restore'}))
    const all = ['1 raised', '2 acked', '3 restored']
    await until(() => atA.length >= all.length && atB.length >= all.length)
    expect([atA, atB]).toEqual([all, all])
    expect(await Promise.all([a, b].map(async ({client}) => (await client.status()).alarms))).toMatchObject([
      {new: 0, acked: 1, over: 1},
      {new: 0, acked: 1, over: 1},
    ])
    for (const {platform} of [a, b]) expect((await fetch(`${platform.url}/readyz`)).status).toBe(200)
  })

  test('a watcher may go on at another platform, also when that one has not been told yet', async () => {
    const {a, b} = await twoPlatforms()
    const {epoch} = await a.client.status()
    for (let seq = 1; seq <= 20; seq++) {
      await a.platform.accept(signalOf())
      const stop = new AbortController()
      const response = await fetch(`${b.platform.url}/v1/stream?after=${epoch}-${seq}`, {signal: stop.signal})
      const first = await response.body?.getReader().read()
      expect(new TextDecoder().decode(first?.value)).not.toContain('event: reset')
      stop.abort()
    }
  })

  test('one that ends is ended by the platform that keeps time, whichever began it; when that one closes, by the other', async () => {
    const time = {now: 0}
    const {a, b} = await twoPlatforms({now: () => time.now, sleep: realClock.sleep})
    const seen = await watched(b.client)
    await b.client.startOnTest(drill)
    time.now += 61 * MINUTE
    await b.client.startOnTest(drill)
    await until(() => seen.length >= 3)
    // Which of the two came first is the keeper's affair; both are there.
    expect(seen.map((entry) => entry.slice(2)).sort()).toEqual(['expired', 'started', 'started'])
    time.now += 61 * MINUTE
    await a.platform.close()
    await until(() => seen.length >= 4)
    expect(seen[3]).toBe('4 expired')
    expect((await b.client.status()).onTest).toBe(0)
  })
})
