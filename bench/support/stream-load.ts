/** A sender at a steady rate, and watchers of the event stream that time or count what reaches them. */
import {once} from 'node:events'
import {get, type IncomingMessage} from 'node:http'
import {connect, type Socket} from 'node:net'
import {performance} from 'node:perf_hooks'

export interface SendLoad {
  readonly port: number
  /** Events a second, so many in a request. */
  readonly rate: number
  readonly batch: number
  readonly seconds: number
  /** In every event's id and account, so that none repeats one of another run. */
  readonly run: number
  /** Alarms of as many accounts as there are events, or what a gateway tells of motion. */
  readonly kind: 'alarm' | 'event'
}

export interface SendResult {
  readonly events: number
  /** Requests answered with something else than 202. */
  readonly refused: number
  readonly seconds: number
}

/** Ms since the epoch with fractions, the same in every process of this machine. */
function exactNow(): number {
  return performance.timeOrigin + performance.now()
}

/** Catches up with the clock at every turn, whatever the platform does. Each event says when it was sent. */
export async function send(load: SendLoad): Promise<SendResult> {
  const {port, rate, batch, seconds} = load
  const socket = connect({host: '127.0.0.1', port, noDelay: true})
  await once(socket, 'connect')
  const answers = new Answers(socket)
  const requests = Math.round((rate * seconds) / batch)
  const started = performance.now()
  for (let sent = 0; sent < requests; ) {
    const due = Math.min(requests, Math.floor(((performance.now() - started) * rate) / batch / 1_000) + 1)
    for (; sent < due; sent++) socket.write(request(load, sent))
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await answers.until(requests)
  socket.destroy()
  return {events: requests * batch, refused: answers.refused, seconds: (performance.now() - started) / 1_000}
}

class Answers {
  refused = 0
  #count = 0
  #wake = () => {}

  constructor(socket: Socket) {
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      for (const [, status] of text.matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        this.#count++
        if (status !== '202') this.refused++
      }
      this.#wake()
    })
  }

  async until(count: number): Promise<void> {
    while (this.#count < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}

function request({port, batch, run, kind}: SendLoad, index: number): string {
  const sentAt = exactNow()
  const events = Array.from({length: batch}, (_, at) => {
    const number = run * 1_000_000 + index * batch + at
    return kind === 'alarm' ? alarmEvent(number, sentAt) : motionEvent(number, sentAt)
  })
  const body = JSON.stringify(events)
  return [
    'POST /v1/events HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/cloudevents-batch+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

function alarmEvent(number: number, sentAt: number): object {
  const account = number.toString(16).toUpperCase().padStart(8, '0')
  const data = {
    account,
    scheme: 'sia',
    code: 'BA',
    qualifier: 'new',
    zone: '3',
    raw: `#${account}|Nri1/BA3 sent ${sentAt}`,
  }
  return {...named(number), type: 'org.citywatch.signal', data}
}

function motionEvent(number: number, sentAt: number): object {
  const data = {camera: '44030500001320000007', state: true, score: 87, rule: 'perimeter north', text: `sent ${sentAt}`}
  return {...named(number), type: 'com.example.camera.motion', subject: 'camera/7', data}
}

function named(number: number): object {
  return {specversion: '1.0', source: '//gateway.example/district/7', id: String(number)}
}

export interface WatchLoad {
  readonly port: number
  readonly watchers: number
  /** Entries that each of them must get. */
  readonly entries: number
  /** Query of the stream: a filter. */
  readonly query?: string
}

export interface WatchResult {
  /** Of one watcher, sorted, from sending to receiving. */
  readonly latenciesMs: readonly number[]
  /** Sequences that the timed watcher got, without a gap or a repeat. */
  readonly isDense: boolean
  /** All watchers got as many bytes as each other. */
  readonly areAlike: boolean
  readonly deliveries: number
}

/** Says `ready` on standard output when all are connected, and resolves when each has got everything. */
export async function watch({port, watchers, entries, query = ''}: WatchLoad): Promise<WatchResult> {
  const url = `http://127.0.0.1:${port}/v1/stream${query}`
  const lines = await Promise.all(Array.from({length: watchers}, () => open(url)))
  const [first, ...others] = lines
  if (first === undefined) throw new Error('no watcher')
  const timed = new Timed(first, entries)
  const counted = others.map((line) => new Counted(line, entries))
  console.log('ready')
  await Promise.all([timed.done, ...counted.map(({done}) => done)])
  const sizes = new Set(counted.map(({entries: count}) => count))
  for (const line of lines) line.destroy()
  return {
    latenciesMs: timed.latencies.sort((a, b) => a - b),
    isDense: timed.isDense,
    areAlike: sizes.size <= 1,
    deliveries: entries * watchers,
  }
}

async function open(url: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, {agent: false}, resolve).once('error', reject)
  })
}

/** Reads every entry and when it was sent. */
class Timed {
  readonly latencies: number[] = []
  readonly done: Promise<void>
  isDense = true
  #rest = ''
  #seq: number | undefined

  constructor(line: IncomingMessage, entries: number) {
    line.setEncoding('utf8')
    this.done = new Promise((resolve, reject) => {
      line.on('data', (text: string) => {
        this.#heard(text)
        if (this.latencies.length >= entries) resolve()
      })
      line.once('close', () => reject(new Error('the stream ended')))
    })
    this.done.catch(() => {})
  }

  #heard(text: string): void {
    const now = exactNow()
    const blocks = (this.#rest + text).split('\n\n')
    this.#rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const [, from] = /sent (\d+\.?\d*)/.exec(block) ?? []
      const [, id] = /^id: \w+-(\d+)$/m.exec(block) ?? []
      if (id === undefined) continue
      if (from !== undefined) this.latencies.push(now - Number(from))
      if (this.#seq !== undefined && Number(id) !== this.#seq + 1) this.isDense = false
      this.#seq = Number(id)
    }
  }
}

const ENTRY = Buffer.from('\nevent: citywatch.')

/** Counts entries in the bytes: what two hundred watchers cost here must not be taken for what they cost there. */
class Counted {
  readonly done: Promise<void>
  entries = 0
  #tail: Buffer = Buffer.alloc(0)

  constructor(line: IncomingMessage, entries: number) {
    this.done = new Promise((resolve, reject) => {
      line.on('data', (chunk: Buffer) => {
        this.#heard(chunk)
        if (this.entries >= entries) resolve()
      })
      line.once('close', () => reject(new Error('the stream ended')))
    })
    this.done.catch(() => {})
  }

  #heard(chunk: Buffer): void {
    const seam = Buffer.concat([this.#tail, chunk.subarray(0, ENTRY.length - 1)])
    this.entries += occurrences(seam) + occurrences(chunk)
    this.#tail =
      chunk.length >= ENTRY.length
        ? chunk.subarray(1 - ENTRY.length)
        : Buffer.concat([this.#tail, chunk]).subarray(1 - ENTRY.length)
  }
}

function occurrences(bytes: Buffer): number {
  let count = 0
  for (let at = bytes.indexOf(ENTRY); at >= 0; at = bytes.indexOf(ENTRY, at + ENTRY.length)) count++
  return count
}
