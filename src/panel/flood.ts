/** Keeps a flood of notices from one peer readable: the first few are shown, the rest is counted. */

const WINDOW_MS = 10_000
const MAX_PEERS = 1_000

interface Window {
  readonly start: number
  seen: number
}

export class Flood {
  readonly #shown: number
  readonly #windows = new Map<string, Window>()

  /** `shown`: notices of a peer in ten seconds that are let through. */
  constructor(shown = 5) {
    this.#shown = shown
  }

  /** How many notices the one at `now` stands for; 0 when it is to be held back. `host` without its port. */
  admit(host: string, now: number): number {
    const window = this.#windows.get(host)
    if (!window || now - window.start >= WINDOW_MS) {
      this.#windows.delete(host)
      if (this.#windows.size >= MAX_PEERS) this.#forgetOldest()
      this.#windows.set(host, {start: now, seen: 1})
      return 1 + Math.max(0, (window?.seen ?? 0) - this.#shown)
    }
    window.seen += 1
    return window.seen <= this.#shown ? 1 : 0
  }

  #forgetOldest(): void {
    for (const [host] of this.#windows) {
      this.#windows.delete(host)
      return
    }
  }
}
