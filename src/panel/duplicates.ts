/** Repeated messages: a lost acknowledgement makes the panel send again; the second one is acknowledged and not told twice. */

/** How long a message is remembered, ms, and how many at most. */
const WINDOW_MS = 60_000
const MAX_REMEMBERED = 200_000

/** Remembers by key what became of a message. */
export class Duplicates<Outcome> {
  readonly #seen = new Map<string, {readonly at: number; readonly outcome: Promise<Outcome>}>()

  /** The outcome of the same message within the last minute, also while it is being worked on; undefined when it is new. */
  find(key: string, now: number): Promise<Outcome> | undefined {
    const known = this.#seen.get(key)
    return known && now - known.at < WINDOW_MS ? known.outcome : undefined
  }

  /** A message whose work fails is forgotten: its repetition is a new try. */
  remember(key: string, now: number, outcome: Promise<Outcome>): void {
    this.#forgetOld(now)
    const entry = {at: now, outcome}
    this.#seen.delete(key)
    this.#seen.set(key, entry)
    outcome.catch(() => {
      if (this.#seen.get(key) === entry) this.#seen.delete(key)
    })
  }

  /** Entries are in order of time, so that this looks at little more than it removes. */
  #forgetOld(now: number): void {
    for (const [key, {at}] of this.#seen) {
      if (now - at < WINDOW_MS && this.#seen.size < MAX_REMEMBERED) return
      this.#seen.delete(key)
    }
  }
}
