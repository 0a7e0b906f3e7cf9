/** Opens connections to one camera with a limit of their own, and closes every one of them with the session. */
import {connect as connectTcp, type Socket} from 'node:net'
import {connect as connectTls, type SecureContext} from 'node:tls'
import type {buildConnector} from 'undici'
import type {Clock} from '../../lib/clock.ts'
import {DeviceFailure} from '../failure.ts'

export interface Connector {
  readonly connect: buildConnector.connector
  /** Address of the other end; undefined before the first connection. */
  remoteAddress(): string | undefined
  /** Address of ours that the camera sees, unless something translates on the way; undefined before the first connection. */
  localAddress(): string | undefined
  /** Destroys connections, also those that are still being made: undici would leave them to the kernel's two minutes. */
  close(): void
}

/** Long enough for a lost SYN to be sent again twice. */
const MAX_CONNECT_MS = 4_000

/** How long a connection may take to come about, ms: never more than the limit of the whole conversation. */
export function connectLimitMs(timeoutMs: number): number {
  return Math.min(timeoutMs, MAX_CONNECT_MS)
}

/** `trust`: whose certificates count, or `any` of them, for questions without a login; absent: those that Node.js trusts. */
export function connector(limitMs: number, clock: Clock, trust?: SecureContext | 'any'): Connector {
  const sockets = new Set<Socket>()
  let address: string | undefined
  let local: string | undefined
  return {
    remoteAddress: () => address,
    localAddress: () => local,
    close() {
      for (const socket of sockets) socket.destroy()
    },
    connect(options, callback) {
      const secure = options.protocol === 'https:'
      const socket = open(options, secure, trust)
      const late = new AbortController()
      const done = (error: Error | null) => {
        late.abort(SETTLED)
        socket.removeAllListeners(secure ? 'secureConnect' : 'connect')
        socket.off('error', done)
        if (error) {
          socket.on('error', () => {})
          socket.destroy()
          callback(error, null)
        } else {
          address = socket.remoteAddress
          local = socket.localAddress
          callback(null, socket)
        }
      }
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
      socket.once(secure ? 'secureConnect' : 'connect', () => done(null))
      socket.once('error', done)
      clock.sleep(limitMs, late.signal).then(
        () => done(new DeviceFailure('timeout-connect', `no connection within ${limitMs} ms`)),
        () => {},
      )
    },
  }
}

/** A constant: an error with a stack for each connection would be made for nobody. */
const SETTLED = 'the connection is settled'

function open(
  {hostname, port, protocol, servername}: buildConnector.Options,
  secure: boolean,
  trust: SecureContext | 'any' | undefined,
): Socket {
  const host = hostname.replace(/^\[|\]$/g, '')
  const target = {host, port: Number(port || (protocol === 'https:' ? 443 : 80)), noDelay: true}
  const context = trust === 'any' ? {rejectUnauthorized: false} : trust ? {secureContext: trust} : {}
  return secure ? connectTls({...target, ...context, ...(servername ? {servername} : {})}) : connectTcp(target)
}
