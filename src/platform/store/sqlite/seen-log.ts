/** Keeps what has been seen lately across restarts: in memory for asking, in few rows of the database for coming back. */
import type {DatabaseSync, SQLInputValue} from 'node:sqlite'
import {ENTRY_BYTES, KEY_BYTES, packed, Seen, unpacked} from './seen.ts'

/** `event`: the sequence by source and id; `message`: the time of a panel's message. */
export type SeenKind = 'event' | 'message'

/** Entries of one row. A row that has fewer is added to: its size bounds what a commit of one event writes anew. */
const ROW_ENTRIES = 128

/** As SqliteBook runs a statement. */
export type Run = (sql: string, ...values: SQLInputValue[]) => void

interface Row {
  readonly n: number
  entries: number
}

/** One kind of it, and one connection's: after a failed commit it is loaded anew. */
export class SeenLog {
  readonly #kind: SeenKind
  readonly #seen: Seen
  readonly #rows: Row[] = []
  /** Of all rows. */
  #entries = 0
  #fresh: {readonly key: Buffer; readonly value: number}[] = []
  #last: Buffer = Buffer.alloc(0)

  /** Reads what the database has of it. */
  constructor(db: DatabaseSync, kind: SeenKind, capacity: number) {
    this.#kind = kind
    this.#seen = new Seen(capacity)
    for (const {n, bytes} of db.prepare('SELECT n, bytes FROM seen WHERE kind = ? ORDER BY n').iterate(kind)) {
      this.#last = Buffer.from(bytes as Uint8Array)
      for (const {key, value} of unpacked(this.#last)) this.#seen.add(key, value)
      this.#push(Number(n))
    }
  }

  /** `name` is a SHA-256 in base64url. */
  find(name: string): number | undefined {
    return this.#seen.find(keyOf(name))
  }

  add(name: string, value: number): void {
    const key = keyOf(name)
    this.#seen.add(key, value)
    this.#fresh.push({key, value})
  }

  /** Forgets all but the latest `kept`, from the disk by whole rows. */
  trim(kept: number, run: Run): void {
    this.#seen.trim(kept)
    for (let first = this.#rows[0]; first && this.#entries - first.entries >= kept; first = this.#rows[0]) {
      run('DELETE FROM seen WHERE kind = ? AND n = ?', this.#kind, first.n)
      this.#entries -= first.entries
      this.#rows.shift()
    }
  }

  /** Writes what is new; in the transaction of what it stands for. */
  flush(run: Run): void {
    if (this.#fresh.length === 0) return
    const bytes = packed(this.#fresh)
    this.#fresh = []
    const open = this.#rows.at(-1)
    if (open && open.entries < ROW_ENTRIES) {
      this.#last = Buffer.concat([this.#last, bytes])
      this.#entries += bytes.length / ENTRY_BYTES
      open.entries += bytes.length / ENTRY_BYTES
      run('UPDATE seen SET bytes = ? WHERE kind = ? AND n = ?', this.#last, this.#kind, open.n)
    } else {
      const n = (open?.n ?? 0) + 1
      this.#last = bytes
      this.#push(n)
      run('INSERT INTO seen (kind, n, bytes) VALUES (?, ?, ?)', this.#kind, n, bytes)
    }
  }

  /** The row that `#last` is. */
  #push(n: number): void {
    const entries = this.#last.length / ENTRY_BYTES
    this.#rows.push({n, entries})
    this.#entries += entries
  }
}

function keyOf(name: string): Buffer {
  return Buffer.from(name, 'base64url').subarray(0, KEY_BYTES)
}
