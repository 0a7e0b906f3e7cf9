/** Many TCP connections at a time, each told once: open, refused, silent, or why it could not be tried. */
import {connect, type Socket} from 'node:net'
import type {Clock} from '../../lib/clock.ts'

export type Knock =
  /** Connected; the socket is whoever asked for it's to close. */
  | {readonly state: 'open'; readonly socket: Socket}
  /** Somebody is there and takes no connection on that port. */
  | {readonly state: 'refused'}
  | {readonly state: 'silent'}
  /** Not asked at all: the run was stopped, or this machine could not (code of the system: no route, no descriptor). */
  | {readonly state: 'unasked'; readonly code: string}

/** Who waits is looked at so often: one timer for all. */
const TICK_MS = 50
/** What the system says when it has no room, for a moment; tried again, or silence would be made up. */
const NO_ROOM = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EAGAIN', 'EADDRNOTAVAIL'])
const NO_ROOM_TRIES = 20
const NO_ROOM_PAUSE_MS = 250

interface Waiting {
  /** The tick after which it is silent. */
  readonly until: number
  readonly settle: (knock: Knock) => void
}

export class Knocks {
  readonly #ticks: number
  readonly #clock: Clock
  readonly #signal: AbortSignal
  /** In the order in which they began, which is the order in which their time is over. */
  readonly #waiting = new Map<Socket, Waiting>()
  #tick = 0
  #isTicking = false

  /** `limitMs`: how long each may take. */
  constructor(limitMs: number, clock: Clock, signal: AbortSignal) {
    this.#ticks = Math.max(1, Math.ceil(limitMs / TICK_MS))
    this.#clock = clock
    this.#signal = signal
    signal.addEventListener('abort', () => this.#stop(), {once: true})
  }

  /** One connection, now. Never rejects. `host` is an address: names would wait for their server. */
  async knock(host: string, port: number): Promise<Knock> {
    for (let tries = 1; ; tries++) {
      const knock = await this.#once(host, port)
      const mayTryAgain = knock.state === 'unasked' && NO_ROOM.has(knock.code) && tries < NO_ROOM_TRIES
      if (!mayTryAgain || this.#signal.aborted) return knock
      await this.#clock.sleep(NO_ROOM_PAUSE_MS, this.#signal).catch(() => {})
    }
  }

  #once(host: string, port: number): Promise<Knock> {
    if (this.#signal.aborted) return Promise.resolve(STOPPED)
    return new Promise((resolve) => {
      const socket = connect({host, port})
      const settle = (knock: Knock) => {
        if (this.#waiting.delete(socket)) resolve(knock)
      }
      this.#waiting.set(socket, {until: this.#tick + this.#ticks, settle})
      socket.once('connect', () => settle({state: 'open', socket}))
      socket.on('error', (error: NodeJS.ErrnoException) => {
        settle(knockOf(error))
        socket.destroy()
      })
      void this.#keepTicking()
    })
  }

  async #keepTicking(): Promise<void> {
    if (this.#isTicking) return
    this.#isTicking = true
    try {
      while (this.#waiting.size > 0) {
        await this.#clock.sleep(TICK_MS, this.#signal)
        // The sockets have their turn first: what was connected while this process was busy is connected.
        await new Promise((resolve) => setImmediate(resolve))
        this.#tick += 1
        this.#giveUp()
      }
    } catch {
      // stopped: whoever waited was told
    } finally {
      this.#isTicking = false
    }
  }

  #giveUp(): void {
    for (const [socket, {until, settle}] of this.#waiting) {
      if (until >= this.#tick) return
      settle({state: 'silent'})
      socket.destroy()
    }
  }

  #stop(): void {
    for (const [socket, {settle}] of this.#waiting) {
      settle(STOPPED)
      socket.destroy()
    }
  }
}

const STOPPED: Knock = {state: 'unasked', code: 'stopped'}

function knockOf({code = 'unknown'}: NodeJS.ErrnoException): Knock {
  if (code === 'ECONNREFUSED' || code === 'ECONNRESET') return {state: 'refused'}
  // What the network says when nobody is at that address: a router, or our own neighbour table after its tries.
  if (code === 'ETIMEDOUT' || code === 'EHOSTUNREACH' || code === 'EHOSTDOWN') return {state: 'silent'}
  return {state: 'unasked', code}
}
