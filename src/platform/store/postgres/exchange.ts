/** Five times a second: tells the other nodes what this one heard, and takes from them what they heard and who changed the inventory. */
import type {Clock} from '../../../lib/clock.ts'
import type {WatchedId} from '../../../model/supervision.ts'
import type {PeerNews, Peers} from '../peers.ts'
import {bigintArray, textArray} from './binary-array.ts'
import {changedDevices} from './changed-devices.ts'
import type {Answer, Link, Row} from './link.ts'
import {Outbox} from './outbox.ts'
import {PeerBook, type PeerFlush} from './peer-book.ts'
import {packSigns, unpackSigns} from './signs.ts'

export interface ExchangeOptions {
  readonly node: string
  readonly clock: Clock
  /** Ms of a clock that is never set. */
  readonly monotonic: () => number
  readonly open: () => Promise<Link>
  readonly use: <Result>(work: (link: Link) => Promise<Result>) => Promise<Result>
  /** Names the life of the database. */
  readonly epoch: string
  /** It has another one now. */
  readonly newLife: () => void
  readonly closing: AbortSignal
}

const ROUND_MS = 200
/** Longest wait for an answer, and for the last one when the node ends, ms. */
const ANSWER_MS = 5_000
const LEAVE_MS = 1_000
/** Flushes of a node that ends, at most. */
const MAX_LAST = 20
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 1_000
/** Flushes of a node that stay for the others, and that are read at a time. */
const KEPT = 150
const READ = 200

export class PeerExchange implements Peers {
  readonly #options: ExchangeOptions
  readonly #outbox = new Outbox()
  readonly #book = new PeerBook()
  readonly #listeners = new Set<PeerNews>()
  /** What the others had told when everything of ours was told last. */
  #echo: ReadonlyMap<string, number> = new Map()
  /** Revision of the inventory that was told of, and that there is. */
  #told = -1
  #revision = -1
  #telling = false
  /** More waits than went with the last flush. */
  #hurries = false
  /** The database has begun another life: nobody there is told anything. */
  #isOver = false
  #link: Link | undefined
  #ended: Promise<void> | undefined

  constructor(options: ExchangeOptions) {
    this.#options = options
  }

  /** Resolves when the others know of this node; from then on it goes on until `closing`. */
  async start(): Promise<void> {
    this.#link = await this.#options.open()
    await this.#round(this.#link)
    this.#ended = this.#run()
  }

  tell({kind, id}: WatchedId): void {
    this.#outbox.add(kind, id, this.#options.monotonic())
  }

  follow(news: PeerNews): () => void {
    this.#listeners.add(news)
    return () => this.#listeners.delete(news)
  }

  lagMs(): number {
    const now = this.#options.monotonic()
    return now - (this.#book.knownUpTo ?? now)
  }

  /** Resolves when the others know that this node ends, or cannot be told. */
  async ended(): Promise<void> {
    await this.#ended
    await this.#link?.close()
  }

  async #run(): Promise<void> {
    const {clock, closing} = this.#options
    for (let waitMs = ROUND_MS; !closing.aborted && !this.#isOver; ) {
      await clock.sleep(waitMs, closing).catch(() => undefined)
      if (closing.aborted) break
      if (await this.#tryRound()) waitMs = this.#hurries ? 0 : ROUND_MS
      else waitMs = waitMs === ROUND_MS ? FIRST_WAIT_MS : Math.min(LONGEST_WAIT_MS, waitMs * 2 + FIRST_WAIT_MS)
    }
    this.#hurries = !this.#isOver
    for (let round = 0; round < MAX_LAST && this.#hurries && this.#link?.lost === false; round++) {
      await this.#round(this.#link, true).catch(() => this.#link?.drop())
    }
  }

  async #tryRound(): Promise<boolean> {
    try {
      if (this.#link?.lost !== false) {
        this.#outbox.again() // the line may have ended with the server, and that with what it had taken
        this.#link = await this.#options.open()
      }
      await this.#round(this.#link)
      return true
    } catch {
      this.#link?.drop()
      return false
    }
  }

  async #round(link: Link, leaving = false): Promise<void> {
    const {node, monotonic, epoch, newLife} = this.#options
    const flush = this.#outbox.take()
    this.#hurries = !flush.isAll
    const cursors = this.#book.cursors()
    if (flush.isAll) this.#echo = cursors
    const askedAt = monotonic()
    this.#book.sending(flush.number, askedAt)
    const answer = await link.ask(
      {
        name: 'peers',
        text: ROUND,
        values: [
          ...[node, flush.number, flush.first, leaving, JSON.stringify(Object.fromEntries(this.#echo))],
          packSigns(flush.signs, askedAt),
          ...[flush.number - KEPT, textArray([...cursors.keys()]), bigintArray([...cursors.values()]), epoch],
        ],
      },
      leaving ? LEAVE_MS : ANSWER_MS,
    )
    if (answer.rows[0]?.epoch !== epoch) {
      this.#isOver = true
      return newLife()
    }
    this.#take(answer, askedAt)
    this.#outbox.arrived(this.#book.arrived(flush.number))
    this.#revision = Number(answer.rows[0]?.revision)
    if (this.#told < 0) this.#told = this.#revision
    void this.#tellInventory()
  }

  #take({rows}: Answer, askedAt: number): void {
    const {monotonic} = this.#options
    const flushes = rows.filter(({node}) => node !== null)
    // A flush that the question before did not find cannot have been there for longer, whatever the server's clock says.
    const sinceMs = monotonic() - (this.#book.readAt ?? Number.NEGATIVE_INFINITY)
    for (const {body, age} of flushes) {
      const bytes = Buffer.from(body as Uint8Array)
      if (bytes.length === 0) continue
      const signs = unpackSigns(bytes, Math.min(Math.max(0, Number(age)), sinceMs))
      for (const news of this.#listeners) news.heard(signs)
    }
    const lost = this.#book.read(flushes.map(flushOf), askedAt)
    if (lost) for (const news of this.#listeners) news.lost(lost)
  }

  /** Reads on while the inventory changes, beside the rounds: a million devices must not hold signs of life up. */
  async #tellInventory(): Promise<void> {
    if (this.#telling) return
    this.#telling = true
    try {
      while (this.#told < this.#revision && !this.#options.closing.aborted) {
        const upTo = this.#revision
        if (this.#listeners.size > 0)
          for await (const {devices, last} of changedDevices(this.#options.use, this.#told))
            for (const news of this.#listeners) news.changed(devices, last)
        this.#told = upTo
      }
    } catch {
      // The next round begins where this one did.
    } finally {
      this.#telling = false
    }
  }
}

/** One statement, so one way there and back. What it inserts it does not see; the ages are by the server's clock alone. */
const ROUND = `
  WITH mine AS (
    INSERT INTO life_sign (node, number, first, leaving, echo, body)
    SELECT $1, $2::bigint, $3::bigint, $4::boolean, $5::jsonb, $6::bytea
    FROM meta WHERE name = 'epoch' AND value = $10
  ),
  gone AS (DELETE FROM life_sign WHERE node = $1 AND number <= $7::bigint)
  SELECT head.revision, meta.value AS epoch, s.*
  FROM head JOIN meta ON meta.name = 'epoch' LEFT JOIN LATERAL (
    SELECT l.node, l.number, l.first, l.leaving, coalesce((l.echo ->> $1)::bigint, 0) AS echoed, l.body,
      extract(epoch FROM clock_timestamp() - l.at) * 1000 AS age
    FROM life_sign l LEFT JOIN unnest($8::text[], $9::bigint[]) AS known (node, number) ON known.node = l.node
    WHERE l.node <> $1 AND l.number > coalesce(known.number, 0)
    ORDER BY l.number - coalesce(known.number, 0), l.node LIMIT ${READ}
  ) AS s ON true
`

function flushOf({node, number, first, leaving, echoed}: Row): PeerFlush {
  return {
    ...{node: String(node), number: Number(number), first: Number(first)},
    ...{leaving: leaving === true, echoed: Number(echoed)},
  }
}
