/** Platforms on one PostgreSQL while one of them, its line or the server fails: nobody who is heard is missing, who is not is. */
import {describe, expect, test} from 'vitest'
import {type PeerNode, peerNodes, supervisionLog, watchedCamera} from '../support/peer-nodes.ts'
import {postgresMissing, testServer} from '../support/postgres.ts'

const LIVE = Array.from({length: 30}, (_, index) => `cam-${String(index).padStart(2, '0')}`)
const MINUTE = 60_000

describe.skipIf(postgresMissing)(postgresMissing ?? 'platforms on one PostgreSQL', () => {
  const server = testServer()

  /** Two or more platforms, 30 cameras that are heard every 20 s, and one that never is. */
  async function stage(count: number) {
    const url = await server().database()
    const all = await peerNodes(url)
    const nodes: PeerNode[] = []
    for (let index = 0; index < count; index++) nodes.push(await all.start())
    const devices = [...LIVE, 'silent'].map((key) => watchedCamera(key))
    await nodes[0]!.client.putDevices({devices})
    await all.passUntilKnown(devices.length, nodes)
    /** `ms` of time in which each camera is heard by one of these platforms, now this one, now that. */
    const beating = async (ms: number, at: readonly PeerNode[]) => {
      for (let passed = 0; passed < ms; passed += 20_000) {
        const turn = passed / 20_000
        for (const [index, node] of at.entries())
          await node.client.heartbeats({cameras: LIVE.filter((_, camera) => (camera + turn) % at.length === index)})
        await all.pass(Math.min(20_000, ms - passed))
      }
    }
    const areConnected = async (nodesThere: number) => (await server().sql(url, SESSIONS))[0]?.count === nodesThere * 2
    return {...all, url, nodes, beating, areConnected}
  }

  test('the one that leads is killed: one of the others goes on, knows who was heard, and sees who falls silent', async () => {
    const {nodes, beating, passUntil, now} = await stage(3)
    const [a, b, c] = nodes as [PeerNode, PeerNode, PeerNode]
    await beating(2 * MINUTE, nodes)
    expect(await supervisionLog(b.client)).toEqual(['silent missing'])
    a.kill()
    await beating(2 * MINUTE, [b, c])
    expect(await supervisionLog(b.client)).toEqual(['silent missing'])
    await b.client.heartbeats({cameras: ['silent', ...LIVE]})
    const heardAt = now()
    await passUntil(async () => (await supervisionLog(c.client)).filter((line) => line.endsWith('missing')).length > 1)
    expect(now() - heardAt).toBeLessThanOrEqual(MINUTE + 1_500)
  })

  test('one that does not lead is killed with what it just heard: nobody is missing for that, but by a whole interval later', async () => {
    const {nodes, beating, pass, passUntil, now} = await stage(2)
    const [a, b] = nodes as [PeerNode, PeerNode]
    await beating(MINUTE, nodes)
    await pass(35_000)
    const before = await supervisionLog(a.client)
    expect(before).toEqual(['silent missing'])
    await b.client.heartbeats({cameras: LIVE}) // the last word, and nobody hears of it
    b.kill()
    const killedAt = now()
    await pass(58_000)
    expect(await supervisionLog(a.client)).toEqual(before)
    await passUntil(async () => (await supervisionLog(a.client)).length > before.length)
    expect(now() - killedAt).toBeLessThan(MINUTE + 10_000)
  })

  test('the server crashes and stays away for a while: what was heard meanwhile counts at both, and so does silence', async (context) => {
    const {stop} = server()
    if (stop === undefined) return context.skip('the server is not ours to stop')
    const {nodes, beating, pass, passUntil, passUntilKnown, areConnected} = await stage(2)
    const [a] = nodes as [PeerNode, PeerNode]
    await beating(2 * MINUTE, nodes)
    await a.client.putDevices({devices: [watchedCamera('late')]})
    await passUntilKnown(LIVE.length + 2, nodes)
    await a.client.heartbeats({cameras: ['late']})
    for (const node of nodes) node.line.cut() // as seen from the nodes; and the server forgets what it did not write
    const start = await stop()
    await beating(MINUTE, nodes)
    await start()
    for (const node of nodes) node.line.mend()
    await passUntil(() => areConnected(2))
    await pass(15_000)
    expect(await supervisionLog(a.client)).toEqual(['silent missing', 'late missing'])
    await beating(2 * MINUTE, nodes)
    expect(await supervisionLog(a.client)).toEqual(['silent missing', 'late missing'])
    await passUntil(async () => (await a.client.status()).supervision.missing === LIVE.length + 2)
  })

  test('the server crashes between two signs of life, and comes back at once', async (context) => {
    const {crash} = server()
    if (crash === undefined) return context.skip('the server is not ours to crash')
    const {nodes, beating, pass, passUntil, areConnected} = await stage(2)
    const [a, b] = nodes as [PeerNode, PeerNode]
    await beating(2 * MINUTE, nodes)
    for (let round = 0; round < 3; round++) {
      await b.client.heartbeats({cameras: LIVE})
      for (const {line} of nodes) line.cut()
      await crash()
      for (const {line} of nodes) line.mend()
      await passUntil(() => areConnected(2))
      await pass(35_000)
    }
    expect(await supervisionLog(a.client)).toEqual(['silent missing'])
  })

  test('what was told and not yet read when the server crashed is told again', async (context) => {
    const {crash} = server()
    if (crash === undefined) return context.skip('the server is not ours to crash')
    const {nodes, pass, passUntil, areConnected} = await stage(2)
    const [a, b] = nodes as [PeerNode, PeerNode]
    await pass(1_000)
    a.line.hold()
    await b.client.heartbeats({cameras: LIVE})
    await pass(1_000)
    for (const {line} of nodes) line.cut()
    await crash()
    for (const {line} of nodes) line.mend()
    await passUntil(() => areConnected(2))
    await passUntil(async () => (await a.client.status()).supervision.alive === LIVE.length)
  })

  test.each(['cut', 'hold'] as const)(
    'the network of the one that leads is gone (%s), its devices come through the other; then it is back',
    async (how) => {
      const {nodes, beating, pass, passUntil, areConnected} = await stage(2)
      const [a, b] = nodes as [PeerNode, PeerNode]
      await beating(MINUTE, nodes)
      a.line[how]()
      if (how === 'hold') await server().sql(b.line.url, DROP_FIRST)
      await beating(3 * MINUTE, [b])
      expect(await supervisionLog(b.client)).toEqual(['silent missing'])
      a.line.mend()
      await passUntil(() => areConnected(2))
      await beating(MINUTE, [a])
      expect(await supervisionLog(b.client)).toEqual(['silent missing'])
      await b.close()
      await beating(2 * MINUTE, [a])
      await pass(3_000)
      expect(await supervisionLog(a.client)).toEqual(['silent missing'])
    },
  )

  test('devices that only the one hears that is cut off are missing, and back with it', async () => {
    const {nodes, beating, pass, passUntil, passUntilKnown} = await stage(2)
    const [a, b] = nodes as [PeerNode, PeerNode]
    await beating(MINUTE, nodes)
    await b.client.putDevices({devices: [watchedCamera('only-b')]})
    await b.client.heartbeats({cameras: ['only-b']})
    await passUntilKnown(LIVE.length + 2, nodes)
    await pass(2_000)
    b.line.cut()
    for (let round = 0; round < 8; round++) {
      await b.client.heartbeats({cameras: ['only-b']})
      await beating(20_000, [a])
    }
    expect((await a.client.status()).supervision.complete).toBe(true)
    expect(await supervisionLog(a.client)).toEqual(['silent missing', 'only-b missing'])
    b.line.mend()
    await passUntil(async () => (await supervisionLog(a.client)).length > 2)
    expect(await supervisionLog(a.client)).toEqual(['silent missing', 'only-b missing', 'only-b restored'])
  })
})

/** The sessions of the one that leads end at the server, which could not reach it. */
const DROP_FIRST = `
  SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database
  WHERE locktype = 'advisory' AND granted AND datname = current_database()
`

const SESSIONS = `
  SELECT count(*)::int FROM pg_stat_activity
  WHERE datname = current_database() AND application_name ~ '^citywatch (feed|peers) '
`
