/** A byte pipe over TCP or TLS: what a protocol needs of a socket and nothing more. */
import {connect, isIP, type Socket} from 'node:net'
import {connect as connectTls, type SecureContext} from 'node:tls'
import {CitywatchError} from '../lib/errors.ts'

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
  const target = `${host}:${port}`
  return established(connect({host, port, noDelay: true}), 'connect', {target, timeoutMs, ...(signal ? {signal} : {})})
}

export interface TlsTarget {
  /** Where to connect to. */
  readonly host: string
  readonly port: number
  /** Whom the certificate must name: a DNS name, or the address itself. */
  readonly name: string
  /** Whose certificates count; absent: those that Node.js trusts. */
  readonly trust?: SecureContext
}

/**
 * TLS with the peer's certificate verified, for its name too. Throws CW_TIMEOUT or CW_UNREACHABLE; the cause of the latter
 * is the system's error, or what is wrong with the certificate.
 */
export async function dialTls(
  {host, port, name, trust}: TlsTarget,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<ByteStream> {
  const context = trust ? {secureContext: trust} : {}
  const socket = connectTls({host, port, ...(isIP(name) ? {} : {servername: name}), ...context})
  socket.setNoDelay(true)
  const target = `${name}:${port}`
  return established(socket, 'secureConnect', {target, timeoutMs, ...(signal ? {signal} : {})})
}

interface Attempt {
  readonly target: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

async function established(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  {target, timeoutMs, signal}: Attempt,
): Promise<ByteStream> {
  await new Promise<void>((resolve, reject) => {
    const timedOut = () => settle(new CitywatchError('CW_TIMEOUT', {target, timeoutMs}))
    // The sockets have their turn first: what was connected while this process was busy is connected.
    let turn: NodeJS.Immediate | undefined
    const timer = setTimeout(() => (turn = setImmediate(timedOut)), timeoutMs)
    const settle = (error?: Error) => {
      clearTimeout(timer)
      clearImmediate(turn)
      signal?.removeEventListener('abort', timedOut)
      if (!error) return resolve()
      socket.destroy()
      reject(error)
    }
    signal?.addEventListener('abort', timedOut, {once: true})
    socket.once(event, () => settle())
    socket.once('error', (cause: NodeJS.ErrnoException) =>
      settle(new CitywatchError('CW_UNREACHABLE', {target, detail: cause.code ?? 'no connection'}, {cause})),
    )
  })
  return asStream(socket, target)
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
