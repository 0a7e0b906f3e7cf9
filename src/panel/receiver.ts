/** The receiving role of DC-09 on real sockets: TCP and UDP on one port. `panel listen` and the platform embed it. */
import {createServer, type Server, type Socket} from 'node:net'
import {setTimeout as delay} from 'node:timers/promises'
import {isCitywatchError} from '../lib/errors.ts'
import {listening} from '../net/listen.ts'
import {listenUdp, type UdpPort} from '../net/udp.ts'
import {type Piece, PieceBuffer} from '../protocol/dc09/pieces.ts'
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

/** An answer that is worked on: undefined until it is there, null for silence. */
interface Slot {
  bytes: Uint8Array | null | undefined
}

/** One TCP connection: answers in the order of the messages, while many of them wait for durability together. */
class Conversation {
  readonly socket: Socket
  readonly #reception: Reception
  readonly #peer: string
  readonly #buffer = new PieceBuffer()
  /** Ends the connection when the frame that has begun, or the first one, does not come to its end. */
  readonly #partial: NodeJS.Timeout
  #begun = false
  /** Read, and not yet begun: more than may be under way. */
  #waiting: Piece[] = []
  #slots: Slot[] = []
  /** Frames begun since the others had their turn. */
  #streak = 0
  #finishing = false
  #drained: PromiseWithResolvers<void> | undefined

  constructor(reception: Reception, socket: Socket, {idleMs = IDLE_MS, partialMs = PARTIAL_MS}: ReceiverOptions) {
    this.#reception = reception
    this.socket = socket
    this.#peer = `${socket.remoteAddress}:${socket.remotePort}`
    socket.setTimeout(idleMs, () => socket.destroy())
    this.#partial = setTimeout(() => this.#overdue(), partialMs).unref()
  }

  /** Ends with the connection, or with its sending side once all is answered. What was read of a broken one is still stored. */
  async run(): Promise<void> {
    const {socket} = this
    const ended = Promise.withResolvers<void>()
    socket.on('data', (chunk: Uint8Array) => this.#read(chunk))
    socket.once('end', ended.resolve)
    socket.once('close', () => ended.resolve())
    await ended.promise
    clearTimeout(this.#partial)
    await this.#answered()
  }

  /** Reads nothing new and resolves once everything read so far is answered. */
  finish(): Promise<void> {
    this.#finishing = true
    return this.#answered()
  }

  /** A drip of bytes does not keep a connection: the time runs from the frame before. */
  #overdue(): void {
    // Nothing is read while many messages wait for the disk: that is not the panel's fault.
    if (this.#slots.length > 0) this.#partial.refresh()
    else if (!this.#begun || this.#buffer.pendingBytes > 0) this.socket.destroy()
  }

  #read(chunk: Uint8Array): void {
    if (this.#finishing) return
    const wasPending = this.#buffer.pendingBytes > 0
    const pieces = this.#buffer.push(chunk)
    if (pieces.length > 0 || !wasPending) this.#partial.refresh()
    this.#begun ||= pieces.length > 0
    this.#waiting = this.#waiting.length === 0 ? pieces : [...this.#waiting, ...pieces]
    this.#begin()
    if (this.#waiting.length > 0) this.socket.pause()
  }

  /** As many as may be under way at a time. */
  #begin(): void {
    const room = this.#waiting.splice(0, MAX_IN_FLIGHT - this.#slots.length)
    this.#streak += room.length
    for (const piece of room) {
      const slot: Slot = {bytes: undefined}
      this.#slots.push(slot)
      void this.#reception.answer(piece, this.#peer).then((bytes) => {
        slot.bytes = bytes
        this.#reply()
      })
    }
  }

  /** Everything that is answered up to the first message that is not. */
  #reply(): void {
    const {socket} = this
    const open = this.#slots.findIndex(({bytes}) => bytes === undefined)
    const done = this.#slots.splice(0, open < 0 ? this.#slots.length : open)
    for (const {bytes} of done) if (bytes && socket.writable) socket.write(bytes)
    if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy()
    if (this.#waiting.length > 0) this.#goOn()
    else if (socket.isPaused()) socket.resume()
    if (this.#slots.length === 0 && this.#waiting.length === 0) this.#drained?.resolve()
  }

  /** Answers that need no disk come at once: then the other connections have their turn now and again. */
  #goOn(): void {
    if (this.#streak < TURN) this.#begin()
    else if (this.#slots.length === 0) {
      this.#streak = 0
      setImmediate(() => this.#begin())
    }
  }

  async #answered(): Promise<void> {
    if (this.#slots.length === 0 && this.#waiting.length === 0) return
    this.#drained ??= Promise.withResolvers()
    await this.#drained.promise
    this.#drained = undefined
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
