/** Interarrival jitter of one stream (RFC 3550 §6.4.1, §A.8): how unevenly packets come, against their time stamps. */

export class JitterMeter {
  readonly #clockRate: number
  #transit: number | undefined
  #jitter = 0

  /** `clockRate`: time stamp units a second. */
  constructor(clockRate: number) {
    this.#clockRate = clockRate
  }

  /** A packet came at `now`, ms. Wrapping of the 32-bit time stamp makes no jump. */
  note(timestamp: number, now: number): void {
    const transit = ((now * this.#clockRate) / 1_000 - timestamp) % 0x1_0000_0000
    const before = this.#transit
    this.#transit = transit
    if (before === undefined) return
    const way = Math.abs(wrapped(transit - before))
    this.#jitter += (way - this.#jitter) / 16
  }

  /** Another source begins: nothing that was known of the old one counts for it. */
  restart(): void {
    this.#transit = undefined
  }

  /** The estimate of now, ms. */
  get ms(): number {
    return (this.#jitter * 1_000) / this.#clockRate
  }
}

function wrapped(units: number): number {
  const size = 0x1_0000_0000
  const rest = ((units % size) + size) % size
  return rest >= size / 2 ? rest - size : rest
}
