/** Senders of CloudEvents over kept HTTP connections: each sends its next request when the one before is answered. */
import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {performance} from 'node:perf_hooks'

export interface HttpLoad {
  readonly port: number
  readonly connections: number
  readonly requestsEach: number
  /** Events in a request: 1 is sent as a single event. */
  readonly batch: number
  /** In every event's id, so that none repeats one of another run. */
  readonly run: string
}

export interface HttpLoadResult {
  readonly events: number
  readonly seconds: number
  /** Requests answered with something else than 202. */
  readonly refused: number
  /** From writing a request to its answer, sorted. */
  readonly latenciesMs: readonly number[]
}

const ACCEPTED = 'HTTP/1.1 202'
const HEAD_END = '\r\n\r\n'

/** About 300 bytes, as a gateway would tell of a motion. */
function event(id: string): object {
  return {
    specversion: '1.0',
    source: '//gateway.example/district/7',
    id,
    type: 'com.example.camera.motion',
    subject: `camera/${id.length}`,
    time: '2026-01-31T23:59:59Z',
    datacontenttype: 'application/json',
    data: {camera: '44030500001320000007', state: true, score: 87, rule: 'perimeter north', frame: 123_456},
  }
}

export async function pressHttp(load: HttpLoad): Promise<HttpLoadResult> {
  const lanes = await Promise.all(Array.from({length: load.connections}, (_, index) => Lane.open(load, index)))
  const started = performance.now()
  await Promise.all(lanes.map((lane) => lane.send()))
  const seconds = (performance.now() - started) / 1000
  return {
    events: load.connections * load.requestsEach * load.batch,
    seconds,
    refused: lanes.reduce((sum, {refused}) => sum + refused, 0),
    latenciesMs: lanes.flatMap(({latencies}) => latencies).sort((a, b) => a - b),
  }
}

class Lane {
  readonly latencies: number[] = []
  refused = 0
  readonly #socket: Socket
  readonly #requests: readonly Buffer[]
  #text = ''
  #answered = Promise.withResolvers<void>()

  constructor(socket: Socket, requests: readonly Buffer[]) {
    this.#socket = socket
    this.#requests = requests
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#heard(text))
    socket.on('close', () => this.#answered.reject(new Error('the platform closed a connection')))
  }

  static async open(load: HttpLoad, index: number): Promise<Lane> {
    const socket = connect({host: '127.0.0.1', port: load.port, noDelay: true})
    await once(socket, 'connect')
    return new Lane(
      socket,
      Array.from({length: load.requestsEach}, (_, at) => request(load, `${load.run}-${index}-${at}`)),
    )
  }

  async send(): Promise<void> {
    for (const bytes of this.#requests) {
      this.#answered = Promise.withResolvers()
      const sent = performance.now()
      this.#socket.write(bytes)
      await this.#answered.promise
      this.latencies.push(performance.now() - sent)
    }
    this.#answered.promise.catch(() => {})
    this.#socket.destroy()
  }

  /** An answer is whole when its body is as long as it said. */
  #heard(text: string): void {
    this.#text += text
    const end = this.#text.indexOf(HEAD_END)
    if (end < 0) return
    const length = Number(/content-length: (\d+)/i.exec(this.#text)?.[1] ?? 0)
    if (this.#text.length < end + HEAD_END.length + length) return
    if (!this.#text.startsWith(ACCEPTED)) this.refused++
    this.#text = ''
    this.#answered.resolve()
  }
}

function request({port, batch}: HttpLoad, id: string): Buffer {
  const body =
    batch === 1
      ? JSON.stringify(event(id))
      : JSON.stringify(Array.from({length: batch}, (_, index) => event(`${id}-${index}`)))
  const type = batch === 1 ? 'application/cloudevents+json' : 'application/cloudevents-batch+json'
  const head = [
    'POST /v1/events HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    `Content-Type: ${type}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
  ]
  return Buffer.from(`${head.join('\r\n')}${HEAD_END}${body}`)
}
