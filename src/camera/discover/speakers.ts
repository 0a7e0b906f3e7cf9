/**
 * Sends datagrams to many addresses. What goes to an address of the link that nobody has lies in the socket's buffer until
 * the system gives it up (seconds), and holds up whatever is behind it: so there are many sockets, and none gets more than it can take.
 */
import {isIPv6} from 'node:net'
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import {type Ear, type InterfaceResult, openEar, type Place, type Received, resultOf} from './ears.ts'
import type {Origin} from './found.ts'

/** Any interface that leads there. */
const ANYWHERE = {
  IPv4: {name: 'unicast', address: '0.0.0.0', family: 'IPv4', zone: ''},
  IPv6: {name: 'unicast', address: '::', family: 'IPv6', zone: ''},
} as const satisfies Record<string, Place>
const SOCKETS = 48
/** Addresses for each socket: a short list needs few. */
const PER_SOCKET = 64
/** Datagrams that may wait before a socket; and how long none of them may go before they are given up, ms. */
const MAX_PENDING = 16
const LOOK_MS = 10
const STUCK_MS = 15_000

type Family = keyof typeof ANYWHERE

export class Speakers {
  readonly results: readonly InterfaceResult[]
  readonly #ears: Readonly<Record<Family, readonly Ear[]>>
  readonly #clock: Clock
  readonly #signal: AbortSignal
  #turn = 0

  private constructor(ears: Readonly<Record<Family, readonly Ear[]>>, clock: Clock, signal: AbortSignal) {
    this.#ears = ears
    this.results = [...new Set([...ears.IPv4, ...ears.IPv6].map(({result}) => result))]
    this.#clock = clock
    this.#signal = signal
  }

  /** Sockets for the families that occur. Throws CW_IO when there is none for one. */
  static async open(
    addresses: Iterable<string> & {readonly size: number},
    port: number,
    receive: (datagram: Buffer, from: Origin) => Received,
    {clock, signal}: {readonly clock: Clock; readonly signal: AbortSignal},
  ): Promise<Speakers> {
    const families = new Set<Family>()
    for (const address of addresses) if (families.add(familyOf(address)).size === 2) break
    const count = Math.min(SOCKETS, Math.ceil(addresses.size / PER_SOCKET))
    const ears: Record<Family, Ear[]> = {IPv4: [], IPv6: []}
    for (const family of families) {
      const result = resultOf(ANYWHERE[family])
      const opened = await Promise.allSettled(
        Array.from({length: count}, () => openEar(ANYWHERE[family], port, result, receive)),
      )
      ears[family] = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      const [first] = opened
      if (ears[family].length === 0 && first?.status === 'rejected') {
        const {code = 'unusable'} = first.reason as NodeJS.ErrnoException
        throw new CitywatchError('CW_IO', {path: 'the network', detail: `${family}: ${code}`})
      }
    }
    return new Speakers(ears, clock, signal)
  }

  /** Sends, once there is room. Rejects when the run is stopped. */
  send(text: string, address: string): Promise<void> | undefined {
    const ears = this.#ears[familyOf(address)]
    const ear = this.#free(ears)
    if (!ear) return this.#sendLater(ears, text, address)
    ear.send(text, address)
    return undefined
  }

  /** Resolves when the system has taken all, or takes no more. Rejects when the run is stopped. */
  async drained(): Promise<void> {
    const ears = [...this.#ears.IPv4, ...this.#ears.IPv6]
    await this.#until(ears, () => pendingOf(ears) === 0)
  }

  /** What was not taken counts as not sent. */
  close(): void {
    for (const ear of [...this.#ears.IPv4, ...this.#ears.IPv6]) ear.close()
  }

  async #sendLater(ears: readonly Ear[], text: string, address: string): Promise<void> {
    await this.#until(ears, () => this.#free(ears) !== undefined)
    const ear = this.#free(ears)
    const [first] = ears
    if (ear) ear.send(text, address)
    else if (first) {
      first.result.unsent += 1
      first.result.failed = 'EAGAIN'
    }
  }

  /** Waits for the condition as long as anything moves. */
  async #until(ears: readonly Ear[], holds: () => boolean): Promise<void> {
    let before = pendingOf(ears)
    for (let stuckMs = 0; !holds() && stuckMs < STUCK_MS; stuckMs += LOOK_MS) {
      await this.#clock.sleep(LOOK_MS, this.#signal)
      const now = pendingOf(ears)
      if (now < before) stuckMs = 0
      before = now
    }
  }

  /** In turn, passing over those that are stuck. */
  #free(ears: readonly Ear[]): Ear | undefined {
    for (let tried = 0; tried < ears.length; tried++) {
      this.#turn = (this.#turn + 1) % ears.length
      const ear = ears[this.#turn]
      if (ear && ear.pending < MAX_PENDING) return ear
    }
    return undefined
  }
}

function familyOf(address: string): Family {
  return isIPv6(address) ? 'IPv6' : 'IPv4'
}

function pendingOf(ears: readonly Ear[]): number {
  return ears.reduce((sum, {pending}) => sum + pending, 0)
}
