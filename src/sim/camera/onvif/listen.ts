/** The ONVIF ports of simulated cameras: each listens on its own address, all are served by one HTTP server. */
import {createServer as createHttpServer, type Server as HttpServer} from 'node:http'
import {createServer, type Server, type Socket} from 'node:net'
import {listening} from '../../../net/listen.ts'
import type {SimCamera} from '../camera.ts'
import {CameraLogin} from './login.ts'
import {answerRequest} from './respond.ts'

/** Connections that one camera takes at a time; more are closed at once. */
const MAX_CONNECTIONS = 16
const IDLE_MS = 60_000

export interface OnvifListeners {
  close(): Promise<void>
}

/**
 * All cameras listen, or none and it throws CW_PORT_IN_USE or CW_IO. A camera whose `httpPort` is 0 gets the system's choice.
 * Cameras that are `dead` or `refused` do not listen; those without a port get one that is closed.
 */
export async function listenOnvif(cameras: readonly SimCamera[]): Promise<OnvifListeners> {
  const sockets = new Map<Socket, CameraLogin>()
  const http = sharedServer(sockets)
  const servers: Server[] = []
  const close = async () => {
    for (const socket of sockets.keys()) socket.destroy()
    await Promise.all(servers.map(closed))
  }
  const outcomes = await Promise.allSettled(
    cameras.map(async (camera) => {
      if (camera.has('dead') || camera.has('refused')) camera.httpPort ||= await closedPort(camera.spec.address)
      else {
        const server = serverFor(camera, sockets, http)
        camera.httpPort = await listening(server, camera.spec.address, camera.httpPort)
        servers.push(server)
      }
    }),
  )
  const failed = outcomes.find((outcome) => outcome.status === 'rejected')
  if (failed) {
    await close()
    throw failed.reason
  }
  return {close}
}

/** Never listens itself: connections of every camera are handed to it, and know whose they are. */
function sharedServer(sockets: ReadonlyMap<Socket, CameraLogin>): HttpServer {
  const server = createHttpServer({keepAliveTimeout: IDLE_MS}, (request, response) => {
    const login = sockets.get(request.socket)
    if (!login) return void request.socket.destroy()
    answerRequest(login, request, response).catch(() => request.socket.destroy())
  })
  server.on('clientError', (_error, socket) => socket.destroy())
  return server
}

function serverFor(camera: SimCamera, sockets: Map<Socket, CameraLogin>, http: HttpServer): Server {
  let login: CameraLogin | undefined
  const server = createServer({noDelay: true}, (socket) => {
    login ??= new CameraLogin(camera)
    sockets.set(socket, login)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.setTimeout(IDLE_MS, () => socket.destroy())
    if (camera.has('silent')) socket.resume()
    else http.emit('connection', socket)
  })
  server.maxConnections = MAX_CONNECTIONS
  return server
}

/** A port that was free a moment ago, for a camera that is to refuse. */
async function closedPort(address: string): Promise<number> {
  const server = createServer()
  const port = await listening(server, address, 0)
  await closed(server)
  return port
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
