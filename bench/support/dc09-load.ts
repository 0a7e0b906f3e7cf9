/** Panels that press a DC-09 receiver over kept connections: as fast as it answers, or at a rate with every answer timed. */
import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {performance} from 'node:perf_hooks'
import {seal} from '../../src/protocol/dc09/cipher.ts'
import {encodeFrame, type Frame} from '../../src/protocol/dc09/frame.ts'
import {AccountKey} from '../../src/protocol/dc09/key.ts'
import {formatTimestamp} from '../../src/protocol/dc09/timestamp.ts'

export interface Load {
  readonly port: number
  readonly connections: number
  /** Of each connection; its account is its own, so that no message repeats another. At most 9,999. */
  readonly framesEach: number
  readonly firstAccount: number
  readonly encrypted: boolean
  /** Accounts of each connection, in turns; absent: one. */
  readonly accountsEach?: number
  /** Frames a second of all connections together; absent: each connection keeps `window` frames under way. */
  readonly rate?: number
  /** Absent: WINDOW. */
  readonly window?: number
}

export interface LoadResult {
  readonly frames: number
  readonly seconds: number
  /** Answers other than ACK. */
  readonly refused: number
  /** From writing to the answer, sorted, without the first of each connection (this process warms up); only at a rate. */
  readonly latenciesMs: readonly number[]
}

export const KEY_HEX = '000102030405060708090A0B0C0D0E0F'
export const KEY = new AccountKey(Buffer.from(KEY_HEX, 'hex'))
const WINDOW = 32
/** Answers of each connection that are not timed. */
const WARM_UP = 20
const CR = 0x0d
const PAD = Buffer.alloc(16, 0x51)

/** A burglary with area, zone and time, as panels send it. */
export function message(account: string, seq: number, encrypted: boolean): Uint8Array {
  const frame: Frame = {
    token: 'SIA-DCS',
    encrypted: false,
    seq,
    line: '0',
    account,
    data: `#${account}|Nri1/BA${(seq % 64) + 1}`,
    xdata: [],
    timestamp: formatTimestamp(Date.now()),
    crcForm: 'hex',
  }
  return encodeFrame(encrypted ? seal(frame, KEY, PAD) : frame)
}

/** Six hex digits. */
export function accountName(number: number): string {
  return number.toString(16).toUpperCase().padStart(6, '0')
}

export async function press(load: Load): Promise<LoadResult> {
  const lanes = await Promise.all(Array.from({length: load.connections}, (_, index) => Lane.open(load, index)))
  const started = performance.now()
  if (load.rate === undefined) await Promise.all(lanes.map((lane) => lane.flood()))
  else await paced(lanes, load.rate, load.connections * load.framesEach)
  const seconds = (performance.now() - started) / 1000
  for (const lane of lanes) lane.socket.destroy()
  return {
    frames: lanes.reduce((sum, {answered}) => sum + answered, 0),
    seconds,
    refused: lanes.reduce((sum, {refused}) => sum + refused, 0),
    latenciesMs: lanes.flatMap(({latencies}) => latencies.slice(WARM_UP)).sort((a, b) => a - b),
  }
}

/** Catches up with the clock at every tick, so that a slow receiver does not lower what is offered. */
async function paced(lanes: readonly Lane[], rate: number, total: number): Promise<void> {
  const started = performance.now()
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - started) * rate) / 1000))
    for (; sent < due; sent++) lanes[sent % lanes.length]?.send(1)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await Promise.all(lanes.map(({done}) => done.promise))
}

class Lane {
  readonly socket: Socket
  readonly done = Promise.withResolvers<void>()
  readonly latencies: number[] = []
  answered = 0
  refused = 0
  readonly #frames: readonly Uint8Array[]
  readonly #sentAt: number[] = []
  readonly #timed: boolean
  readonly #window: number
  #sent = 0

  constructor(socket: Socket, frames: readonly Uint8Array[], {rate, window = WINDOW}: Load) {
    this.socket = socket
    this.#frames = frames
    this.#timed = rate !== undefined
    this.#window = window
    socket.on('data', (chunk: Buffer) => this.#answers(chunk))
    socket.on('close', () => this.done.resolve())
  }

  static async open(load: Load, index: number): Promise<Lane> {
    const {port, framesEach, firstAccount, encrypted, accountsEach = 1} = load
    const socket = connect({host: '127.0.0.1', port, noDelay: true})
    await once(socket, 'connect')
    const first = firstAccount + index * accountsEach
    const frames = Array.from({length: framesEach}, (_, at) =>
      message(accountName(first + (at % accountsEach)), at + 1, encrypted),
    )
    return new Lane(socket, frames, load)
  }

  flood(): Promise<void> {
    this.send(this.#window)
    return this.done.promise
  }

  send(count: number): void {
    const upTo = Math.min(this.#frames.length, this.#sent + count)
    const batch = this.#frames.slice(this.#sent, upTo)
    this.#sent = upTo
    if (this.#timed) for (const _ of batch) this.#sentAt.push(performance.now())
    if (batch.length > 0) this.socket.write(batch.length === 1 ? (batch[0] ?? PAD) : Buffer.concat(batch))
  }

  #answers(chunk: Buffer): void {
    let count = 0
    for (const byte of chunk) if (byte === CR) count += 1
    if (!chunk.includes('ACK"')) this.refused += count
    for (let one = 0; one < count && this.#timed; one++) {
      this.latencies.push(performance.now() - (this.#sentAt[this.answered + one] ?? 0))
    }
    this.answered += count
    if (this.answered >= this.#frames.length) this.done.resolve()
    else if (!this.#timed) this.send(count)
  }
}
