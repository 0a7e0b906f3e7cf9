/** PostgreSQL goes away in the middle of things: nothing acknowledged is lost, nothing is there twice. */
import {connect, createServer, type Server, type Socket} from 'node:net'
import {describe, expect, onTestFinished, test} from 'vitest'
import type {Store} from '../../../../src/platform/store/port.ts'
import {parsePostgresUrl} from '../../../../src/platform/store/postgres/target.ts'
import {postgresMissing, testPair, testServer} from '../../../support/postgres.ts'
import {type Load, loadOn, named, testNode} from '../../../support/postgres-store.ts'
import {until} from '../../../support/wait.ts'
import {upTo, wholeLog} from '../conformance/engine.ts'

/** Every row once, every acknowledged signal among them. */
async function expectWhole(store: Store, loads: readonly Load[]): Promise<void> {
  const rows = await wholeLog(store)
  expect(rows.map(({seq}) => seq)).toEqual(upTo(rows.length))
  const stored = rows.map(({entry}) => JSON.parse(entry).signal.raw as string)
  expect(new Set(stored).size).toBe(stored.length)
  const there = new Set(stored)
  expect(loads.flatMap(({acknowledged}) => acknowledged.filter((name) => !there.has(name)))).toEqual([])
}

describe.skipIf(postgresMissing)(postgresMissing ?? 'PostgreSQL in trouble', () => {
  const server = testServer()

  test('writers are cut off in mid-commit twenty times', async () => {
    const url = await server().database()
    const [a, b] = await Promise.all([testNode(url), testNode(url)])
    const loads = [loadOn(a, 'a'), loadOn(b, 'b')]
    const answered = () => loads.reduce((sum, {acknowledged}) => sum + acknowledged.length, 0)
    for (let round = 0; round < 20; round++) {
      const before = answered()
      await server().sql(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'citywatch writer%'",
      )
      await until(() => answered() > before + 20)
    }
    await Promise.all(loads.map((load) => load.stop()))
    expect(loads.map(({refused}) => refused)).toEqual([[], []])
    await expectWhole(a, loads)
  })

  test('the server crashes under load and comes back: nobody was refused, nothing is lost or doubled', async (context) => {
    const {crash} = server()
    if (crash === undefined) return context.skip('the server is not ours to crash')
    const url = await server().database()
    const [a, b] = await Promise.all([testNode(url), testNode(url)])
    const seen: number[] = []
    b.follow((rows) => seen.push(...rows.map(({seq}) => seq)))
    const loads = [loadOn(a, 'a'), loadOn(b, 'b')]
    for (let round = 0; round < 3; round++) {
      const before = loads.map(({acknowledged}) => acknowledged.length)
      await until(() => loads.every(({acknowledged}, index) => acknowledged.length > before[index]! + 100))
      await crash()
    }
    const before = loads.map(({acknowledged}) => acknowledged.length)
    await until(() => loads.every(({acknowledged}, index) => acknowledged.length > before[index]! + 100))
    await Promise.all(loads.map((load) => load.stop()))
    expect(loads.map(({refused}) => refused)).toEqual([[], []])
    await expectWhole(a, loads)
    await until(() => seen.length >= b.head() && b.head() > 0)
    expect(seen).toEqual(upTo(seen.length))
    await until(() => [a, b].filter((store) => store.leads()).length === 1)
  })

  test('the server dies under load and its synchronous standby takes over: nothing is lost or doubled', async (context) => {
    if (server().crash === undefined) return context.skip('the server is not ours to kill')
    const pair = await testPair()
    const [a, b] = await Promise.all([testNode(pair.url), testNode(pair.url)])
    const seen: number[] = []
    b.follow((rows) => seen.push(...rows.map(({seq}) => seq)))
    const loads = [loadOn(a, 'a'), loadOn(b, 'b')]
    const more = async (count: number) => {
      const before = loads.map(({acknowledged}) => acknowledged.length)
      await until(() => loads.every(({acknowledged}, index) => acknowledged.length > before[index]! + count))
    }
    await more(200)
    await pair.failOver()
    await more(200)
    await Promise.all(loads.map((load) => load.stop()))
    expect(loads.map(({refused}) => refused)).toEqual([[], []])
    await expectWhole(a, loads)
    await until(() => seen.length >= loads.reduce((sum, {acknowledged}) => sum + acknowledged.length, 0))
    expect(seen).toEqual(upTo(seen.length))
    await until(() => [a, b].filter((store) => store.leads()).length === 1)
  })

  test('a server that stays away: writes are refused after a while, and taken again when it is back', async (context) => {
    const {stop} = server()
    if (stop === undefined) return context.skip('the server is not ours to stop')
    const url = await server().database()
    const store = await testNode(url, hastyClock())
    await store.signal(named('before'))
    const start = await stop()
    onTestFinished(() => start().catch(() => undefined))
    await expect(store.signal(named('meanwhile'))).rejects.toMatchObject({code: 'CW_IO'})
    await expect(store.tryWrite()).rejects.toMatchObject({code: 'CW_IO'})
    await expect(store.read(0, 10)).rejects.toMatchObject({code: 'CW_IO'})
    await start()
    await until(() =>
      store.signal(named('after')).then(
        () => true,
        () => false,
      ),
    )
    const names = (await wholeLog(store)).map(({entry}) => JSON.parse(entry).signal.raw)
    expect([names[0], names.at(-1), names.includes('meanwhile')]).toEqual(['before', 'after', false])
  })

  test.each([
    ['after the server got it', 'answer', 1],
    ['before the server got it', 'question', 1],
  ] as const)('the line breaks at the commit, %s: stored once, and answered as stored', async (_when, lost, count) => {
    const url = await server().database()
    const line = await breakableLine(url)
    const store = await testNode(line.url)
    await store.signal(named('first'))
    line.breakAtCommit(lost)
    expect(await store.signal(named('second'))).toBe('stored')
    expect(line.broken()).toBe(count)
    await store.signal(named('third'))
    expect((await wholeLog(store)).map(({entry}) => JSON.parse(entry).signal.raw)).toEqual(['first', 'second', 'third'])
    expect((await store.counts()).alarms).toMatchObject({new: 1, acked: 0})
  })

  test('a full disk is named, leaves nothing behind, and is over when there is room again', async () => {
    const url = await server().database()
    const store = await testNode(url)
    await store.signal(named('first'))
    await server().sql(
      url,
      `CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
       CREATE TRIGGER full_disk BEFORE INSERT ON citywatch.alarm FOR EACH ROW EXECUTE FUNCTION full_disk()`,
    )
    const {label} = parsePostgresUrl(url)
    await expect(store.signal(named('second', '2'))).rejects.toMatchObject({
      code: 'CW_DISK_FULL',
      params: {path: label},
    })
    await server().sql(url, 'DROP TRIGGER full_disk ON citywatch.alarm')
    await store.signal(named('third', '3'))
    expect((await wholeLog(store)).map(({subject}) => subject)).toEqual(['alarm/1', 'alarm/2'])
    expect(store.commits()).toMatchObject({failed: 1})
  })

  test('a database that was put back to an earlier state is not written on', async () => {
    const url = await server().database()
    const store = await testNode(url)
    await store.signal(named('first'))
    await store.signal(named('second'))
    await server().sql(url, 'DELETE FROM citywatch.log WHERE seq = 2; UPDATE citywatch.head SET seq = 1')
    await expect(store.signal(named('third'))).rejects.toMatchObject({code: 'CW_IO'})
    expect(await server().sql(url, 'SELECT max(seq)::int AS seq FROM citywatch.log')).toEqual([{seq: 1}])
  })
})

/** Time that passes only where somebody waits for it, and then at once. */
function hastyClock() {
  let now = 0
  return {
    now: () => now,
    async sleep(ms: number, signal?: AbortSignal) {
      now += ms
      await new Promise((resolve) => setImmediate(resolve))
      signal?.throwIfAborted()
    },
  }
}

const COMMIT = Buffer.from('COMMIT\0')

/** A line to the server that breaks once at the next COMMIT: before it is handed on, or with the answer to it. */
async function breakableLine(url: string) {
  const {port, hostname} = new URL(url)
  let lost: 'question' | 'answer' | undefined
  let broken = 0
  const breakOff = (...sockets: Socket[]) => {
    lost = undefined
    broken++
    for (const socket of sockets) socket.destroy()
  }
  const listener: Server = createServer((client) => {
    const upstream = connect(Number(port), hostname)
    for (const socket of [client, upstream]) socket.on('error', () => {})
    client.on('data', (chunk: Buffer) => {
      if (lost === undefined || !chunk.includes(COMMIT)) return void upstream.write(chunk)
      if (lost === 'question') return breakOff(client, upstream)
      upstream.write(chunk)
      upstream.removeAllListeners('data').once('data', () => breakOff(client, upstream))
    })
    upstream.on('data', (chunk) => client.write(chunk))
    client.once('close', () => upstream.destroy())
    upstream.once('close', () => client.destroy())
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void listener.close())
  const address = listener.address()
  const through = new URL(url)
  through.port = String(typeof address === 'object' && address !== null ? address.port : 0)
  return {
    url: through.href,
    breakAtCommit(what: 'question' | 'answer') {
      lost = what
    },
    broken: () => broken,
  }
}
