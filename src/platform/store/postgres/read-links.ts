/** Connections for reading: few, shared, and renewed when they are lost. */
import type {Clock} from '../../../lib/clock.ts'
import {isPassing, postgresFailure} from './failure.ts'
import type {Link} from './link.ts'

const MAX_LINKS = 4
/** How long a question is asked again on new connections, ms: a restart of the server passes unnoticed. */
const PATIENCE_MS = 5_000
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 500

export interface ReadLinksOptions {
  readonly label: string
  readonly clock: Clock
  readonly open: () => Promise<Link>
  readonly closing: AbortSignal
}

export class ReadLinks {
  readonly #options: ReadLinksOptions
  readonly #idle: Link[] = []
  readonly #waiting: (() => void)[] = []
  #busy = 0

  constructor(options: ReadLinksOptions) {
    this.#options = options
  }

  /** What `work` reads; it may be run anew. Rejects with CW_IO. */
  async use<Result>(work: (link: Link) => Promise<Result>): Promise<Result> {
    const {clock, closing, label} = this.#options
    const since = clock.now()
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      try {
        return await this.#once(work)
      } catch (error) {
        const isOver = closing.aborted || !isPassing(error) || Math.abs(clock.now() - since) > PATIENCE_MS
        if (isOver) throw postgresFailure(error, label)
        await clock.sleep(waitMs, closing).catch(() => undefined)
      }
    }
  }

  /** Ends the idle ones; those in use end with their work. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((link) => link.close()))
  }

  async #once<Result>(work: (link: Link) => Promise<Result>): Promise<Result> {
    if (this.#busy >= MAX_LINKS) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#busy++
    let link: Link | undefined
    try {
      link = this.#alive() ?? (await this.#options.open())
      const result = await work(link)
      this.#giveBack(link)
      return result
    } catch (error) {
      link?.drop() // it may be in the middle of something
      throw error
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#busy--
    }
  }

  #alive(): Link | undefined {
    let link = this.#idle.pop()
    while (link?.lost) link = this.#idle.pop()
    return link
  }

  #giveBack(link: Link): void {
    if (link.lost) return
    if (this.#options.closing.aborted) void link.close()
    else this.#idle.push(link)
  }
}
