/**
 * Takes what cameras push (WS-BaseNotification Notify): an HTTP server on the one address by which cameras reach us, for as
 * long as somebody listens. It answers a POST to an address that was given out, from the camera that it was given to, and
 * nothing else; sizes, times, connections and what waits to be read are bounded.
 */
import {once} from 'node:events'
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import {isIPv6} from 'node:net'
import {randomHex} from '../../lib/secret.ts'
import {listening} from '../../net/listen.ts'
import {readEnvelope} from '../../protocol/soap/envelope.ts'
import {type Notices, noticesOf} from '../../protocol/wsn/notification.ts'

/** Of one message. */
const MAX_BODY_BYTES = 1024 * 1024
/** For a whole request, ms. */
const REQUEST_MS = 10_000
const KEPT_MS = 65_000
const MAX_CONNECTIONS = 2_048
/** Messages of one camera that nobody has read yet; what comes beyond is refused, so that the camera tries again. */
const MAX_UNREAD = 256

export interface Mailbox {
  /** What the camera is to be told: `http://10.0.0.9:40123/3f…a9`. */
  readonly url: string
  /** The next message; undefined once `signal` aborts. */
  next(signal: AbortSignal): Promise<Notices | undefined>
  close(): void
}

export interface Consumer {
  /** `camera`: its address, from which alone messages are taken. `told`: host by which it reaches us, when that is not where we listen. */
  open(camera: string, told?: string): Mailbox
  close(): Promise<void>
}

interface Box {
  readonly camera: string
  readonly unread: Notices[]
  wake: () => void
}

/** Listens on `host`; 0 lets the system choose the port. Throws CW_PORT_IN_USE, CW_IO. */
export async function openConsumer(host: string, port: number): Promise<Consumer> {
  const boxes = new Map<string, Box>()
  const server = createServer(
    {
      requestTimeout: REQUEST_MS,
      headersTimeout: REQUEST_MS,
      keepAliveTimeout: KEPT_MS,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      take(boxes, request).then(
        (status) => answer(response, status),
        () => request.destroy(),
      )
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', (_error, socket) => socket.destroy())
  const bound = await listening(server, host, port)
  return {
    open(camera, told = host) {
      const path = `/${randomHex(16)}`
      const box: Box = {camera: plain(camera), unread: [], wake() {}}
      boxes.set(path, box)
      return {
        url: `http://${isIPv6(told) ? `[${told}]` : told}:${bound}${path}`,
        next: (signal) => nextOf(box, signal),
        close: () => void boxes.delete(path),
      }
    },
    async close() {
      boxes.clear()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The status of the answer. Rejects when the sender has gone or sends too much. */
async function take(boxes: ReadonlyMap<string, Box>, request: IncomingMessage): Promise<number> {
  const box = boxes.get(request.url ?? '')
  if (!box || plain(request.socket.remoteAddress ?? '') !== box.camera) return 404
  if (request.method !== 'POST') return 405
  if (box.unread.length >= MAX_UNREAD) return 503
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) return 413
    chunks.push(chunk)
  }
  const notices = read(Buffer.concat(chunks))
  if (!notices) return 400
  box.unread.push(notices)
  box.wake()
  return 202
}

function read(body: Buffer): Notices | undefined {
  try {
    const {content} = readEnvelope(body)
    return content?.name === 'Notify' ? noticesOf(content) : undefined
  } catch {
    return undefined
  }
}

function answer(response: ServerResponse, status: number): void {
  // What is not read to its end must not be taken for the next request.
  if (status !== 202) response.setHeader('connection', 'close')
  response.writeHead(status, {'content-length': 0}).end()
}

function nextOf(box: Box, signal: AbortSignal): Promise<Notices | undefined> {
  const first = box.unread.shift()
  if (first || signal.aborted) return Promise.resolve(first)
  return new Promise((resolve) => {
    const done = () => {
      signal.removeEventListener('abort', done)
      box.wake = () => {}
      resolve(box.unread.shift())
    }
    box.wake = done
    signal.addEventListener('abort', done, {once: true})
  })
}

/** An IPv4 address as it is written, also where the system wraps it in IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
