/**
 * npm `iobroker.sia` as a receiver, without its controller, in a process of its own. It is no dependency (140 packages, four of
 * them built on installing); whoever wants the comparison installs it beside:
 *   npm install --prefix node_modules/.cache/citywatch-bench/peers --ignore-scripts iobroker.sia@2.0.4
 */
import {type ChildProcess, fork} from 'node:child_process'
import {once} from 'node:events'
import {createRequire} from 'node:module'
import type {Server} from 'node:net'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'

const FOLDER = fileURLToPath(new URL('../../node_modules/.cache/citywatch-bench/peers/', import.meta.url))
export const PEER = 'iobroker.sia 2.0.4'
/** What to say where it is not installed. */
export const INSTALL =
  'not installed: npm install --prefix node_modules/.cache/citywatch-bench/peers --ignore-scripts iobroker.sia@2.0.4'

export interface PeerAccounts {
  readonly first: number
  readonly count: number
  /** Hex; absent: in clear. */
  readonly key?: string
}

/** A receiver in a process of its own, so that nothing but its work is counted. */
export interface Peer {
  readonly port: number
  /** Processor time so far, s. */
  cpuSeconds(): Promise<number>
  stop(): void
}

/** Undefined where the package is not installed. */
export async function startPeer(accounts: PeerAccounts): Promise<Peer | undefined> {
  if (peerModule() === undefined) return undefined
  return receiverProcess(fileURLToPath(import.meta.url), ['serve', JSON.stringify(accounts)])
}

/** The script calls `answerCpu` once it listens. */
export async function receiverProcess(script: string, args: readonly string[]): Promise<Peer> {
  const child = fork(script, args)
  const port = Number(await answerOf(child))
  return {
    port,
    async cpuSeconds() {
      child.send('cpu')
      return Number(await answerOf(child))
    },
    stop: () => void child.kill('SIGKILL'),
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const [answer] = await once(child, 'message')
  return answer
}

function peerModule(): string | undefined {
  try {
    return createRequire(join(FOLDER, 'bench.js')).resolve('iobroker.sia/build/lib/sia.js')
  } catch {
    return undefined
  }
}

/** What is used of it. */
interface SiaServer {
  readonly servertcp: Server
  setAccounts(accounts: readonly object[]): void
  serverStartTCP(): void
}

async function serve({first, count, key}: PeerAccounts): Promise<void> {
  const {sia} = createRequire(import.meta.url)(peerModule() ?? '') as {sia: new (options: object) => SiaServer}
  const server = new sia({host: '127.0.0.1', port: 0, timeout: 40, sockend: false})
  server.setAccounts(
    Array.from({length: count}, (_, index) => ({
      accountnumber: (first + index).toString(16).toUpperCase().padStart(6, '0'),
      ...(key === undefined ? {aes: false} : {aes: true, hex: true, password: key}),
    })),
  )
  server.serverStartTCP()
  await once(server.servertcp, 'listening')
  const address = server.servertcp.address()
  answerCpu(typeof address === 'object' && address ? address.port : 0)
}

/** Tells the parent the port, and the processor time whenever it asks. */
export function answerCpu(port: number): void {
  process.on('message', () => {
    const {user, system} = process.cpuUsage()
    process.send?.((user + system) / 1e6)
  })
  process.send?.(port)
}

const [, script, mode, accounts] = process.argv
if (script === fileURLToPath(import.meta.url) && mode === 'serve') await serve(JSON.parse(accounts ?? '{}'))
