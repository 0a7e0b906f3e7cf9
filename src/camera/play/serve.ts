/** Offers a camera's stream to a viewer on this machine, without the camera's password: RTSP on loopback, one viewer at a time. */
import {once} from 'node:events'
import {createServer, type Socket} from 'node:net'
import type {SecureContext} from 'node:tls'
import type {Clock} from '../../lib/clock.ts'
import {type Credential, randomHex} from '../../lib/secret.ts'
import type {ByteStream} from '../../net/byte-stream.ts'
import {drained} from '../../net/drained.ts'
import {listening} from '../../net/listen.ts'
import {parseRtspUrl, type RtspUrl} from '../../protocol/rtsp/url.ts'
import {DeviceFailure} from '../failure.ts'
import {RtspClientLogin} from '../rtsp/login.ts'
import {dialStream} from '../rtsp/watch-stream.ts'
import type {StreamLogin} from '../stream-login.ts'
import {Relay} from './relay.ts'

export interface RelayChoice {
  /** The stream on the camera. */
  readonly url: string
  readonly credential: Credential | undefined
  /** A login for each viewer. */
  readonly login: () => Promise<StreamLogin>
  /** For the connection to the camera, ms. */
  readonly timeoutMs: number
  /** 0 lets the system choose. */
  readonly port: number
  readonly trust?: SecureContext
  readonly clock: Clock
  readonly signal?: AbortSignal
}

export interface StreamRelay {
  /** What a player is given. Nobody can guess it, and it has no password in it. */
  readonly url: string
  /** Why the camera could not be played; undefined while nothing is wrong. */
  failure(): DeviceFailure | undefined
  close(): Promise<void>
}

/** A viewer who does not read keeps the camera waiting, and is given up with more than this unread, bytes. */
const MAX_UNREAD_BYTES = 32 * 1024 * 1024

/** Throws CW_PORT_IN_USE, CW_IO, and DeviceFailure `rtsp-malformed` for an address that is none. */
export async function serveRelay(choice: RelayChoice): Promise<StreamRelay> {
  const camera = parseRtspUrl(choice.url)
  if (!camera) throw new DeviceFailure('rtsp-malformed', 'the stream address is no rtsp:// URL')
  const path = randomHex(16)
  const viewers = new Set<Socket>()
  let failure: DeviceFailure | undefined
  let local = ''
  const server = createServer((viewer) => {
    if (viewers.size > 0) return void viewer.destroy()
    viewers.add(viewer)
    viewer.on('error', () => viewer.destroy())
    viewer.once('close', () => viewers.delete(viewer))
    void converse(viewer, camera, {...choice, local}).then((result) => {
      failure ??= result
      viewer.destroySoon()
    })
  })
  const port = await listening(server, '127.0.0.1', choice.port)
  local = `rtsp://127.0.0.1:${port}/${path}`
  return {
    url: local,
    failure: () => failure,
    async close() {
      for (const viewer of viewers) viewer.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** Until either side has had enough; returns what is wrong with the camera. */
async function converse(
  viewer: Socket,
  camera: RtspUrl,
  choice: RelayChoice & {readonly local: string},
): Promise<DeviceFailure | undefined> {
  let stream: ByteStream
  try {
    stream = await dialStream(camera, choice.timeoutMs, choice)
  } catch (error) {
    if (error instanceof DeviceFailure) return error
    throw error
  }
  const permission = await choice.login()
  const login = new RtspClientLogin(choice.credential, permission, randomHex(8), camera.secure)
  const relay = new Relay({camera, local: choice.local, login})
  const flush = () => {
    const {toViewer, toCamera} = relay.take()
    for (const bytes of toCamera) stream.send(bytes)
    for (const bytes of toViewer) if (viewer.writable) viewer.write(bytes)
    if (relay.failure || viewer.writableLength > MAX_UNREAD_BYTES) viewer.destroySoon()
  }
  viewer.once('close', () => stream.close())
  viewer.on('data', (bytes: Buffer) => {
    relay.viewer(bytes)
    flush()
  })
  try {
    for await (const bytes of stream) {
      relay.camera(bytes)
      flush()
      if (relay.failure) break
      await drained(viewer)
    }
  } catch {
    // A connection that breaks ends like one that is closed.
  }
  stream.close()
  permission.leave()
  return relay.failure
}
