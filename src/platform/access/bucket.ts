/** How often somebody may ask: a bucket of tokens each, filled at a steady rate, for a bounded number of askers. */

export interface Rate {
  /** Requests a second, over time. */
  readonly perSecond: number
  /** Requests at once after a rest. */
  readonly burst: number
}

interface Bucket {
  level: number
  at: number
}

/** Askers that are remembered; the one that has been quiet the longest is forgotten first, and is full again then. */
const MAX_ASKERS = 10_000

export class Buckets {
  readonly #rate: Rate
  readonly #buckets = new Map<string, Bucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Takes one; 0 when there was one, else in how many ms there will be. */
  take(asker: string, now: number): number {
    const bucket = this.#filled(asker, now)
    if (bucket.level >= 1) {
      bucket.level -= 1
      return 0
    }
    return Math.max(1, Math.ceil(((1 - bucket.level) / this.#rate.perSecond) * 1_000))
  }

  /** What `take` would say, without taking. */
  waitMs(asker: string, now: number): number {
    const known = this.#buckets.get(asker)
    if (known === undefined) return 0
    const {level} = this.#filled(asker, now)
    return level >= 1 ? 0 : Math.max(1, Math.ceil(((1 - level) / this.#rate.perSecond) * 1_000))
  }

  #filled(asker: string, now: number): Bucket {
    const {perSecond, burst} = this.#rate
    const bucket = this.#buckets.get(asker) ?? {level: burst, at: now}
    // A clock that was set back fills nothing and takes nothing away.
    bucket.level = Math.min(burst, bucket.level + (Math.max(0, now - bucket.at) / 1_000) * perSecond)
    bucket.at = now
    this.#buckets.delete(asker)
    this.#buckets.set(asker, bucket)
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= MAX_ASKERS) break
      this.#buckets.delete(oldest)
    }
    return bucket
  }
}
