/** The books of a load run: every message that was sent ends in exactly one place. */
import {nearestRank} from '../../lib/percentile.ts'
import type {PanelEvent} from '../event.ts'

/** Why a message is lost: no answer in all attempts, the connection ended each time, or none could be made. */
type Loss = 'noReply' | 'closed' | 'unreachable'
export type Fate = 'acked' | 'refused' | 'unsupported' | Loss

export interface Latency {
  readonly n: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

export interface Books {
  /** Messages; a repetition is the same message. sent = acked + refused + unsupported + lost. */
  readonly sent: number
  readonly acked: number
  /** NAK. */
  readonly refused: number
  /** DUH. */
  readonly unsupported: number
  readonly lost: number
  readonly lostBy: Readonly<Record<Loss, number>>
  /** Messages that were sent more than once. */
  readonly repeated: number
  /** A second answer to a message that was answered before. */
  readonly doubled: number
  /** Answers to nothing that was asked, and bytes that are no answer. */
  readonly unexpected: number
  /** Times that a NAK set a panel's clock; the message was sent again. */
  readonly clockSet: number
  /** Encrypted messages acknowledged in clear: anybody can have written that. */
  readonly clearAnswers: number
  /** From writing to the answer, by nearest rank; absent when there was none. */
  readonly latency: {readonly first?: Latency; readonly repeated?: Latency}
  /** Messages of each code. */
  readonly codes: Readonly<Record<string, number>>
}

export class Tally {
  sent = 0
  doubled = 0
  unexpected = 0
  clockSet = 0
  clearAnswers = 0
  repeated = 0
  readonly #fates: Record<Fate, number> = {acked: 0, refused: 0, unsupported: 0, noReply: 0, closed: 0, unreachable: 0}
  readonly #first = new Samples()
  readonly #repeated = new Samples()
  readonly #codes = new Map<string, number>()

  begin({signals, token}: PanelEvent): void {
    this.sent += 1
    const code = signals[0]?.code ?? token
    const name = signals[0]?.scheme === 'contact-id' && signals[0].qualifier === 'restore' ? `R${code}` : code
    this.#codes.set(name, (this.#codes.get(name) ?? 0) + 1)
  }

  /** `attempts`: how often it was written. */
  end(fate: Fate, attempts: number, latencyMs?: number): void {
    this.#fates[fate] += 1
    if (attempts > 1) this.repeated += 1
    if (latencyMs !== undefined) (attempts > 1 ? this.#repeated : this.#first).add(latencyMs)
  }

  get acked(): number {
    return this.#fates.acked
  }

  get answered(): number {
    return this.#fates.acked + this.#fates.refused + this.#fates.unsupported
  }

  get lost(): number {
    return this.#fates.noReply + this.#fates.closed + this.#fates.unreachable
  }

  books(): Books {
    const {acked, refused, unsupported, noReply, closed, unreachable} = this.#fates
    const [first, repeated] = [this.#first.summary(), this.#repeated.summary()]
    return {
      sent: this.sent,
      acked,
      refused,
      unsupported,
      lost: this.lost,
      lostBy: {noReply, closed, unreachable},
      repeated: this.repeated,
      doubled: this.doubled,
      unexpected: this.unexpected,
      clockSet: this.clockSet,
      clearAnswers: this.clearAnswers,
      latency: {...(first ? {first} : {}), ...(repeated ? {repeated} : {})},
      codes: Object.fromEntries([...this.#codes].toSorted(([one], [other]) => (one < other ? -1 : 1))),
    }
  }
}

/** Times, four bytes each. */
class Samples {
  #values = new Float32Array(1_024)
  #n = 0

  add(ms: number): void {
    if (this.#n === this.#values.length) {
      const wider = new Float32Array(this.#n * 2)
      wider.set(this.#values)
      this.#values = wider
    }
    this.#values[this.#n] = ms
    this.#n += 1
  }

  summary(): Latency | undefined {
    if (this.#n === 0) return undefined
    const sorted = this.#values.subarray(0, this.#n).toSorted()
    const at = (share: number) => Math.round(nearestRank(sorted, share) * 1_000) / 1_000
    return {n: this.#n, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1)}
  }
}
