/** Keeps a flood of refused frames from flooding the log: one entry a sender and minute, and so many in all. */

const WINDOW_MS = 60_000
const MAX_ENTRIES_A_WINDOW = 120
const MAX_SENDERS = 4_096

export class RefusalGate {
  /** When each sender was last let through. */
  readonly #senders = new Map<string, number>()
  #windowStart = Number.NEGATIVE_INFINITY
  #entries = 0
  #pending = 0

  /** Frames that no entry stands for yet. */
  get pending(): number {
    return this.#pending
  }

  /** How many frames an entry written now stands for, this one included; 0 when none is to be written. */
  admit(sender: string, now: number): number {
    this.#pending++
    if (now - this.#windowStart >= WINDOW_MS || now < this.#windowStart) {
      this.#windowStart = now
      this.#entries = 0
      this.#senders.clear()
    }
    if (this.#senders.has(sender) || this.#entries >= MAX_ENTRIES_A_WINDOW || this.#senders.size >= MAX_SENDERS)
      return 0
    this.#senders.set(sender, now)
    this.#entries++
    const frames = this.#pending
    this.#pending = 0
    return frames
  }

  giveBack(frames: number): void {
    this.#pending += frames
  }
}
