/** The platform's HTTP side: who may enter, which route, what goes back. */
import {createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import {HEALTH_PATH, type Route, STREAM_PATH} from '../contract.ts'
import {parseRequest} from '../parse/request.ts'
import {readJson} from './body.ts'
import {type Access, admit} from './guard.ts'
import type {Handlers} from './handlers.ts'
import {answerError, refusal} from './refusal.ts'
import type {Certificate} from './tls.ts'

const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 60_000
const KEEP_ALIVE_MS = 30_000
const HANDSHAKE_TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_CONNECTIONS = 4_096

export interface HttpOptions {
  readonly access: Access
  readonly handlers: Handlers
  /** Absent: HTTP in clear. */
  readonly tls?: Certificate
  /** Aborted when the platform closes: connections then end with their answer. */
  readonly closing: AbortSignal
  /** Answers STREAM_PATH; may throw before it has written. */
  readonly stream: (request: IncomingMessage, query: URLSearchParams, response: ServerResponse) => void
}

/** A server that does not listen yet. The limits are the same with and without TLS. */
export function httpServer(options: HttpOptions): Server {
  const limits = {
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
  }
  const {tls} = options
  const listener = listenerOf(options)
  const server =
    tls === undefined
      ? createServer(limits, listener)
      : createTlsServer(
          {...limits, cert: tls.cert, key: tls.key.reveal(), handshakeTimeout: HANDSHAKE_TIMEOUT_MS},
          listener,
        )
  server.maxConnections = MAX_CONNECTIONS
  server.on('clientError', (_error, socket) => socket.destroy())
  return server
}

function listenerOf(options: HttpOptions): RequestListener {
  return (request, response) => {
    response.on('error', () => response.destroy())
    answer(options, request, response)
      .catch((error) => () => answerError(response, error))
      .then((finish) => {
        if (options.closing.aborted) response.shouldKeepAlive = false
        finish()
      })
  }
}

/** What writes the answer. */
async function answer(options: HttpOptions, request: IncomingMessage, response: ServerResponse): Promise<() => void> {
  const {pathname, searchParams} = target(request)
  if (pathname === HEALTH_PATH && request.method === 'GET') return () => send(response, '{"ok":true}')
  admit(request, options.access)
  if (pathname === STREAM_PATH && request.method === 'GET') {
    options.stream(request, searchParams, response)
    return () => {} // it goes on writing by itself
  }
  const route = `${request.method} ${pathname}`
  if (!isRoute(route)) throw noSuchRoute(pathname)
  const body = request.method === 'POST' ? await readJson(request) : undefined
  const reply = await call(options.handlers, route, searchParams, body, response)
  return () => send(response, reply)
}

/** Parse, then handle: the one place where route, request and reply meet. */
function call<R extends Route>(
  handlers: Handlers,
  route: R,
  query: URLSearchParams,
  body: unknown,
  response: ServerResponse,
): string | Promise<string> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return handlers[route](parseRequest[route](query, body), gone.signal)
}

function send(response: ServerResponse, text: string): void {
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(text)
}

function target(request: IncomingMessage): URL {
  const url = `http://platform${request.url}`
  if (request.url?.startsWith('/') && URL.canParse(url)) return new URL(url)
  throw refusal(400, 'request target', 'not a path', 'a path of the API')
}

function isRoute(route: string): route is Route {
  return Object.hasOwn(parseRequest, route)
}

function noSuchRoute(pathname: string) {
  const known = Object.keys(parseRequest).some((route) => route.endsWith(` ${pathname}`)) || pathname === STREAM_PATH
  return known
    ? refusal(405, 'method', 'another method', 'the method of this route')
    : refusal(404, 'route', pathname.slice(0, 80), 'a route of this platform')
}
