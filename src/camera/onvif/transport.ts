/** Sends a request to one camera and brings back the whole answer: one deadline, bounded size, no redirect, no other host. */
import type {SecureContext} from 'node:tls'
import {Client} from 'undici'
import type {Clock} from '../../lib/clock.ts'
import {DeviceFailure} from '../failure.ts'
import {type Connector, connectLimitMs, connector} from './connector.ts'
import {type Progress, transportFailure} from './transport-failure.ts'

/** Larger answers are refused unread. */
const MAX_BODY_BYTES = 8 * 1024 * 1024

export interface Answer {
  readonly status: number
  readonly contentType: string
  readonly wwwAuthenticate: readonly string[]
  /** When the camera says that it answered (Date), ms since the epoch by its clock; absent: it does not say. */
  readonly date?: number
  readonly body: Buffer
}

export interface Question {
  readonly method: 'POST' | 'GET'
  /** Path and query on the camera. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly timeoutMs: number
}

/** What had come when an exchange failed. */
export interface Broken {
  readonly status?: number | undefined
  readonly contentType?: string | undefined
  readonly body: Buffer
}

export interface TransportOptions {
  readonly xaddr: URL
  readonly timeoutMs: number
  readonly clock: Clock
  /** Whose certificates count for https://, `any` only where no login is sent; absent: those that Node.js trusts. */
  readonly trust?: SecureContext | 'any'
  readonly signal?: AbortSignal
}

/** A constant: an error with a stack for each answer would be made for nobody. */
const DONE = 'the exchange is over'

export class Transport {
  /** One connection at a time, kept between requests: a session asks one thing after the other. */
  readonly #client: Client
  readonly #connector: Connector
  readonly #clock: Clock
  readonly #signal: AbortSignal | undefined
  #answers = 0
  #current: AbortController | undefined
  #isInterrupted = false

  constructor({xaddr, timeoutMs, clock, trust, signal}: TransportOptions) {
    this.#clock = clock
    this.#signal = signal
    this.#connector = connector(connectLimitMs(timeoutMs), clock, trust)
    this.#client = new Client(xaddr.origin, {
      connect: this.#connector.connect,
      headersTimeout: 0,
      bodyTimeout: 0,
    })
  }

  /** True once the camera has answered: a connection that it closes now may merely have been kept too long. */
  get hasAnswered(): boolean {
    return this.#answers > 0
  }

  /** Address of the camera; undefined before it was reached. */
  get remoteAddress(): string | undefined {
    return this.#connector.remoteAddress()
  }

  get localAddress(): string | undefined {
    return this.#connector.localAddress()
  }

  /** Throws DeviceFailure for everything that is not a complete answer; `broken` is told what had come by then. */
  async ask(question: Question, broken?: (partial: Broken) => void): Promise<Answer> {
    const {timeoutMs} = question
    if (this.#isInterrupted) throw interrupted()
    const stop = new AbortController()
    this.#current = stop
    const cancel = () => stop.abort(interrupted())
    this.#signal?.addEventListener('abort', cancel, {once: true})
    if (this.#signal?.aborted) cancel()
    const progress: Progress = {answered: false, bytes: 0, chunks: []}
    void this.#clock.sleep(timeoutMs, stop.signal).then(
      () => stop.abort(this.#late(timeoutMs, progress.bytes)),
      () => {},
    )
    try {
      const answer = await this.#exchange(question, stop.signal, progress)
      this.#answers += 1
      return answer
    } catch (error) {
      const {status, contentType, chunks} = progress
      broken?.({status, contentType, body: Buffer.concat(chunks)})
      throw transportFailure(stop.signal.aborted ? stop.signal.reason : error, progress)
    } finally {
      this.#signal?.removeEventListener('abort', cancel)
      stop.abort(DONE)
    }
  }

  /** Ends the exchange that is under way; it and all others reject as `cancelled` until `resume`. */
  interrupt(): void {
    this.#isInterrupted = true
    this.#current?.abort(interrupted())
  }

  resume(): void {
    this.#isInterrupted = false
  }

  async close(): Promise<void> {
    this.#connector.close()
    await this.#client.destroy()
  }

  async #exchange(question: Question, signal: AbortSignal, progress: Progress): Promise<Answer> {
    const {method, path, headers, body = null} = question
    const response = await this.#client.request({method, path, headers, body, signal})
    progress.answered = true
    progress.status = response.statusCode
    progress.contentType = String(response.headers['content-type'] ?? '')
    const encoding = String(response.headers['content-encoding'] ?? 'identity')
    if (encoding !== 'identity') {
      response.body.destroy()
      throw new DeviceFailure('not-onvif', `content encoding ${encoding}, which was not asked for`)
    }
    const {chunks} = progress
    for await (const chunk of response.body) {
      progress.bytes += chunk.length
      if (progress.bytes > MAX_BODY_BYTES) throw new DeviceFailure('too-large', `more than ${MAX_BODY_BYTES} bytes`)
      chunks.push(chunk)
    }
    return {
      status: response.statusCode,
      contentType: progress.contentType,
      ...dateOf(response.headers.date),
      wwwAuthenticate: [response.headers['www-authenticate'] ?? []].flat(),
      body: Buffer.concat(chunks),
    }
  }

  #late(timeoutMs: number, bytes: number): DeviceFailure {
    if (this.remoteAddress === undefined)
      return new DeviceFailure('timeout-connect', `no connection within ${timeoutMs} ms`)
    const seen =
      bytes > 0 ? `answer not complete within ${timeoutMs} ms (${bytes} bytes)` : `no answer within ${timeoutMs} ms`
    return new DeviceFailure('timeout-read', seen)
  }
}

function dateOf(header: string | string[] | undefined): {date?: number} {
  const date = Date.parse(String(header ?? ''))
  return Number.isNaN(date) ? {} : {date}
}

function interrupted(): DeviceFailure {
  return new DeviceFailure('cancelled', 'the run was stopped')
}
