/** PostgreSQL of this machine as a primary and, when asked for, a synchronous standby, behind one address that does not change. */
import {execFile, execFileSync, spawnSync} from 'node:child_process'
import {appendFileSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {connect, createServer, type Server, type Socket} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {promisify} from 'node:util'

const OWNER = 'postgres'
const HOST = '127.0.0.1'
/** How long the server may take for a start or a promotion, s. */
const WAIT_S = 60

export interface Cluster {
  /** Where clients connect, whichever server it is. */
  readonly url: string
  /** Cuts every connection, as a fault of the network would. */
  cut(): void
  /** Stops the primary as a crash would, and starts it again. */
  restart(): Promise<void>
  /** Kills the primary for good; the standby takes its place. */
  failOver(): Promise<void>
  stop(): Promise<void>
}

/** Folder of Debian's newest server programs; undefined where there is none, or no user to run it as. */
export function postgresPrograms(): string | undefined {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root) || process.getuid?.() !== 0) return undefined
  const version = readdirSync(root).sort((a, b) => Number(b) - Number(a))[0]
  const folder = join(root, version ?? '', 'bin')
  return existsSync(join(folder, 'initdb')) && spawnSync('id', [OWNER]).status === 0 ? folder : undefined
}

export async function startCluster(programs: string, standby: boolean): Promise<Cluster> {
  const owner = {
    uid: Number(execFileSync('id', ['-u', OWNER], {encoding: 'utf8'})),
    gid: Number(execFileSync('id', ['-g', OWNER], {encoding: 'utf8'})),
  }
  const home = mkdtempSync(join(tmpdir(), 'citywatch-postgres-'))
  chownSync(home, owner.uid, owner.gid)
  const run = (program: string, ...args: string[]) =>
    promisify(execFile)(join(programs, program), args, {...owner, cwd: home})
  const control = (data: string, ...args: string[]) => run('pg_ctl', '-D', data, '-w', '-t', String(WAIT_S), ...args)
  const [primaryPort, standbyPort] = await freePorts()
  const primary = join(home, 'primary')
  const second = join(home, 'standby')
  await run('initdb', '-D', primary, '-A', 'trust', '-U', OWNER, '-E', 'UTF8', '--locale=C')
  configure(primary, primaryPort, standby ? "synchronous_standby_names = 'ANY 1 (*)'" : '')
  await control(primary, '-l', join(home, 'primary.log'), 'start')
  if (standby) {
    await run('pg_basebackup', '-h', HOST, '-p', String(primaryPort), '-U', OWNER, '-D', second, '-R', '-X', 'stream')
    configure(second, standbyPort, "synchronous_standby_names = ''")
    await control(second, '-l', join(home, 'standby.log'), 'start')
  }
  const door = await openDoor(primaryPort)
  let alive = [primary, ...(standby ? [second] : [])]
  return {
    url: `postgres://${OWNER}@${HOST}:${door.port}/postgres`,
    cut: door.cut,
    restart: async () => void (await control(primary, '-m', 'immediate', '-l', join(home, 'primary.log'), 'restart')),
    async failOver() {
      await control(primary, '-m', 'immediate', 'stop')
      await control(second, 'promote')
      alive = [second]
      door.leadTo(standbyPort)
    },
    async stop() {
      for (const data of alive) await control(data, '-m', 'fast', 'stop')
      door.close()
      rmSync(home, {recursive: true, force: true})
    },
  }
}

function configure(data: string, port: number, more: string): void {
  const lines = [`port = ${port}`, `listen_addresses = '${HOST}'`, "unix_socket_directories = ''", 'fsync = on', more]
  appendFileSync(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`)
}

interface Door {
  readonly port: number
  cut(): void
  leadTo(port: number): void
  close(): void
}

/** What a virtual address or a balancer does: one port, and behind it whoever is the primary. */
async function openDoor(first: number): Promise<Door> {
  let target = first
  const open = new Set<Socket>()
  const keep = (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => open.delete(socket))
  }
  const server = createServer({noDelay: true}, (client) => {
    const behind = connect({host: HOST, port: target, noDelay: true})
    for (const socket of [client, behind]) keep(socket)
    client.pipe(behind).pipe(client)
    client.once('close', () => behind.destroy())
    behind.once('close', () => client.destroy())
  })
  const port = await listen(server)
  const cut = () => {
    for (const socket of open) socket.destroy()
  }
  return {
    port,
    cut,
    leadTo(next) {
      target = next
      cut()
    },
    close() {
      server.close()
      cut()
    },
  }
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const
  const ports: [number, number] = [await listen(servers[0]), await listen(servers[1])]
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, HOST, () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : 0)
    })
  })
}
