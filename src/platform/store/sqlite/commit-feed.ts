/** Tells followers of every durable row once and in order, also of those whose commit was reported as failed. */

import type {Commit} from '../book/write.ts'
import type {LogRow} from '../port.ts'

/** Rows that followers are told of at a time when they come from the disk. */
const CATCH_UP_ROWS = 1_000

export interface DiskLog {
  head(): number
  /** Rows after a sequence, oldest first. */
  log(after: number, limit: number): LogRow[]
}

export class CommitFeed {
  #head: number
  readonly #disk: DiskLog
  readonly #listeners = new Set<(rows: readonly LogRow[]) => void>()

  constructor(disk: DiskLog) {
    this.#disk = disk
    this.#head = disk.head()
  }

  /** Sequence of the last row that followers were told of. */
  get head(): number {
    return this.#head
  }

  follow(listener: (rows: readonly LogRow[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  publish(commit: Commit): void {
    if (commit.type === 'committed' && (commit.rows[0]?.seq ?? this.#head + 1) === this.#head + 1)
      this.#tell(commit.rows)
    else this.#catchUp()
  }

  /** The disk may have kept what was not promised; it has its place in the order all the same. */
  #catchUp(): void {
    for (;;) {
      const rows = this.#readable()
      if (rows.length === 0) return
      this.#tell(rows)
    }
  }

  #readable(): LogRow[] {
    try {
      return this.#disk.log(this.#head, CATCH_UP_ROWS)
    } catch {
      return [] // the disk does not read either; the next commit finds the gap and comes here again
    }
  }

  #tell(rows: readonly LogRow[]): void {
    const last = rows.at(-1)
    if (last === undefined) return
    this.#head = last.seq
    for (const listener of this.#listeners) listener(rows)
  }
}
