/** Binding a server to an address, with the failures people meet named. */
import type {Server} from 'node:net'
import {CitywatchError} from '../lib/errors.ts'

/** Listens and returns the port (the one the system chose when `port` is 0). Throws CW_PORT_IN_USE or CW_IO. */
export async function listening(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    // Neither stays behind: the same server may be tried on many ports.
    const listens = () => {
      server.off('error', fails)
      resolve()
    }
    const fails = (cause: NodeJS.ErrnoException) => {
      server.off('listening', listens)
      reject(bindError(cause, host, port))
    }
    server.once('listening', listens)
    server.once('error', fails)
    server.listen({host, port})
  })
  const address = server.address()
  return typeof address === 'object' && address ? address.port : port
}

/** The system's bind error as one of ours. */
export function bindError(cause: NodeJS.ErrnoException, host: string, port: number): CitywatchError {
  const address = `${host}:${port}`
  if (cause.code === 'EADDRINUSE') return new CitywatchError('CW_PORT_IN_USE', {address}, {cause})
  return new CitywatchError('CW_IO', {path: address, detail: cause.code ?? cause.message}, {cause})
}
