/** Clears rows that lie in segments out of the open part, a little with each commit, so that nobody waits for it. */
import type {DatabaseSync} from 'node:sqlite'
import {SEALED_SQL} from './catalogue.ts'

/** Rows cleared with a commit: twice as many as the one before added, and a few more. */
const ROWS_A_ROW = 2
const ROWS_MORE = 64
/** Rows cleared at once when the disk was full: their room is needed. */
const ROWS_FOR_ROOM = 5_000
/** Pages given back to the disk with a commit, and free pages kept for what comes. */
const PAGES_A_COMMIT = 256
const PAGES_KEPT = 16_384
const INCREMENTAL = 2

/** What it knows is true for one connection until a transaction of that fails. */
export class Trimmer {
  readonly #db: DatabaseSync
  /** Last row that lies in a segment, and the row before the oldest that the open part has. */
  #sealed: number
  #cleared: number
  /** Pages that the file has to spare. */
  #spare: number

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#sealed = Number(db.prepare(SEALED_SQL).get()?.seq ?? 0)
    const oldest = db.prepare('SELECT seq FROM log ORDER BY seq LIMIT 1').get()?.seq
    this.#cleared = oldest === undefined ? this.#sealed : Number(oldest) - 1
    this.#spare = sparePages(db)
  }

  /** Call it first in a transaction that adds about as many rows as `added`: these then find room in the file. */
  clear(added: number): void {
    this.#clear(added * ROWS_A_ROW + ROWS_MORE)
    if (this.#spare <= 0) return
    this.#db.exec(`PRAGMA incremental_vacuum(${PAGES_A_COMMIT})`)
    this.#spare -= PAGES_A_COMMIT
  }

  /** Call it in a transaction of its own. */
  makeRoom(): void {
    this.#clear(ROWS_FOR_ROOM)
  }

  /** There is a new segment, or one less. */
  changed(): void {
    this.#sealed = Number(this.#db.prepare(SEALED_SQL).get()?.seq ?? 0)
    this.#spare = sparePages(this.#db)
  }

  #clear(rows: number): void {
    if (this.#cleared >= this.#sealed) return
    const upTo = Math.min(this.#sealed, this.#cleared + rows)
    this.#db.prepare('DELETE FROM log WHERE seq <= ?').run(upTo)
    this.#cleared = upTo
  }
}

/** Free pages beyond what two segments' rows will fill again; 0 in a file that was not made to give pages back. */
function sparePages(db: DatabaseSync): number {
  if (db.prepare('PRAGMA auto_vacuum').get()?.auto_vacuum !== INCREMENTAL) return 0
  const free = Number(db.prepare('PRAGMA freelist_count').get()?.freelist_count)
  const pageBytes = Number(db.prepare('PRAGMA page_size').get()?.page_size)
  const segmentBytes = Number(
    db.prepare('SELECT size_bytes FROM segment ORDER BY last DESC LIMIT 1').get()?.size_bytes ?? 0,
  )
  return free - PAGES_KEPT - 2 * Math.ceil(segmentBytes / pageBytes)
}
