/**
 * Up to when a node knows what all others have heard. No clock is compared with another one's: a node's flush says which of
 * our flushes it had read before, so it holds whatever it heard until we sent that one. Pure.
 */

/** One flush of another node, as it was read. */
export interface PeerFlush {
  readonly node: string
  readonly number: number
  readonly first: number
  /** The node ends; it hears nothing more. */
  readonly leaving: boolean
  /** Our flush that it had read when everything that it had heard was told; 0: none. */
  readonly echoed: number
}

interface Peer {
  number: number
  /** Ms of our clock. */
  knownUpTo: number
  echoed: number
  /** For how long nothing was read of it while others were, ms. */
  quietMs: number
  isThere: boolean
}

/** A node of which nothing is read for so long is no longer waited for, ms. */
export const LOST_MS = 5_000
/** Longest time between two readings that counts as silence: for more it was us who did not read, ms. */
const COUNTED_MS = 1_000
/** Nodes that are remembered, those that are gone among them. */
const MAX_PEERS = 256

export class PeerBook {
  readonly #peers = new Map<string, Peer>()
  /** When each of our flushes was sent that somebody may still echo, ms. */
  readonly #sentAt = new Map<number, number>()
  #readAt: number | undefined

  /** When the last reading began that was answered, ms; undefined: none was. */
  get readAt(): number | undefined {
    return this.#readAt
  }

  /** The last flush that was read of each node, by name. */
  cursors(): ReadonlyMap<string, number> {
    return new Map([...this.#peers].map(([node, {number}]) => [node, number]))
  }

  /** Our flush is sent from now on, with a question for what is new. */
  sending(number: number, now: number): void {
    this.#sentAt.set(number, now)
  }

  /**
   * What was asked at `askedAt` is answered; flushes of each node in order. Returns what may be lost: the last `instant` of a node that
   * is gone without a word, or a `stretch` of what nodes told while we did not read.
   */
  read(flushes: readonly PeerFlush[], askedAt: number): 'instant' | 'stretch' | undefined {
    const gaps = flushes.filter((flush) => this.#take(flush, askedAt))
    const stepMs = Math.min(askedAt - (this.#readAt ?? askedAt), COUNTED_MS)
    const heard = new Set(flushes.map(({node}) => node))
    const before = this.size
    for (const [node, peer] of this.#peers) {
      if (heard.has(node)) continue
      peer.quietMs += stepMs
      if (peer.quietMs >= LOST_MS) peer.isThere = false
    }
    this.#readAt = askedAt
    this.#forget()
    if (gaps.length > 0) return 'stretch'
    return this.size < before ? 'instant' : undefined
  }

  /** Everything that any node heard up to then was read, ms; undefined: nothing was read yet. */
  get knownUpTo(): number | undefined {
    if (this.#readAt === undefined) return undefined
    return Math.min(this.#readAt, ...this.#there().map(({knownUpTo}) => knownUpTo))
  }

  /** Every node that is there has read our flushes up to this one. `latest`: the one sent last. */
  arrived(latest: number): number {
    return Math.min(latest, ...this.#there().map(({echoed}) => echoed))
  }

  get size(): number {
    return this.#there().length
  }

  /** True when flushes before it were missed. */
  #take({node, number, first, leaving, echoed}: PeerFlush, askedAt: number): boolean {
    const known = this.#peers.get(node)
    const knownUpTo = known?.isThere ? known.knownUpTo : (this.#readAt ?? askedAt)
    const sentAt = this.#sentAt.get(echoed)
    this.#peers.set(node, {
      ...{number, echoed, quietMs: 0, isThere: !leaving},
      knownUpTo: Math.max(knownUpTo, sentAt ?? 0),
    })
    // Of a stranger nothing is missed by whoever has just begun to listen, nor when it begins itself.
    return known ? first > known.number + 1 : first > 1 && this.#readAt !== undefined
  }

  #there(): Peer[] {
    return [...this.#peers.values()].filter(({isThere}) => isThere)
  }

  #forget(): void {
    for (const number of this.#sentAt.keys()) {
      if (this.#sentAt.size <= MAX_SENT) break
      this.#sentAt.delete(number)
    }
    for (const [node, {isThere}] of this.#peers) {
      if (this.#peers.size <= MAX_PEERS) return
      if (!isThere) this.#peers.delete(node)
    }
  }
}

/** Our flushes that are remembered: a node that echoes an older one than these is soon lost. */
const MAX_SENT = 200
