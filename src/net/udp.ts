/** UDP as the rest of citywatch sees sockets: one peer as a byte stream whose chunks are datagrams, or a bound port. */
import {createSocket, type RemoteInfo, type Socket} from 'node:dgram'
import {lookup} from 'node:dns/promises'
import {isIP} from 'node:net'
import {CitywatchError} from '../lib/errors.ts'
import type {ByteStream} from './byte-stream.ts'
import {bindError} from './listen.ts'

/** Datagrams of a peer that wait to be read; later ones are dropped, as the network would. */
const MAX_WAITING = 256

/**
 * A socket that talks to one peer only. Each chunk is one datagram, each `send` another. When nobody listens there the
 * stream ends with CW_UNREACHABLE. Throws CW_UNREACHABLE for a name that does not resolve.
 */
export async function dialUdp(host: string, port: number): Promise<ByteStream> {
  const target = `${host}:${port}`
  const {address, family} = await resolve(host, target)
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  const inbox = new Inbox(target)
  socket.on('message', (bytes) => inbox.put(bytes))
  socket.on('error', (error: NodeJS.ErrnoException) => inbox.fail(error))
  await new Promise<void>((connected, rejected) => {
    socket.once('error', (cause: NodeJS.ErrnoException) => rejected(unreachable(target, cause)))
    socket.connect(port, address, () => connected())
  })
  return {
    peer: target,
    send: (bytes) => socket.send(bytes, (error) => error && inbox.fail(error)),
    close: () => {
      if (inbox.close()) socket.close()
    },
    [Symbol.asyncIterator]: () => inbox,
  }
}

export interface UdpPort {
  readonly port: number
  /** Resolves once the datagram has left; one that cannot leave is lost without a word, as datagrams are. */
  send(bytes: Uint8Array, to: RemoteInfo): Promise<void>
  close(): Promise<void>
}

/** Hands every datagram to `receive`. Throws CW_PORT_IN_USE or CW_IO. */
export async function listenUdp(
  options: {readonly host: string; readonly port: number},
  receive: (bytes: Uint8Array, from: RemoteInfo) => void,
): Promise<UdpPort> {
  const socket: Socket = createSocket(isIP(options.host) === 6 ? 'udp6' : 'udp4')
  await new Promise<void>((bound, rejected) => {
    socket.once('error', (cause: NodeJS.ErrnoException) => {
      socket.close()
      rejected(bindError(cause, options.host, options.port))
    })
    socket.bind({address: options.host, port: options.port, exclusive: true}, () => bound())
  })
  socket.removeAllListeners('error')
  socket.on('error', () => {}) // A peer that is gone by the time of the answer: nothing to do, it will ask again.
  socket.on('message', receive)
  return {
    port: socket.address().port,
    send: (bytes, to) => new Promise((left) => socket.send(bytes, to.port, to.address, () => left())),
    close: () => new Promise((closed) => socket.close(() => closed())),
  }
}

/** Datagrams in the order in which they came, handed to one reader. */
class Inbox implements AsyncIterator<Uint8Array> {
  readonly #target: string
  readonly #waiting: Uint8Array[] = []
  #reader: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined
  #failure: Error | undefined
  #closed = false

  constructor(target: string) {
    this.#target = target
  }

  put(bytes: Uint8Array): void {
    if (this.#reader) this.#hand().resolve({done: false, value: bytes})
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(bytes)
  }

  fail(error: NodeJS.ErrnoException): void {
    this.#failure ??= unreachable(this.#target, error)
    if (this.#reader) this.#hand().reject(this.#failure)
  }

  /** True the first time. */
  close(): boolean {
    const first = !this.#closed
    this.#closed = true
    if (this.#reader) this.#hand().resolve({done: true, value: undefined})
    return first
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const value = this.#waiting.shift()
    if (value) return {done: false, value}
    if (this.#failure) throw this.#failure
    if (this.#closed) return {done: true, value: undefined}
    this.#reader = Promise.withResolvers()
    return this.#reader.promise
  }

  #hand() {
    const reader = this.#reader ?? Promise.withResolvers<IteratorResult<Uint8Array>>()
    this.#reader = undefined
    return reader
  }
}

async function resolve(host: string, target: string) {
  try {
    return await lookup(host, {order: 'ipv4first'})
  } catch (cause) {
    throw unreachable(target, cause as NodeJS.ErrnoException)
  }
}

function unreachable(target: string, cause: NodeJS.ErrnoException): CitywatchError {
  return new CitywatchError('CW_UNREACHABLE', {target, detail: cause.code ?? 'no route'}, {cause})
}
