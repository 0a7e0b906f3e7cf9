/** Two real nodes on a real PostgreSQL: one is killed, the other keeps time; then the database begins a new life. */
import {setTimeout as delay} from 'node:timers/promises'
import {describe, expect, onTestFinished, test} from 'vitest'
import {PlatformClient} from '../../src/platform/client.ts'
import {citywatch, newHome, type Running, start} from '../support/cli.ts'
import {supervisionLog, watchedCamera} from '../support/peer-nodes.ts'
import {postgresMissing, testServer} from '../support/postgres.ts'
import {until} from '../support/wait.ts'

const home = newHome()
const LIVE = Array.from({length: 20}, (_, index) => `cam-${index}`)
const INTERVAL_MS = 15_000
const BEAT_MS = 500

describe.skipIf(postgresMissing)(postgresMissing ?? 'nodes', () => {
  const server = testServer()

  async function serve(store: string, name: string): Promise<{platform: Running; client: PlatformClient}> {
    const ports = ['--port', '0', '--dc09-port', '0', '--data', `${home.folder}/${name}`]
    const platform = start(home, ['platform', 'serve', ...ports, '--store', store, '--json'])
    const {url} = JSON.parse(await platform.line((line) => line.includes('dc09Port')))
    const client = new PlatformClient({url, timeoutMs: 5_000})
    await until(async () => (await client.status()).supervision.complete)
    return {platform, client}
  }

  test('the node that keeps time is killed with -9: the other knows who is heard, and sees who falls silent', async () => {
    const store = await server().database()
    const [a, b] = [await serve(store, 'a'), await serve(store, 'b')]
    const all = [...LIVE, 'late', 'silent']
    await a.client.putDevices({devices: all.map((key) => watchedCamera(key, {supervisionMs: INTERVAL_MS}))})
    let beating = [...LIVE, 'late']
    let nodes = [a, b]
    const over = new AbortController()
    const beats = (async () => {
      for (let turn = 0; !over.signal.aborted; turn++) {
        const {client} = nodes[turn % nodes.length] ?? b
        await client.heartbeats({cameras: beating}).catch(() => undefined) // the one that is being killed
        await delay(BEAT_MS)
      }
    })()
    onTestFinished(async () => {
      over.abort()
      await beats
    })
    await until(async () => (await supervisionLog(b.client)).length > 0)
    expect(await supervisionLog(b.client)).toEqual(['silent missing'])
    nodes = [b]
    await a.platform.stop('SIGKILL')
    beating = LIVE
    await until(async () => (await supervisionLog(b.client)).length > 1)
    expect(await supervisionLog(b.client)).toEqual(['silent missing', 'late missing'])
    expect((await b.client.status()).supervision).toMatchObject({alive: LIVE.length, missing: 2})

    const {epoch} = await b.client.status()
    const refused = await citywatch(home, ['platform', 'restore', '--store', store])
    expect([refused.exitCode, refused.stderr]).toEqual([6, expect.stringContaining('a connected node')])
    over.abort()
    await beats
    await b.platform.stop()
    const restored = await citywatch(home, ['platform', 'restore', '--store', store, '--json'])
    expect([restored.exitCode, restored.stderr]).toEqual([0, ''])
    expect(restored.json()).toMatchObject({before: epoch, epoch: expect.not.stringContaining(epoch)})
    const c = await serve(store, 'c')
    expect((await c.client.status()).epoch).toBe(restored.json<{epoch: string}>().epoch)
    expect((await c.client.supervision()).items.map(({key}) => key).toSorted()).toEqual(['late', 'silent'])
    await c.platform.stop()
  })
})
