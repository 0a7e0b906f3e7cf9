/** A PostgreSQL server of its own for a bench, with its usual settings: the one that the tests run on. */
import {spawn, spawnSync} from 'node:child_process'
import {once} from 'node:events'
import {readdirSync, readFileSync, rmSync} from 'node:fs'
import {createServer} from 'node:net'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {Client} from 'pg'
import {binaries, identity, own, ownFolder} from '../../test/support/postgres-programs.ts'

const TICKS_A_SECOND = 100

export interface BenchServer {
  /** URL of an empty database. */
  readonly url: string
  /** Rows of the last statement. */
  sql(text: string): Promise<Record<string, unknown>[]>
  /** Processor time of the server and all of its sessions so far, s. Linux. */
  cpuSeconds(): number
  stop(): Promise<void>
}

/** Throws where no PostgreSQL can be run. */
export async function startPostgres(): Promise<BenchServer> {
  const programs = binaries()
  if (programs === undefined) throw new Error(`no PostgreSQL for ${process.platform} ${process.arch}`)
  const folder = ownFolder()
  const data = join(folder, 'data')
  const options = {...identity, cwd: '/', env: programs.env}
  spawnSync(programs.initdb, ['-D', data, '-U', 'citywatch', '--auth=trust', '--encoding=UTF8', '--locale=C'], options)
  own(data)
  const port = await freePort()
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((one) => ['-c', one])
  const child = spawn(programs.postgres, ['-D', data, '-p', String(port), ...settings], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await new Promise<void>((resolve, reject) => {
    createInterface({input: child.stderr}).on('line', (line) => line.includes('ready to accept') && resolve())
    child.once('exit', (status) => reject(new Error(`postgres ended with ${status}`)))
  })
  const url = `postgres://citywatch@127.0.0.1:${port}/postgres`
  return {
    url,
    async sql(text) {
      const client = new Client({connectionString: url})
      await client.connect()
      const answer = await client.query(text)
      await client.end()
      return (Array.isArray(answer) ? answer.at(-1) : answer).rows
    },
    cpuSeconds: () => cpuOf(child.pid ?? 0),
    async stop() {
      const gone = once(child, 'exit')
      child.kill('SIGINT')
      await gone
      rmSync(folder, {recursive: true, force: true})
    },
  }
}

/** Of a process, its children, and those that it has waited for. */
function cpuOf(pid: number): number {
  const ticks = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => fieldsOf(name))
    .filter((fields) => fields !== undefined && (fields.pid === pid || fields.parent === pid))
    .map((fields) => (fields?.pid === pid ? (fields?.own ?? 0) + fields.waited : (fields?.own ?? 0)))
  return ticks.reduce((sum, count) => sum + count, 0) / TICKS_A_SECOND
}

function fieldsOf(name: string): {pid: number; parent: number; own: number; waited: number} | undefined {
  try {
    const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number)
    const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map((at) => fields[at])
    return {pid: Number(name), parent, own: utime + stime, waited: cutime + cstime}
  } catch {
    return undefined // it has ended meanwhile
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}
