/** A database that was restored or moved is given a new epoch, and nobody goes on with numbers of the life before. */
import {describe, expect, test} from 'vitest'
import {verifyLines} from '../../../../src/platform/audit/verify.ts'
import {LOCKS} from '../../../../src/platform/store/postgres/layout.ts'
import {openLink} from '../../../../src/platform/store/postgres/link.ts'
import {beginNewLife} from '../../../../src/platform/store/postgres/new-life.ts'
import {parsePostgresUrl} from '../../../../src/platform/store/postgres/target.ts'
import {lineTo} from '../../../support/peer-nodes.ts'
import {postgresMissing, testServer} from '../../../support/postgres.ts'
import {named, testNode} from '../../../support/postgres-store.ts'
import {until} from '../../../support/wait.ts'
import {wholeLog} from '../conformance/engine.ts'

const SESSION = JSON.stringify({kind: 'session', name: 's'.repeat(43), user: 'anna', createdAt: 0, expiresAt: 9e15})

describe.skipIf(postgresMissing)(postgresMissing ?? 'a new life of a database', () => {
  const server = testServer()
  const begin = (url: string) => beginNewLife({target: parsePostgresUrl(url), now: 7, by: 'shell anna'})
  const epochOf = async (url: string) =>
    String((await server().sql(url, "SELECT value FROM citywatch.meta WHERE name = 'epoch'"))[0]?.value)

  test('refused while nodes are connected or one is starting; then log and inventory go on under a new epoch', async () => {
    const url = await server().database()
    const [a, b] = [await testNode(url), await testNode(url)]
    await a.signal(named('first'))
    const {label} = parsePostgresUrl(url)
    await expect(begin(url)).rejects.toMatchObject({
      ...{code: 'CW_LOCKED', params: {what: label, holder: '2 connected nodes'}},
    })
    await b.close()
    await expect(begin(url)).rejects.toMatchObject({code: 'CW_LOCKED', params: {holder: 'a connected node'}})
    await a.close()
    const starting = await openLink(parsePostgresUrl(url), 'test')
    await starting.run(`SELECT pg_advisory_lock(${LOCKS.class}, ${LOCKS.layout})`)
    await expect(begin(url)).rejects.toMatchObject({code: 'CW_LOCKED'})
    await starting.close()
    expect(await epochOf(url)).toBe(a.epoch)

    await server().sql(url, `INSERT INTO citywatch.access VALUES ('session', 's', '${SESSION}')`)
    await until(async () => (await server().sql(url, ADVISORY)).length === 0)
    const report = await begin(url)
    expect(report).toEqual({store: label, head: 1, epoch: expect.stringMatching(/^[0-9a-f]{16}$/), before: a.epoch})
    expect(report.epoch).not.toBe(a.epoch)
    const again = await testNode(url)
    expect([again.epoch, again.head(), await again.access()]).toEqual([report.epoch, 1, []])
    await again.signal(named('second'))
    expect((await wholeLog(again)).map(({seq}) => seq)).toEqual([1, 2])
    const {rows} = await again.auditLines({after: 0, limit: 10, since: 0, until: 1e15, within: ''})
    expect(rows.map(({line}) => JSON.parse(line))).toMatchObject([
      {n: 1, at: 7, who: 'shell anna', what: 'restore.done', detail: `epoch ${a.epoch}, head 1`},
    ])
    expect(await verifyLines(rows.map((row) => ({...row, isFoundRight: true})))).toMatchObject({
      state: 'intact',
      lines: 1,
    })
  })

  test('a copy that is older than what a node has seen: two lives, each with its own epoch', async () => {
    const url = await server().database()
    const first = await testNode(url)
    await first.signal(named('first'))
    await first.close()
    const copy = `${new URL(url).pathname.slice(1)}_copy`
    await server().sql(server().url('postgres'), `CREATE DATABASE ${copy} TEMPLATE ${new URL(url).pathname.slice(1)}`)
    const original = await testNode(url)
    await original.signal(named('second'))
    const {epoch} = await begin(server().url(copy))
    const restored = await testNode(server().url(copy))
    expect([restored.epoch, restored.head(), original.head()]).toEqual([epoch, 1, 2])
    expect(original.epoch).not.toBe(epoch)
  })

  test('a node that was cut off meanwhile writes nothing into the new life, and tells nothing of it', async () => {
    const url = await server().database()
    const line = await lineTo(url)
    const cutOff = await testNode(line.url)
    await cutOff.signal(named('first'))
    const told: number[] = []
    cutOff.follow((rows) => told.push(...rows.map(({seq}) => seq)))
    line.cut()
    await until(async () => (await server().sql(url, SESSIONS)).length === 0)
    await begin(url)
    const other = await testNode(url)
    await other.signal(named('second'))
    line.mend()
    await until(() =>
      cutOff.tryWrite().then(
        () => expect.fail('it was written'),
        (error) => String(error.params.detail).includes('new life'),
      ),
    )
    await expect(cutOff.signal(named('third'))).rejects.toMatchObject({code: 'CW_IO'})
    const before = line.opened
    await until(() => line.opened > before + 4 || told.length > 0) // it tries again and again to listen
    expect([told, cutOff.head()]).toEqual([[], 1])
    cutOff.peers?.tell({kind: 'panel', id: '1234'})
    expect(await server().sql(url, 'SELECT count(DISTINCT node)::int FROM citywatch.life_sign')).toEqual([{count: 1}])
    expect((await wholeLog(other)).map(({seq}) => seq)).toEqual([1, 2])
  })

  test('a database without data of citywatch is refused and left empty', async () => {
    const url = await server().database()
    await expect(begin(url)).rejects.toMatchObject({code: 'CW_NOT_A_BACKUP'})
    expect(await server().sql(url, "SELECT 1 FROM pg_namespace WHERE nspname = 'citywatch'")).toEqual([])
  })
})

const SESSIONS = `
  SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'citywatch %'
`
const ADVISORY = `
  SELECT 1 FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory' AND datname = current_database()
`
