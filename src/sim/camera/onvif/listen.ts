/** The ONVIF ports of simulated cameras: each listens on its own address, all are served by one HTTP server. */
import {createServer, type Server} from 'node:http'
import type {Socket} from 'node:net'
import {createSecureContext, type SecureContextOptions, TLSSocket} from 'node:tls'
import {selfSigned} from '../../../net/self-signed.ts'
import type {SimCamera} from '../camera.ts'
import {type Listeners, listenEach} from '../listen-each.ts'
import {certificatePlan} from '../weaknesses.ts'
import {CameraLogin} from './login.ts'
import {answerRequest} from './respond.ts'

const MAX_CONNECTIONS = 16
/** Longer than the longest pull. */
const IDLE_MS = 90_000

/**
 * All cameras listen, or none and it throws CW_PORT_IN_USE or CW_IO. A camera whose `httpPort` is 0 gets the system's choice.
 * Cameras that are `dead` or `refused` do not listen; those without a port get one that is closed.
 */
export function listenOnvif(cameras: readonly SimCamera[]): Promise<Listeners> {
  const loginOf = new WeakMap<Socket, CameraLogin>()
  const http = sharedServer(loginOf)
  return listenEach(cameras, {
    port: 'httpPort',
    maxConnections: MAX_CONNECTIONS,
    listens: (camera) => !camera.has('dead') && !camera.has('refused'),
    serve: (camera) => {
      let login: CameraLogin | undefined
      const sockets = new Set<Socket>()
      camera.whenRebooting.add(() => {
        login = undefined
        for (const socket of sockets) socket.destroy()
      })
      return (socket) => {
        if (!camera.isUp) return void socket.destroy()
        sockets.add(socket)
        socket.once('close', () => sockets.delete(socket))
        login ??= new CameraLogin(camera)
        loginOf.set(socket, login)
        socket.setTimeout(IDLE_MS, () => socket.destroy())
        if (camera.has('silent')) socket.resume()
        else http.emit('connection', socket)
      }
    },
  })
}

/** The same in TLS, on a port of its own, with a certificate that the camera made for itself. */
export function listenOnvifTls(cameras: readonly SimCamera[]): Promise<Listeners> {
  const loginOf = new WeakMap<Socket, CameraLogin>()
  const http = sharedServer(loginOf)
  return listenEach(cameras, {
    port: 'httpsPort',
    maxConnections: MAX_CONNECTIONS,
    listens: (camera) => !camera.has('dead') && !camera.has('refused'),
    serve: (camera) => {
      const login = new CameraLogin(camera)
      const secureContext = createSecureContext(tlsOf(camera))
      return (plain) => {
        const socket = new TLSSocket(plain, {isServer: true, secureContext})
        socket.on('error', () => socket.destroy())
        loginOf.set(socket, login)
        socket.setTimeout(IDLE_MS, () => socket.destroy())
        http.emit('connection', socket)
      }
    },
  })
}

function tlsOf(camera: SimCamera): SecureContextOptions {
  const {names, ...validity} = certificatePlan(camera.spec.address, camera.spec.weaknesses ?? [], camera.now())
  const pair = selfSigned(names, camera.now(), validity)
  return camera.isWeak('tls-old') ? {...pair, minVersion: 'TLSv1', ciphers: 'DEFAULT:@SECLEVEL=0'} : pair
}

/** Never listens itself: connections of every camera are handed to it, and know whose they are. */
function sharedServer(loginOf: WeakMap<Socket, CameraLogin>): Server {
  const server = createServer({keepAliveTimeout: IDLE_MS}, (request, response) => {
    const login = loginOf.get(request.socket)
    if (!login) return void request.socket.destroy()
    answerRequest(login, request, response).catch(() => request.socket.destroy())
  })
  server.on('clientError', (_error, socket) => socket.destroy())
  return server
}
