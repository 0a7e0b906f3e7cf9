/** The platform's HTTP side: who may enter, which route, what goes back. */
import {createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse} from 'node:http'
import {createServer as createTlsServer} from 'node:https'
import {needOf} from '../access/permission.ts'
import type {Principal} from '../access/principal.ts'
import {
  HEALTH_PATH,
  LATER_STATUS,
  METRICS_PATH,
  OPENAPI_PATH,
  READY_PATH,
  REPLY_STATUS,
  type Route,
  STREAM_PATH,
} from '../contract.ts'
import {parseRequest} from '../parse/request.ts'
import type {Bodies} from './body.ts'
import {type Admitted, type Gate, requireNoSecret} from './gate.ts'
import {METRICS_TYPE} from './metrics.ts'
import {openapiText} from './openapi.ts'
import type {Readiness} from './readiness.ts'
import {answerError, refusal} from './refusal.ts'
import type {Answer, Handlers} from './routes.ts'
import type {Certificate} from './tls.ts'

const HEADERS_TIMEOUT_MS = 10_000
const REQUEST_TIMEOUT_MS = 60_000
const KEEP_ALIVE_MS = 30_000
const HANDSHAKE_TIMEOUT_MS = 10_000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_CONNECTIONS = 4_096
/** Paths that are no routes of the contract; all are read with GET. */
const OTHER_PATHS: readonly string[] = [STREAM_PATH, HEALTH_PATH, READY_PATH, METRICS_PATH, OPENAPI_PATH]
/** Bodies of routes that need no large one, bytes: a log-in is read before anybody is known. */
const SMALL_BODY_BYTES = 8 * 1024
const SMALL: ReadonlySet<string> = new Set<Route>([
  'POST /v1/login',
  'POST /v1/logout',
  'POST /v1/users',
  'POST /v1/users/password',
  'POST /v1/users/change',
  'POST /v1/tokens',
  'POST /v1/tokens/revoke',
])

export interface HttpOptions {
  readonly gate: Gate
  readonly handlers: Handlers
  readonly bodies: Bodies
  /** Absent: HTTP in clear. */
  readonly tls?: Certificate
  /** Aborted when the platform closes: connections then end with their answer. */
  readonly closing: AbortSignal
  readonly ready: () => Promise<Readiness>
  /** Numbers for Prometheus. */
  readonly metrics: (server: Server) => Promise<string>
  /** Answers STREAM_PATH; may reject before it has written. */
  readonly stream: (
    request: IncomingMessage,
    query: URLSearchParams,
    response: ServerResponse,
    principal: Principal,
  ) => Promise<void>
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
  const listener = listenerOf(options, () => server)
  const server: Server =
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

function listenerOf(options: HttpOptions, server: () => Server): RequestListener {
  return (request, response) => {
    response.on('error', () => response.destroy())
    answer(options, server(), request, response)
      .catch((error) => () => answerError(response, error))
      .then((finish) => {
        if (options.closing.aborted) response.shouldKeepAlive = false
        finish()
      })
  }
}

/** What writes the answer. */
async function answer(
  options: HttpOptions,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<() => void> {
  const {pathname, searchParams} = target(request)
  if (pathname === HEALTH_PATH && request.method === 'GET') return () => send(response, '{"ok":true}')
  if (pathname === READY_PATH && request.method === 'GET') {
    const state = await options.ready()
    return () => send(response, JSON.stringify(state), state.ready ? 200 : 503)
  }
  requireNoSecret(searchParams)
  const path = `${request.method} ${pathname}`
  const need = needOf(path)
  if (need === undefined) throw await noSuchRoute(options, request, pathname)
  const caller = await options.gate.admit(request, pathname, need)
  if (request.method === 'GET' && pathname === STREAM_PATH) {
    await options.stream(request, searchParams, response, caller.principal)
    options.gate.keep(caller, response)
    return () => {} // it goes on writing by itself
  }
  const page = await pageOf(options, server, path)
  if (page) return () => send(response, page.text, 200, page.type)
  if (!isRoute(path)) throw await noSuchRoute(options, request, pathname)
  const body =
    request.method === 'POST'
      ? await options.bodies.read(request, SMALL.has(path) ? SMALL_BODY_BYTES : undefined)
      : undefined
  const reply = await call(options.handlers, path, searchParams, body, caller, response)
  return typeof reply === 'string'
    ? () => send(response, reply, REPLY_STATUS[path])
    : () => send(response, reply.later, LATER_STATUS[path])
}

/** What is no route of the contract and has nothing to read in its request. */
async function pageOf(
  options: HttpOptions,
  server: Server,
  path: string,
): Promise<{readonly text: string; readonly type?: string} | undefined> {
  if (path === `GET ${METRICS_PATH}`) return {text: await options.metrics(server), type: METRICS_TYPE}
  return path === `GET ${OPENAPI_PATH}` ? {text: await openapiText()} : undefined
}

/** Parse, then handle: the one place where route, request and reply meet. */
function call<R extends Route>(
  handlers: Handlers,
  route: R,
  query: URLSearchParams,
  body: unknown,
  caller: Admitted,
  response: ServerResponse,
): Answer<R> | Promise<Answer<R>> {
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  return handlers[route](parseRequest[route](query, body), caller, gone.signal)
}

function send(response: ServerResponse, text: string, status = 200, type = 'application/json'): void {
  response.writeHead(status, {
    'content-type': type,
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

/** Told only to those who are let in at all. */
async function noSuchRoute({gate}: HttpOptions, request: IncomingMessage, pathname: string) {
  await gate.admit(request, pathname, 'somebody')
  const known = OTHER_PATHS.includes(pathname) || Object.keys(parseRequest).some((at) => at.endsWith(` ${pathname}`))
  return known
    ? refusal(405, 'method', 'another method', 'the method of this route')
    : refusal(404, 'route', pathname.slice(0, 80), 'a route of this platform')
}
