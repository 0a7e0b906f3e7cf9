/** The RTSP ports of simulated cameras: each camera listens on its own address, and costs next to nothing until it plays. With a certificate they speak TLS. */
import type {Socket} from 'node:net'
import {createSecureContext, type SecureContext, TLSSocket} from 'node:tls'
import type {SimCamera} from '../camera.ts'
import {type Listeners, listenEach} from '../listen-each.ts'
import {pictureGroups} from '../media/group.ts'
import {RtspLogin} from './login.ts'
import {serveConnection} from './serve.ts'

const MAX_CONNECTIONS = 32

/**
 * All cameras listen, or none and it throws CW_PORT_IN_USE or CW_IO. A camera whose `rtspPort` is 0 gets the system's choice.
 * Cameras that are `dead`, `refused` or `rtsp-refused` do not listen; those without a port get one that is closed.
 */
export function listenRtsp(cameras: readonly SimCamera[]): Promise<Listeners> {
  const groupOf = pictureGroups()
  return listenEach(cameras, {
    port: 'rtspPort',
    maxConnections: MAX_CONNECTIONS,
    listens: (camera) => !camera.has('dead') && !camera.has('refused') && !camera.has('rtsp-refused'),
    serve: (camera) => {
      const side = {camera, groupOf, login: new RtspLogin(camera)}
      const {tls} = camera.spec.stream ?? {}
      const secureContext = tls && createSecureContext(tls)
      return (plain) => {
        const socket = secureContext ? secured(plain, secureContext) : plain
        void serveConnection(side, socket).finally(() => socket.destroySoon())
      }
    },
  })
}

/** The camera's end of TLS. A client that does not trust the certificate goes away: that is no error of ours. */
function secured(plain: Socket, secureContext: SecureContext): Socket {
  const socket = new TLSSocket(plain, {isServer: true, secureContext})
  socket.on('error', () => socket.destroy())
  return socket
}
