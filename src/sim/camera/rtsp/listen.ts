/** The RTSP ports of simulated cameras: each camera listens on its own address, and costs next to nothing until it plays. */
import {createServer, type Server, type Socket} from 'node:net'
import {listening} from '../../../net/listen.ts'
import type {SimCamera} from '../camera.ts'
import {pictureGroups} from '../media/group.ts'
import type {CameraSide} from './conversation.ts'
import {RtspLogin} from './login.ts'
import {serveConnection} from './serve.ts'

/** Connections that one camera takes at a time; more are closed at once. */
const MAX_CONNECTIONS = 32

export interface RtspListeners {
  close(): Promise<void>
}

/**
 * All cameras listen, or none and it throws CW_PORT_IN_USE or CW_IO. A camera whose `rtspPort` is 0 gets the system's choice.
 * Cameras that are `dead`, `refused` or `rtsp-refused` do not listen; those without a port get one that is closed.
 */
export async function listenRtsp(cameras: readonly SimCamera[]): Promise<RtspListeners> {
  const groupOf = pictureGroups()
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await Promise.all(servers.map(closed))
  }
  const outcomes = await Promise.allSettled(
    cameras.map(async (camera) => {
      if (!listens(camera)) camera.rtspPort ||= await closedPort(camera.spec.address)
      else {
        const server = serverFor({camera, groupOf, login: new RtspLogin(camera)}, sockets)
        camera.rtspPort = await listening(server, camera.spec.address, camera.rtspPort)
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

function listens(camera: SimCamera): boolean {
  return !camera.has('dead') && !camera.has('refused') && !camera.has('rtsp-refused')
}

/** A port that was free a moment ago, for a camera that is to refuse. */
async function closedPort(address: string): Promise<number> {
  const server = createServer()
  const port = await listening(server, address, 0)
  await closed(server)
  return port
}

function serverFor(side: CameraSide, sockets: Set<Socket>): Server {
  const server = createServer({noDelay: true}, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    serveConnection(side, socket).finally(() => socket.destroySoon())
  })
  server.maxConnections = MAX_CONNECTIONS
  return server
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
