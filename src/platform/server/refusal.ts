/** How failures go out over HTTP: the codes of lib/errors.ts with the status that fits. */
import type {ServerResponse} from 'node:http'
import {CitywatchError, type ErrorCode, isCitywatchError} from '../../lib/errors.ts'
import type {ErrorReply} from '../contract.ts'

/** A request that is answered with a status of its own. */
export class Refusal extends Error {
  readonly status: number
  readonly reason: CitywatchError

  constructor(status: number, reason: CitywatchError) {
    super(reason.message)
    this.status = status
    this.reason = reason
  }
}

export function refusal(status: number, field: string, value: string | number, expected: string): Refusal {
  return new Refusal(status, new CitywatchError('CW_BAD_VALUE', {field, value, expected}))
}

const STATUS: Partial<Record<ErrorCode, number>> = {
  CW_BAD_VALUE: 400,
  CW_AUTH: 401,
  CW_FORBIDDEN: 403,
  CW_TOO_MANY_TRIES: 429,
  CW_TOO_MANY_REQUESTS: 429,
  CW_CONFLICT: 409,
  CW_DISK_FULL: 507,
  CW_IO: 503,
}

/** When somebody who was refused for lack of room may ask again, s. */
const RETRY_AFTER_S = 1

/** Answers with the error, or ends the connection when the answer has begun. Unexpected errors show nothing of the inside. */
export function answerError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) return void response.destroy()
  const {status, reason} = known(error)
  const reply: ErrorReply = {error: {code: reason.code, params: reason.params}}
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    // What is left of a refused body is not read: the connection cannot be used again.
    ...(response.req.complete ? {} : {connection: 'close'}),
    ...(status === 503 || status === 429 ? {'retry-after': String(retryAfterS(reason))} : {}),
    ...(status === 401 ? {'www-authenticate': 'Bearer'} : {}),
  })
  response.end(JSON.stringify(reply))
}

function retryAfterS({params}: CitywatchError): number {
  return typeof params.waitS === 'number' ? Math.max(1, Math.ceil(params.waitS)) : RETRY_AFTER_S
}

function known(error: unknown): {status: number; reason: CitywatchError} {
  if (error instanceof Refusal) return error
  if (isCitywatchError(error)) return {status: STATUS[error.code] ?? 500, reason: error}
  return {
    status: 500,
    reason: new CitywatchError('CW_INTERNAL', {detail: 'see the log of the platform'}, {cause: error}),
  }
}
