/** Many panels that only say that they live, each at its own moment: half over UDP, a quarter dials anew, a quarter keeps its connection. */
import {createSocket, type Socket as UdpSocket} from 'node:dgram'
import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {setTimeout as delay} from 'node:timers/promises'
import {encodeFrame} from '../../src/protocol/dc09/frame.ts'
import {formatTimestamp} from '../../src/protocol/dc09/timestamp.ts'

export interface PollPlan {
  readonly accounts: readonly string[]
  readonly port: number
  readonly intervalMs: number
  readonly forMs: number
}

export interface Polls {
  readonly sent: number
  readonly acked: number
  readonly kept: number
}

const UDP_SOCKETS = 64
const TICK_MS = 20
/** How long the last answers are waited for. */
const DRAIN_MS = 5_000
const CR = 0x0d

export async function pollAll({accounts, port, intervalMs, forMs}: PollPlan): Promise<Polls> {
  const wires = new Wires(port)
  await wires.open()
  const started = Date.now()
  let done = 0
  // Account n has its turn at n/N of each interval.
  for (let now = started; now < started + forMs; now = Date.now()) {
    const due = Math.floor(((now - started) * accounts.length) / intervalMs)
    for (; done < due; done++) wires.poll(done % accounts.length, accounts[done % accounts.length] ?? '')
    await delay(TICK_MS)
  }
  for (const end = Date.now() + DRAIN_MS; wires.acked < wires.sent && Date.now() < end; ) await delay(TICK_MS)
  return wires.close()
}

class Wires {
  sent = 0
  acked = 0
  readonly #port: number
  readonly #udp: UdpSocket[] = []
  readonly #kept = new Map<number, Socket>()

  constructor(port: number) {
    this.#port = port
  }

  async open(): Promise<void> {
    for (let index = 0; index < UDP_SOCKETS; index++) {
      const socket = createSocket('udp4')
      socket.on('message', (bytes) => this.#answer(bytes))
      socket.connect(this.#port, '127.0.0.1')
      await once(socket, 'connect')
      this.#udp.push(socket)
    }
  }

  poll(index: number, account: string): void {
    this.sent += 1
    const bytes = linkTest(account)
    if (index % 2 === 0) this.#udp[(index / 2) % UDP_SOCKETS]?.send(bytes)
    else if (index % 4 === 1) this.#dial((socket) => socket.end()).write(bytes)
    else this.#keptFor(index).write(bytes)
  }

  close(): Polls {
    const kept = this.#kept.size
    for (const socket of this.#udp) socket.close()
    for (const socket of this.#kept.values()) socket.destroy()
    return {sent: this.sent, acked: this.acked, kept}
  }

  #keptFor(index: number): Socket {
    const known = this.#kept.get(index)
    if (known?.writable) return known
    const socket = this.#dial(() => {})
    this.#kept.set(index, socket)
    return socket
  }

  #dial(answered: (socket: Socket) => void): Socket {
    const socket = connect({host: '127.0.0.1', port: this.#port, noDelay: true})
    socket.on('error', () => socket.destroy())
    socket.on('data', (bytes: Buffer) => {
      this.#answer(bytes)
      answered(socket)
    })
    return socket
  }

  #answer(bytes: Buffer): void {
    if (bytes.includes('"ACK"') && bytes.at(-1) === CR) this.acked += 1
  }
}

function linkTest(account: string): Uint8Array {
  const timestamp = formatTimestamp(Date.now())
  const fixed = {token: 'NULL', encrypted: false, seq: 0, line: '0', data: '', xdata: [], crcForm: 'hex'} as const
  return encodeFrame({...fixed, account, timestamp})
}
