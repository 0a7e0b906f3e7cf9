/** A byte pipe over TCP: what a protocol needs of a socket and nothing more. */
import {connect, type Socket} from 'node:net'
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
  const socket = connect({host, port, noDelay: true})
  const target = `${host}:${port}`
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
    socket.once('connect', () => settle())
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
