/** The receiving role of DC-09 on real sockets: TCP and UDP on one port. `panel listen` and the platform embed it. */
import {createServer, type Server, type Socket} from 'node:net'
import {setTimeout as delay, setImmediate as turn} from 'node:timers/promises'
import {isCitywatchError} from '../lib/errors.ts'
import {listening} from '../net/listen.ts'
import {listenUdp, type UdpPort} from '../net/udp.ts'
import {PieceBuffer} from '../protocol/dc09/pieces.ts'
import {Reception, type ReceptionOptions} from './reception.ts'

export interface ReceiverOptions extends ReceptionOptions {
  readonly host: string
  /** 0 lets the system choose; TCP and UDP get the same number. */
  readonly port: number
  /** TCP connections at a time; more are closed at once. */
  readonly maxConnections?: number
  /** How long a TCP connection may be silent, ms. */
  readonly idleMs?: number
  /** How long a begun frame may stay without its CR, and a new connection without its first frame, ms. */
  readonly partialMs?: number
}

export interface Receiver {
  readonly host: string
  readonly port: number
  /** Takes nothing new, waits a moment for signals that are being stored, closes every connection and the port. */
  close(): Promise<void>
}

const MAX_CONNECTIONS = 4_096
const IDLE_MS = 10 * 60_000
const PARTIAL_MS = 30_000
/** Frames of one connection that are looked at before the others have their turn. */
const TURN = 512
/** Messages of one connection, and datagrams of all peers, that wait for durability at a time. */
const MAX_IN_FLIGHT = 64
const MAX_DATAGRAMS = 4_096
/** Answers that a peer has not read, bytes: more, and it is cut off. */
const MAX_UNREAD_BYTES = 64 * 1024
/** How long close() waits for signals that are being stored, ms. */
const CLOSE_GRACE_MS = 2_000
/** How often another port is tried when the system's choice is taken for UDP. */
const PORT_TRIES = 32

/** Throws CW_PORT_IN_USE and CW_IO; nothing listens then. */
export async function serveReceiver(options: ReceiverOptions): Promise<Receiver> {
  const reception = new Reception(options)
  for (let tries = 1; ; tries++) {
    const tcp = await serveTcp(reception, options)
    try {
      const udp = await serveUdp(reception, options.host, tcp.port)
      let closed: Promise<unknown> | undefined
      return {
        host: options.host,
        port: tcp.port,
        async close() {
          reception.finish()
          closed ??= Promise.all([tcp.close(), udp.close()])
          await closed
        },
      }
    } catch (error) {
      await tcp.close()
      const another = options.port === 0 && tries < PORT_TRIES && isCitywatchError(error, 'CW_PORT_IN_USE')
      if (!another) throw error
    }
  }
}

interface Listener {
  readonly port: number
  close(): Promise<void>
}

async function serveTcp(reception: Reception, options: ReceiverOptions): Promise<Listener> {
  const open = new Set<Conversation>()
  // Half-open: a panel may end its side right behind the message and still gets the answer.
  const server: Server = createServer({noDelay: true, allowHalfOpen: true}, (socket) => {
    const conversation = new Conversation(reception, socket, options)
    open.add(conversation)
    socket.once('close', () => open.delete(conversation))
    socket.on('error', () => socket.destroy())
    void conversation.run().finally(() => socket.destroySoon())
  })
  server.maxConnections = options.maxConnections ?? MAX_CONNECTIONS
  const port = await listening(server, options.host, options.port)
  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      await graceful([...open].map((conversation) => conversation.finish()))
      for (const {socket} of open) socket.destroy()
      await closed
    },
  }
}

/** One TCP connection: answers in the order of the messages, while many of them wait for durability together. */
class Conversation {
  readonly socket: Socket
  readonly #reception: Reception
  readonly #buffer = new PieceBuffer()
  /** Ends the connection when the frame that has begun, or the first one, does not come to its end. */
  readonly #partial: NodeJS.Timeout
  #begun = false
  #inFlight = 0
  #answered = Promise.resolve()
  #finishing = false

  constructor(reception: Reception, socket: Socket, {idleMs = IDLE_MS, partialMs = PARTIAL_MS}: ReceiverOptions) {
    this.#reception = reception
    this.socket = socket
    socket.setTimeout(idleMs, () => socket.destroy())
    this.#partial = setTimeout(() => this.#overdue(), partialMs).unref()
  }

  /** Ends with the connection. */
  async run(): Promise<void> {
    const {socket} = this
    try {
      for await (const chunk of socket.iterator({destroyOnReturn: false}) as AsyncIterable<Uint8Array>) {
        if (this.#finishing) break
        await this.#read(chunk)
      }
    } catch {
      // The connection broke: what was read before is still stored; there is nobody to answer.
    }
    clearTimeout(this.#partial)
    await this.#answered
  }

  /** A drip of bytes does not keep a connection: the time runs from the frame before. */
  #overdue(): void {
    // Nothing is read while many messages wait for the disk: that is not the panel's fault.
    if (this.#inFlight > 0) this.#partial.refresh()
    else if (!this.#begun || this.#buffer.pendingBytes > 0) this.socket.destroy()
  }

  /** Reads nothing new and resolves once everything read so far is answered. */
  finish(): Promise<void> {
    this.#finishing = true
    return this.#answered
  }

  async #read(chunk: Uint8Array): Promise<void> {
    const {socket} = this
    const peer = `${socket.remoteAddress}:${socket.remotePort}`
    const wasPending = this.#buffer.pendingBytes > 0
    const pieces = this.#buffer.push(chunk)
    if (pieces.length > 0 || !wasPending) this.#partial.refresh()
    this.#begun ||= pieces.length > 0
    for (const [index, piece] of pieces.entries()) {
      if (index % TURN === TURN - 1) await turn()
      this.#inFlight += 1
      const answer = this.#reception.answer(piece, peer)
      this.#answered = this.#answered.then(async () => this.#reply(await answer))
      if (this.#inFlight >= MAX_IN_FLIGHT) await this.#answered
    }
  }

  #reply(bytes: Uint8Array | null): void {
    const {socket} = this
    this.#inFlight -= 1
    if (bytes && socket.writable) socket.write(bytes)
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy()
  }
}

async function serveUdp(reception: Reception, host: string, port: number): Promise<Listener> {
  const working = new Set<Promise<void>>()
  let finishing = false
  const udp: UdpPort = await listenUdp({host, port}, (bytes, from) => {
    if (finishing || working.size >= MAX_DATAGRAMS) return // The panel repeats what is not answered.
    const work = datagram(reception, bytes, `${from.address}:${from.port}`, (answer) => udp.send(answer, from))
    working.add(work)
    void work.finally(() => working.delete(work))
  })
  return {
    port: udp.port,
    async close() {
      finishing = true
      await graceful(working)
      await udp.close()
    },
  }
}

/** Every datagram stands alone: what is incomplete in one is not completed by another. */
async function datagram(
  reception: Reception,
  bytes: Uint8Array,
  peer: string,
  reply: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  const buffer = new PieceBuffer()
  const pieces = buffer.push(bytes)
  for (const piece of buffer.pendingBytes > 0 ? [...pieces, {kind: 'junk', bytes} as const] : pieces) {
    const answer = await reception.answer(piece, peer)
    if (answer) await reply(answer)
  }
}

/** Waits for all, but not for ever. */
async function graceful(work: Iterable<Promise<void>>): Promise<void> {
  const stop = new AbortController()
  const late = delay(CLOSE_GRACE_MS, undefined, {signal: stop.signal}).catch(() => {})
  await Promise.race([Promise.allSettled(work), late])
  stop.abort()
}
