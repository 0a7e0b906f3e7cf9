/** One listener a camera, on the camera's own address: all of them or none. */
import {createServer, type Server, type Socket} from 'node:net'
import {listening} from '../../net/listen.ts'
import type {SimCamera} from './camera.ts'

export interface Listeners {
  /** Closes every port and every connection. */
  close(): Promise<void>
}

export interface ListenPlan {
  /** Which of the camera's ports it is; 0 there lets the system choose, and the choice is written back. */
  readonly port: 'httpPort' | 'rtspPort' | 'httpsPort' | 'telnetPort'
  /** Connections that one camera takes at a time; more are closed at once. */
  readonly maxConnections: number
  /** False for a camera that is to refuse: without a port it gets one that is closed. */
  listens(camera: SimCamera): boolean
  /** What happens to the connections of a camera. Called once for each camera that listens. */
  serve(camera: SimCamera): (socket: Socket) => void
}

/** Throws CW_PORT_IN_USE or CW_IO; nothing listens then. */
export async function listenEach(cameras: readonly SimCamera[], plan: ListenPlan): Promise<Listeners> {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await Promise.all(servers.map(closed))
  }
  const outcomes = await Promise.allSettled(
    cameras.map(async (camera) => {
      if (!plan.listens(camera)) camera[plan.port] ||= await closedPort(camera.spec.address)
      else {
        const server = serverFor(plan.serve(camera), plan.maxConnections, sockets)
        camera[plan.port] = await listening(server, camera.spec.address, camera[plan.port])
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

function serverFor(serve: (socket: Socket) => void, maxConnections: number, sockets: Set<Socket>): Server {
  const server = createServer({noDelay: true}, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serve(socket)
  })
  server.maxConnections = maxConnections
  return server
}

/** A port that was free a moment ago. */
async function closedPort(address: string): Promise<number> {
  const server = createServer()
  const port = await listening(server, address, 0)
  await closed(server)
  return port
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
