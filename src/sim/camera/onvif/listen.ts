/** The ONVIF ports of simulated cameras: each listens on its own address, all are served by one HTTP server. */
import {createServer, type Server} from 'node:http'
import type {Socket} from 'node:net'
import type {SimCamera} from '../camera.ts'
import {type Listeners, listenEach} from '../listen-each.ts'
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
