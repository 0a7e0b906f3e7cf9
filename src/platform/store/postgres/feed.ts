/** Tells a node of every committed row once and in order, whichever node wrote it, and whether this node is the one that keeps time. */
import type {Clock} from '../../../lib/clock.ts'
import type {Commit} from '../book/write.ts'
import type {LogRow} from '../port.ts'
import {ConnectionLost} from './failure.ts'
import {CHANNEL, LOCKS} from './layout.ts'
import type {Link} from './link.ts'
import {readLog} from './read-log.ts'

/** Rows that followers are told of at a time when they come from the database. */
const CATCH_UP_ROWS = 1_000
/** Between two looks at the line and at who leads, and longest wait for the answer, ms. */
const LOOK_MS = 1_000
const LOOK_LIMIT_MS = 5_000
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 1_000

export interface FeedOptions {
  readonly node: string
  readonly clock: Clock
  readonly open: () => Promise<Link>
  /** A batch of this node is being committed: its outcome comes by `settled`. */
  readonly isWriting: () => boolean
  /** Names the life of the database that is told of: of another one nothing is. */
  readonly epoch: string
  readonly newLife: () => void
  /** The database ends before what was told of: it is not the one it was. */
  readonly rewound: (seq: number) => void
  readonly closing: AbortSignal
}

export class LogFeed {
  readonly #options: FeedOptions
  readonly #listeners = new Set<(rows: readonly LogRow[]) => void>()
  readonly #leadListeners = new Set<(leads: boolean) => void>()
  #link: Link | undefined
  #head = 0
  #leads = false
  #reading = false
  #behind = false
  #ended: Promise<void> | undefined

  constructor(options: FeedOptions) {
    this.#options = options
  }

  /** Sequence of the last row that followers were told of. */
  get head(): number {
    return this.#head
  }

  get leads(): boolean {
    return this.#leads
  }

  /** Resolves when it listens; from then on it does so until `closing`, through every loss of the line. */
  async start(): Promise<void> {
    const link = await this.#options.open()
    await link.run(`LISTEN ${CHANNEL}`)
    this.#head = (await headOf(link)).seq
    await this.#serve(link)
    this.#ended = this.#run(link)
  }

  follow(listener: (rows: readonly LogRow[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  followLead(listener: (leads: boolean) => void): () => void {
    this.#leadListeners.add(listener)
    return () => this.#leadListeners.delete(listener)
  }

  /** Resolves when it has let go of the line, after `closing`. */
  async ended(): Promise<void> {
    await this.#ended
  }

  /** What became of this node's own batch: its rows need not be read again when they are the next ones. */
  settled(commit: Commit): void {
    const rows = commit.type === 'committed' ? commit.rows.filter(({seq}) => seq > this.#head) : []
    if (rows[0]?.seq === this.#head + 1) this.#tell(rows)
    else if (rows.length > 0 || commit.type === 'failed') void this.#catchUp()
  }

  async #run(first: Link): Promise<void> {
    for (let link: Link | undefined = first; link !== undefined; link = await this.#again()) {
      await this.#watch(link)
      this.#lead(false)
    }
    await this.#link?.close()
  }

  /** Until the line is lost or the store closes: looks who leads, which shows too whether the line still answers. */
  async #watch(link: Link): Promise<void> {
    const {clock, closing} = this.#options
    const lost = new AbortController()
    link.onLost(() => lost.abort())
    while (!link.lost && !closing.aborted) {
      await clock.sleep(LOOK_MS, AbortSignal.any([closing, lost.signal])).catch(() => undefined)
      if (!link.lost && !closing.aborted) await this.#look(link).catch(() => link.drop())
    }
  }

  async #look(link: Link): Promise<void> {
    if (this.#leads) {
      await link.run('SELECT 1', LOOK_LIMIT_MS)
      return
    }
    const sql = `SELECT pg_try_advisory_lock(${LOCKS.class}, ${LOCKS.leader}) AS leads`
    const {rows} = await link.run(sql, LOOK_LIMIT_MS)
    if (!link.lost) this.#lead(rows[0]?.leads === true)
  }

  /** A line that listens; tried for ever. */
  async #again(): Promise<Link | undefined> {
    const {clock, closing, open} = this.#options
    for (let waitMs = FIRST_WAIT_MS; !closing.aborted; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      await clock.sleep(waitMs, closing).catch(() => undefined)
      const link = await open().catch(() => undefined)
      if (link === undefined) continue
      try {
        await link.run(`LISTEN ${CHANNEL}`)
        await this.#serve(link)
        return link
      } catch {
        link.drop()
      }
    }
    return undefined
  }

  async #serve(link: Link): Promise<void> {
    const told = this.#head // now: while the answer is on its way it may tell of more
    const {seq, epoch} = await headOf(link)
    if (epoch !== this.#options.epoch) {
      this.#options.newLife()
      throw new ConnectionLost(new Error('the database has begun a new life'))
    }
    if (seq < told) this.#options.rewound(seq)
    this.#link = link
    link.onNotice((payload) => this.#noticed(payload))
    await this.#look(link)
    void this.#catchUp() // what was committed before it listened
  }

  #noticed(payload: string): void {
    const [seq, node] = payload.split(' ')
    if (Number(seq) <= this.#head) return
    if (node === this.#options.node && this.#options.isWriting()) return
    void this.#catchUp()
  }

  async #catchUp(): Promise<void> {
    this.#behind = true
    if (this.#reading) return
    this.#reading = true
    try {
      while (this.#behind) {
        this.#behind = false
        const link = this.#link
        if (link === undefined || link.lost) return // the next line begins with catching up
        const rows = await readLog(link, this.#head, CATCH_UP_ROWS)
        // Meanwhile it may have told of its own.
        const news = rows.filter(({seq}) => seq > this.#head)
        if (rows.length > 0) this.#behind = true
        this.#tell(news)
      }
    } catch {
      this.#link?.drop()
    } finally {
      this.#reading = false
    }
  }

  #tell(rows: readonly LogRow[]): void {
    const last = rows.at(-1)
    if (last === undefined) return
    this.#head = last.seq
    for (const listener of this.#listeners) listener(rows)
  }

  #lead(leads: boolean): void {
    if (leads === this.#leads) return
    this.#leads = leads
    for (const listener of this.#leadListeners) listener(leads)
  }
}

async function headOf(link: Link): Promise<{readonly seq: number; readonly epoch: string}> {
  const {rows} = await link.run("SELECT seq, (SELECT value FROM meta WHERE name = 'epoch') AS epoch FROM head")
  return {seq: Number(rows[0]?.seq), epoch: String(rows[0]?.epoch)}
}
