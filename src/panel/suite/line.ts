/** One connection of the suite to the receiver: writes bytes as told, hands out the answers one by one. */
import type {Clock} from '../../lib/clock.ts'
import {type CitywatchError, isCitywatchError} from '../../lib/errors.ts'
import {type ByteStream, dialTcp} from '../../net/byte-stream.ts'
import {dialUdp} from '../../net/udp.ts'
import type {Cipher} from '../../protocol/dc09/cipher.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import type {Transport} from '../attempt.ts'
import {type Answer, AnswerBuffer} from './answer.ts'

export interface LineOptions {
  readonly host: string
  readonly port: number
  readonly transport: Transport
  /** How long a connection and an answer are waited for, ms. */
  readonly waitMs: number
  /** Opens encrypted answers. */
  readonly cipher?: Cipher | undefined
  /** Looked for in every answer, encrypted or not. */
  readonly secret?: AccountKey | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

export class Line {
  /** True once the receiver has ended it. */
  closed = false
  /** Why it ended, when nobody listens there. */
  failure: CitywatchError | undefined
  readonly #stream: ByteStream
  readonly #options: LineOptions
  readonly #chunks: AsyncIterator<Uint8Array>
  readonly #buffer: AnswerBuffer
  #ready: Answer[] = []
  #reading: Promise<IteratorResult<Uint8Array>>

  private constructor(stream: ByteStream, options: LineOptions) {
    this.#stream = stream
    this.#options = options
    this.#buffer = new AnswerBuffer(options.cipher?.key, options.secret)
    this.#chunks = stream[Symbol.asyncIterator]()
    this.#reading = this.#read()
  }

  /** Throws CW_UNREACHABLE and CW_TIMEOUT. */
  static async dial(options: LineOptions): Promise<Line> {
    const {host, port, transport, waitMs, signal} = options
    const stream = transport === 'tcp' ? await dialTcp(host, port, waitMs, signal) : await dialUdp(host, port)
    return new Line(stream, options)
  }

  send(bytes: Uint8Array): void {
    this.#stream.send(bytes)
  }

  close(): void {
    this.#stream.close()
  }

  /** The next answer; undefined at the deadline (ms since the epoch), when the receiver has closed, or when told to stop. */
  async next(deadline: number): Promise<Answer | undefined> {
    while (this.#ready.length === 0 && !this.closed) {
      const chunk = await this.#before(deadline)
      if (chunk === undefined) {
        this.#ready = this.#buffer.flush()
        break
      }
      this.#take(chunk)
    }
    return this.#ready.shift()
  }

  #take(chunk: IteratorResult<Uint8Array>): void {
    if (chunk.done) {
      this.closed = true
      this.#ready.push(...this.#buffer.flush())
      return
    }
    this.#ready.push(...this.#buffer.push(chunk.value))
    // A datagram is whole or broken; nothing completes it.
    if (this.#options.transport === 'udp') this.#ready.push(...this.#buffer.flush())
    this.#reading = this.#read()
  }

  /** Undefined when the deadline comes first. */
  async #before(deadline: number): Promise<IteratorResult<Uint8Array> | undefined> {
    const {clock, signal} = this.#options
    const waited = new AbortController()
    const late = clock
      .sleep(Math.max(0, deadline - clock.now()), AbortSignal.any([waited.signal, signal]))
      .catch(() => undefined)
    const first = await Promise.race([this.#reading, late])
    waited.abort()
    return first ?? undefined
  }

  /** A connection that breaks has ended. */
  #read(): Promise<IteratorResult<Uint8Array>> {
    return this.#chunks.next().catch((error: unknown) => {
      if (isCitywatchError(error)) this.failure = error
      return {done: true, value: undefined}
    })
  }
}
