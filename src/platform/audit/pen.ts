/** Notes what has no change of its own: failed log-ins, refusals, start and stop. A flood becomes few lines; a full disk delays them. */
import type {Clock} from '../../lib/clock.ts'
import type {AuditNote} from './line.ts'

interface Options {
  readonly clock: Clock
  /** Resolves once the line is on the disk. */
  readonly write: (note: AuditNote, at: number) => Promise<void>
}

interface Waiting {
  readonly note: AuditNote
  readonly at: number
}

/** Lines that wait for the disk; what is beyond is counted. */
const MAX_WAITING = 500
const MAX_AT_ONCE = 100
/** Lines of one kind from one address in a minute, and of one kind in all. */
const WINDOW_MS = 60_000
const MAX_EACH = 5
const MAX_ALL = 120

export class AuditPen {
  readonly #options: Options
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #lost = 0
  #windowAt = Number.NEGATIVE_INFINITY
  readonly #told = new Map<string, number>()
  #untold = 0

  constructor(options: Options) {
    this.#options = options
  }

  /** Never rejects, and need not be waited for. */
  note(note: AuditNote): Promise<void> {
    const at = this.#options.clock.now()
    if (this.#waiting.length < MAX_WAITING) this.#waiting.push({note, at})
    else this.#lost++
    return this.#flush()
  }

  /** For what others can cause at will: what is too much is counted in the next line of its kind. */
  flood(note: AuditNote): Promise<void> {
    const now = this.#options.clock.now()
    if (now - this.#windowAt >= WINDOW_MS || now < this.#windowAt) {
      this.#windowAt = now
      this.#told.clear()
    }
    const keys = [note.what, `${note.what} ${note.from}`] as const
    const [all = 0, each = 0] = keys.map((key) => this.#told.get(key))
    if (all >= MAX_ALL || each >= MAX_EACH) {
      this.#untold++
      return Promise.resolve()
    }
    this.#told.set(keys[0], all + 1)
    this.#told.set(keys[1], each + 1)
    const more = this.#untold
    this.#untold = 0
    const detail = [note.detail, more > 0 ? `and ${more} more before it` : undefined].filter(Boolean).join('; ')
    return this.note(detail === '' ? note : {...note, detail})
  }

  #flush(): Promise<void> {
    this.#writing ??= this.#writeAll()
    return this.#writing
  }

  /** What is noted meanwhile is written, too: between the last look and the end nothing else runs. */
  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.slice(0, MAX_AT_ONCE)
        // Asked for together, they are one commit, in their order.
        const outcomes = await Promise.allSettled(batch.map(({note, at}) => this.#options.write(note, at)))
        const kept = batch.filter((_, index) => outcomes[index]?.status === 'rejected')
        this.#waiting.splice(0, batch.length, ...kept)
        if (kept.length > 0) return // the disk takes nothing now: the next note tries again
        if (this.#lost > 0 && this.#waiting.length === 0) this.#waiting.push(this.#loss(batch.at(-1)?.at ?? 0))
      }
    } finally {
      this.#writing = undefined
    }
  }

  #loss(at: number): Waiting {
    const detail = `${this.#lost} lines could not be kept while the disk took none`
    this.#lost = 0
    return {note: {who: 'platform', from: 'platform', what: 'audit.lost', detail}, at}
  }
}
