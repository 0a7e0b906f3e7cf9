/** A byte pipe over TCP: what a protocol needs of a socket and nothing more. */
import {connect, createServer, type Server, type Socket} from 'node:net'
import {CitywatchError} from '../lib/errors.ts'
import {listening} from './listen.ts'

export interface ByteStream extends AsyncIterable<Uint8Array> {
  /** `host:port` of the other side. */
  readonly peer: string
  send(bytes: Uint8Array): void
  close(): void
}

/** Throws CW_TIMEOUT or CW_UNREACHABLE (its cause keeps the system's code). */
export async function dialTcp(
  host: string,
  port: number,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ByteStream> {
  const socket = connect({host, port, noDelay: true})
  const target = `${host}:${port}`
  await new Promise<void>((resolve, reject) => {
    const timedOut = () => settle(new CitywatchError('CW_TIMEOUT', {target, timeoutMs}))
    const timer = setTimeout(timedOut, timeoutMs)
    const settle = (error?: Error) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', timedOut)
      if (!error) return resolve()
      socket.destroy()
      reject(error)
    }
    signal?.addEventListener('abort', timedOut, {once: true})
    socket.once('connect', () => settle())
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      settle(new CitywatchError('CW_UNREACHABLE', {target, detail: cause.code ?? 'no connection'}, {cause})),
    )
  })
  return asStream(socket, target)
}

export interface TcpListener {
  readonly host: string
  readonly port: number
  close(): Promise<void>
}

/** Hands every connection to `serve`; a connection whose `serve` throws is closed. Throws CW_PORT_IN_USE. */
export async function listenTcp(
  options: {readonly host: string; readonly port: number; readonly maxConnections?: number},
  serve: (stream: ByteStream) => Promise<void>,
): Promise<TcpListener> {
  const open = new Set<Socket>()
  const server: Server = createServer({noDelay: true}, (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    socket.on('error', () => socket.destroy())
    const stream = asStream(socket, `${socket.remoteAddress}:${socket.remotePort}`)
    serve(stream).then(
      () => socket.end(),
      () => socket.destroy(),
    )
  })
  if (options.maxConnections) server.maxConnections = options.maxConnections
  const port = await listening(server, options.host, options.port)
  return {
    host: options.host,
    port,
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function asStream(socket: Socket, peer: string): ByteStream {
  return {
    peer,
    send: (bytes) => {
      if (socket.writable) socket.write(bytes)
    },
    close: () => void socket.destroySoon(),
    [Symbol.asyncIterator]: () => socket[Symbol.asyncIterator](),
  }
}
