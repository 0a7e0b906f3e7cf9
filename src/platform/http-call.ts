/** One request to a platform and its parsed reply, with every failure named. */
import type {Readable} from 'node:stream'
import {type Dispatcher, request} from 'undici'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Secret} from '../lib/secret.ts'
import {
  type Contract,
  EVENT_BATCH_MEDIA_TYPE,
  EVENT_MEDIA_TYPE,
  LATER_STATUS,
  REPLY_STATUS,
  type Route,
} from './contract.ts'
import {parseError, parseReply} from './parse/reply.ts'
import {isCertificateCode} from './pinned.ts'

/** Largest reply that is read, bytes. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024

export interface Endpoint {
  /** Origin of the platform, without userinfo. */
  readonly url: string
  readonly token?: Secret
  readonly timeoutMs: number
  /** For a platform whose certificate is known by its fingerprint: connects to no other. Absent: the system's authorities. */
  readonly dispatcher?: Dispatcher
}

/** Routes that may be asked twice: reading changes nothing, what people do names the version that it is for, what is over ends once, and an event has its id. */
const REPEATABLE: ReadonlySet<Route> = new Set<Route>([
  'GET /v1/status',
  'GET /v1/alarms',
  'GET /v1/devices',
  'GET /v1/ontest',
  'GET /v1/alarms/count',
  'GET /v1/federation',
  'POST /v1/ontest/end',
  'GET /v1/events',
  'POST /v1/alarms/ack',
  'POST /v1/alarms/act',
  'GET /v1/alarms/log',
  'GET /v1/masks',
  'POST /v1/masks/end',
  'GET /v1/handoffs',
  'POST /v1/handoffs',
  'POST /v1/handoffs/answer',
  'POST /v1/handoffs/drop',
  'POST /v1/events',
  'GET /v1/whoami',
  'GET /v1/users',
  'GET /v1/tokens',
  'GET /v1/audit',
  // Adding a job, claiming and retrying are done anew each time.
  'GET /v1/jobs',
  'GET /v1/jobs/tasks',
  'POST /v1/jobs/tasks',
  'POST /v1/jobs/cancel',
  'POST /v1/jobs/renew',
  'POST /v1/jobs/release',
  'POST /v1/jobs/results',
  'POST /v1/jobs/logins',
])
/** A kept connection that the other side had closed before the request reached it. */
const BROKEN: ReadonlySet<string | undefined> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** Members that are undefined are left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/**
 * A connection that breaks is tried once more where that is harmless. Aborting `signal` rejects with its reason. Throws
 * CW_NO_PLATFORM, CW_CERTIFICATE, CW_TIMEOUT, CW_AUTH, CW_PROTOCOL_REMOTE, and what the platform names.
 */
export async function call<R extends Route>(
  endpoint: Endpoint,
  route: R,
  query: Query,
  body: Contract[R]['body'],
  signal?: AbortSignal,
): Promise<Contract[R]['reply']> {
  const deadline = AbortSignal.timeout(endpoint.timeoutMs)
  const until = signal ? AbortSignal.any([signal, deadline]) : deadline
  const ask = () => exchange(endpoint, route, query, body, until)
  try {
    return await ask().catch((error: NodeJS.ErrnoException) => {
      if (!REPEATABLE.has(route) || !BROKEN.has(error.code) || until.aborted) throw error
      return ask()
    })
  } catch (error) {
    throw named(error, endpoint, deadline, signal)
  }
}

async function exchange<R extends Route>(
  endpoint: Endpoint,
  route: R,
  query: Query,
  body: Contract[R]['body'],
  signal: AbortSignal,
): Promise<Contract[R]['reply']> {
  const [method = '', path = ''] = route.split(' ')
  const response = await request(new URL(path, endpoint.url), {
    method: method as 'GET' | 'POST',
    query: Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)),
    headers: {...authorization(endpoint), ...(body === null ? {} : {'content-type': mediaType(route, body)})},
    body: body === null ? null : JSON.stringify(body),
    signal,
    ...through(endpoint),
  })
  const value = parsed(await bounded(response.body), response.statusCode)
  if (!isGood(route, response.statusCode)) throw refused(endpoint, response.statusCode, value)
  return asReply(route, value)
}

function isGood(route: Route, status: number): boolean {
  return status === (REPLY_STATUS[route] ?? 200) || status === LATER_STATUS[route]
}

function mediaType(route: Route, body: unknown): string {
  if (route !== 'POST /v1/events') return 'application/json'
  return Array.isArray(body) ? EVENT_BATCH_MEDIA_TYPE : EVENT_MEDIA_TYPE
}

export function authorization({token}: Endpoint): Record<string, string> {
  return token === undefined ? {} : {authorization: `Bearer ${token.reveal()}`}
}

/** The connections that this platform is asked over. */
export function through({dispatcher}: Endpoint): {dispatcher?: Dispatcher} {
  return dispatcher === undefined ? {} : {dispatcher}
}

/** A connection that failed, by its name: CW_CERTIFICATE, else CW_NO_PLATFORM. */
export function notConnected(url: string, error: unknown): CitywatchError {
  const {code, message} = error as NodeJS.ErrnoException
  const detail = safeText(code ?? message ?? String(error), 200)
  if (isCertificateCode(code)) return new CitywatchError('CW_CERTIFICATE', {target: url, detail}, {cause: error})
  return new CitywatchError('CW_NO_PLATFORM', {url, detail}, {cause: error})
}

/** What a platform means that answers with another status than a good one. */
export function refused({url}: Endpoint, status: number, value: unknown): CitywatchError {
  if (status === 401) return new CitywatchError('CW_AUTH', {target: url})
  return parseError(value) ?? remote(`status ${status} without a reason`)
}

/** Connection failures by their name; errors of ours as they are. */
function named(error: unknown, {url, timeoutMs}: Endpoint, deadline: AbortSignal, signal?: AbortSignal): unknown {
  if (isCitywatchError(error) || signal?.aborted) return error
  if (deadline.aborted) return new CitywatchError('CW_TIMEOUT', {target: url, timeoutMs}, {cause: error})
  return notConnected(url, error)
}

export function remote(detail: string): CitywatchError {
  return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'platform API', detail})
}

async function bounded(body: Readable): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_REPLY_BYTES) throw remote(`a reply of over ${MAX_REPLY_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Undefined for an error reply that is no JSON: its status says enough. */
function parsed(text: string, status: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    if (status === 200 || status === 202) throw remote('a reply that is not JSON')
    return undefined
  }
}

function asReply<R extends Route>(route: R, value: unknown): Contract[R]['reply'] {
  try {
    return parseReply[route](value)
  } catch (error) {
    if (!isCitywatchError(error)) throw error
    throw remote(`${error.params.field} is ${error.params.value}, expected ${error.params.expected}`)
  }
}
