/** What a node remembers of the events and messages that were stored lately by any node, kept in step with the database. */
import {MAX_SEEN} from '../book/events.ts'
import {MAX_MESSAGES} from '../book/signals.ts'
import {KEY_BYTES, packed, Seen, unpacked} from '../seen.ts'
import type {Changes} from './changes.ts'
import type {Link, Row} from './link.ts'

type SeenKind = 'event' | 'message'

/** Rows that are fetched at a time. */
const PAGE_ROWS = 20_000

export class Recall {
  readonly #seen: Readonly<Record<SeenKind, Seen>> = {event: new Seen(MAX_SEEN), message: new Seen(MAX_MESSAGES)}
  /** Number of the last row that is in memory. */
  #last = 0

  /** The number that came with a name, which is a SHA-256 in base64url. */
  find(kind: SeenKind, name: string): number | undefined {
    return this.#seen[kind].find(keyOf(name))
  }

  /** Takes in what the database has up to row `upTo`. */
  async follow(link: Link, upTo: number): Promise<void> {
    while (this.#last < upTo) {
      const {rows} = await link.ask({name: 'seen', text: SEEN, values: [this.#last, PAGE_ROWS]})
      for (const row of rows) this.#take(row)
      if (rows.length < PAGE_ROWS) this.#last = upTo
    }
  }

  /** Takes in what was committed, if nothing is missing between: else it comes with the next rows. */
  remember({head, seen, heard}: Changes): void {
    if (this.#last !== head.seen) return
    for (const [name, value] of seen) this.#seen.event.add(keyOf(name), value)
    for (const [name, value] of heard) this.#seen.message.add(keyOf(name), value)
    this.#last += seenRows({head, seen, heard}).length
  }

  #take({n, kind, bytes}: Row): void {
    const seen = this.#seen[kind === 'event' ? 'event' : 'message']
    for (const {key, value} of unpacked(Buffer.from(bytes as Uint8Array))) seen.add(key, value)
    this.#last = Number(n)
  }
}

const SEEN = 'SELECT n, kind, bytes FROM seen WHERE n > $1::bigint ORDER BY n LIMIT $2::integer'

interface SeenRow {
  readonly n: number
  readonly kind: SeenKind
  readonly bytes: Buffer
}

/** The rows that keep what a batch has seen: one for events, one for messages, none for nothing. */
export function seenRows({head, seen, heard}: Pick<Changes, 'head' | 'seen' | 'heard'>): readonly SeenRow[] {
  const kinds = [
    ['event', seen],
    ['message', heard],
  ] as const
  return kinds
    .filter(([, map]) => map.size > 0)
    .map(([kind, map], index) => ({n: head.seen + 1 + index, kind, bytes: packed(entriesOf(map))}))
}

function entriesOf(map: ReadonlyMap<string, number>): {readonly key: Buffer; readonly value: number}[] {
  return [...map].map(([name, value]) => ({key: keyOf(name), value}))
}

function keyOf(name: string): Buffer {
  return Buffer.from(name, 'base64url').subarray(0, KEY_BYTES)
}
