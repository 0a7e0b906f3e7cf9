/** The platform's open connections: as many of one address as are allowed, and all of them ended when it closes. */
import type {Server} from 'node:http'
import type {Socket} from 'node:net'
import type {Log} from '../../lib/log.ts'
import {Buckets} from '../access/bucket.ts'
import {isLocal, networkOf, plainAddress} from '../access/peer.ts'

/** Connections that one address may have open unless told otherwise. This machine has no limit of its own. */
export const MAX_CONNECTIONS_EACH = 512
/** How long running requests may go on after close(), ms. */
const CLOSE_GRACE_MS = 2_000

export interface ConnectionOptions {
  /** Open connections of one address. */
  readonly max: number
  readonly log: Log
  readonly now: () => number
  /** Addresses without a limit; absent: those of this machine. */
  readonly isFree?: (address: string) => boolean
}

export class Connections {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #each = new Map<string, number>()

  /** As the system sees them: the HTTP server does not know those that are still shaking hands. */
  constructor(server: Server, {max, log, now, isFree = isLocal}: ConnectionOptions) {
    this.#server = server
    const told = new Buckets({perSecond: 0.1, burst: 1})
    server.on('connection', (socket: Socket) => {
      const from = plainAddress(socket.remoteAddress ?? '')
      const network = networkOf(from)
      const open = (this.#each.get(network) ?? 0) + 1
      if (open > max && !isFree(from)) {
        socket.destroy()
        if (told.take(network, now()) === 0) log.write('warn', 'connection.refused', {from, open: max})
        return
      }
      this.#each.set(network, open)
      this.#sockets.add(socket)
      socket.once('close', () => this.#closed(socket, network))
    })
  }

  get size(): number {
    return this.#sockets.size
  }

  /** Drops them all, as a fault of the network would. */
  cut(): void {
    this.#server.closeAllConnections()
    for (const socket of this.#sockets) socket.destroy()
  }

  /** Answers what is being asked; what takes longer than the grace is cut. */
  async close(): Promise<void> {
    const late = setTimeout(() => this.cut(), CLOSE_GRACE_MS)
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeIdleConnections()
    })
    clearTimeout(late)
  }

  #closed(socket: Socket, network: string): void {
    this.#sockets.delete(socket)
    const open = (this.#each.get(network) ?? 1) - 1
    if (open <= 0) this.#each.delete(network)
    else this.#each.set(network, open)
  }
}
