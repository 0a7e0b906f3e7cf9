/** Writes batches: each is one transaction under the row that hands out the sequence, and is found again when its answer is lost. */
import type {Policy} from '../../../alarm/policy.ts'
import type {Clock} from '../../../lib/clock.ts'
import {CitywatchError} from '../../../lib/errors.ts'
import {perform} from '../book/perform.ts'
import type {Commit, Outcome, Write} from '../book/write.ts'
import {MemoryBook} from './book.ts'
import type {Changes, Head} from './changes.ts'
import type {Wants} from './facts.ts'
import {ConnectionLost, isPassing, postgresFailure} from './failure.ts'
import {flushOf} from './flush.ts'
import {wantsOf} from './hints.ts'
import {learn} from './learn.ts'
import type {Link} from './link.ts'
import {Memory} from './memory.ts'
import {makeRoom} from './partitions.ts'

/** How long writes wait for a server that is gone before they are refused, ms: a restart passes unnoticed. */
const PATIENCE_MS = 10_000
/** First and longest wait between two attempts, ms. */
const FIRST_WAIT_MS = 20
const LONGEST_WAIT_MS = 1_000

export interface WriterOptions {
  /** Names this node's batches; no other node has it, nor had. */
  readonly node: string
  readonly label: string
  /** Names the life of the database that is written: another one is not touched. */
  readonly epoch: string
  readonly clock: Clock
  /** What the site has decided about its alarms. */
  readonly policy: Policy
  readonly open: () => Promise<Link>
  /** Sequence of the last row that this node has told of: a database that has fewer is not the one it was. */
  readonly told: () => number
  /** Ends every wait. */
  readonly closing: AbortSignal
}

interface LockedHead extends Head {
  readonly made: number
  readonly epoch: string
}

type Committed = Extract<Commit, {type: 'committed'}>

export class PostgresWriter {
  readonly #options: WriterOptions
  readonly #memory = new Memory()
  #link: Link | undefined
  #batches = 0
  /** Since when no transaction has got through, ms; undefined: all is well. */
  #downSince: number | undefined

  constructor(options: WriterOptions) {
    this.#options = options
  }

  /** All writes in one durable transaction. Never rejects. What is answered as failed may be there all the same. */
  async commit(batch: readonly Write[]): Promise<Commit> {
    const attempt = new Attempt({node: this.#options.node, number: ++this.#batches}, batch)
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
      try {
        const commit = await attempt.on(await this.#connected(), this.#memory, this.#options)
        this.#downSince = undefined
        return commit
      } catch (error) {
        await this.#leave()
        if (!isPassing(error) || !(await this.#mayWait(waitMs))) return this.#failed(error)
      }
    }
  }

  /** Fetches what is to be remembered before the first batch, so that it does not hold up the other nodes meanwhile. */
  async warmUp(): Promise<void> {
    const link = await this.#connected()
    const {rows} = await link.run('SELECT seen FROM head')
    await this.#memory.recall.follow(link, Number(rows[0]?.seen))
  }

  async close(): Promise<void> {
    await this.#link?.close()
  }

  async #connected(): Promise<Link> {
    if (this.#link?.lost !== false) this.#link = await this.#options.open()
    return this.#link
  }

  /** The line is gone, or in the middle of something: the next attempt begins on another one. */
  async #leave(): Promise<void> {
    const link = this.#link
    this.#link = undefined
    link?.drop()
  }

  /** False once the server has been gone for too long, or the store closes. */
  async #mayWait(waitMs: number): Promise<boolean> {
    const {clock, closing} = this.#options
    this.#downSince ??= clock.now()
    if (Math.abs(clock.now() - this.#downSince) > PATIENCE_MS) return false
    return clock.sleep(waitMs, closing).then(
      () => true,
      () => false,
    )
  }

  #failed(error: unknown): Commit {
    const {code, params} = postgresFailure(error, this.#options.label)
    return {type: 'failed', error: {code, params}}
  }
}

/** One batch until it is known to be in the log or not: on as many connections as that takes. */
class Attempt {
  readonly #name: {readonly node: string; readonly number: number}
  readonly #batch: readonly Write[]
  /** What was to be committed when the answer was lost. */
  #doubtful: Committed | undefined

  constructor(name: {readonly node: string; readonly number: number}, batch: readonly Write[]) {
    this.#name = name
    this.#batch = batch
  }

  async on(link: Link, memory: Memory, {told, label, policy, epoch}: WriterOptions): Promise<Committed> {
    const head = await lockHead(link)
    if (head.epoch !== epoch) throw newLife(label)
    if (head.seq < told()) throw rewound(label, head.seq, told())
    if (this.#doubtful !== undefined && (await this.#isCommitted(link))) return this.#confirmed(link, this.#doubtful)
    this.#doubtful = undefined
    const {changes, outcomes} = await workOut(link, head, memory, this.#batch, policy)
    await makeRoom(link, changes.head.seq, head.made)
    await link.ask(flushOf(changes, this.#name))
    const committed: Committed = {type: 'committed', outcomes, rows: changes.rows}
    this.#doubtful = committed
    await commit(link)
    memory.recall.remember(changes)
    return committed
  }

  /** Asked while `head` is locked: whatever held it before has ended, one way or the other. */
  async #isCommitted(link: Link): Promise<boolean> {
    const {rows} = await link.ask({text: 'SELECT batch FROM node WHERE id = $1', values: [this.#name.node]})
    return Number(rows[0]?.batch ?? 0) >= this.#name.number
  }

  /** A commit of its own that is on every disk means that the one before it is, too. */
  async #confirmed(link: Link, committed: Committed): Promise<Committed> {
    await link.ask({text: 'UPDATE node SET at = now() WHERE id = $1', values: [this.#name.node]})
    await commit(link)
    return committed
  }
}

async function lockHead(link: Link): Promise<LockedHead> {
  const {rows} = await link.run(`
    BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
    SELECT seq, made, alarm, ontest, mask, handoff, turn, seen, revision,
      (SELECT value FROM meta WHERE name = 'epoch') AS epoch
    FROM head FOR UPDATE
  `)
  const row = rows[0] ?? {}
  const number = (name: keyof LockedHead) => Number(row[name])
  return {
    epoch: String(row.epoch),
    seq: number('seq'),
    made: number('made'),
    alarm: number('alarm'),
    ontest: number('ontest'),
    mask: number('mask'),
    handoff: number('handoff'),
    turn: number('turn'),
    seen: number('seen'),
    revision: number('revision'),
  }
}

/** A restore, or a fail-over to a standby that lagged behind: the same numbers would be given out a second time. */
export function rewound(label: string, seq: number, told: number): CitywatchError {
  const detail = `the database ends at entry ${seq}, this platform has seen ${told}: stop every node, run platform restore --store, then start them again`
  return new CitywatchError('CW_IO', {path: label, detail})
}

/** The database was given a new epoch while this node ran: what it knows is of another life. */
export function newLife(label: string): CitywatchError {
  return new CitywatchError('CW_IO', {path: label, detail: 'the database has begun a new life: start this node again'})
}

/** What the batch changes. Worked out anew for as long as it asks for facts that were not fetched. */
async function workOut(
  link: Link,
  {made: _made, epoch: _epoch, ...head}: LockedHead,
  memory: Memory,
  batch: readonly Write[],
  policy: Policy,
): Promise<{changes: Changes; outcomes: readonly Outcome[]}> {
  await memory.recall.follow(link, head.seen)
  const facts = memory.facts(head)
  let wants: Wants = wantsOf(batch, policy.handoff)
  for (;;) {
    await learn(link, facts, wants)
    const book = new MemoryBook(facts, memory.recall, head, policy)
    const outcomes = performAll(book, batch)
    if (outcomes !== undefined) return {changes: book.changes(), outcomes}
    wants = book.wants
  }
}

/** Undefined when facts were missing: what the rules made of that, errors included, means nothing. */
function performAll(book: MemoryBook, batch: readonly Write[]): readonly Outcome[] | undefined {
  try {
    const outcomes = batch.map((write) => perform(book, write))
    return book.wants.size === 0 ? outcomes : undefined
  } catch (error) {
    if (book.wants.size === 0) throw error
    return undefined
  }
}

/** A warning here means that the wait for a standby was broken off: the batch is then looked for, and waited for, again. */
async function commit(link: Link): Promise<void> {
  const before = link.warnings
  const {command} = await link.run('COMMIT')
  if (command !== 'COMMIT') throw new ConnectionLost(new Error(`the server answered COMMIT with ${command}`))
  if (link.warnings > before) throw new ConnectionLost(new Error('the server would not wait for its standby'))
}
