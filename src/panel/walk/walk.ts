/** A walk test that is going on: each step is in its record before anybody sees it, and whoever looks is told of every change. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import type {Position} from '../../model/log-entry.ts'
import type {RecordFile} from '../record/file.ts'
import {advance} from './advance.ts'
import {checklistChanges, isIdentical} from './checklist.ts'
import type {DecisionLine, EndLine, WalkLine, WalkPoint, WalkRunLine} from './lines.ts'
import {type OnTest, OnTestKeeper, type UnderTest} from './on-test.ts'
import {walkLines} from './parse-line.ts'
import type {Ears, Link, SignalSource} from './source.ts'
import {newWalk, openWindows, type WalkState} from './state.ts'

export interface WalkOptions {
  readonly account: string
  readonly points: readonly WalkPoint[]
  /** Where the checklist was read. */
  readonly checklist: SafeText
  readonly by: SafeText
  /** citywatch's version. */
  readonly tool: string
  readonly record: WalkRecord
  readonly source: SignalSource
  /** Absent: there is no platform that could be told. */
  readonly onTest?: {readonly service: OnTest; readonly reason: SafeText; readonly forMs: number}
  readonly clock: Clock
}

/** What is needed of a record. */
export type WalkRecord = Pick<RecordFile, 'path' | 'lines' | 'aside' | 'tornBytes' | 'append' | 'close'>

/** What a person should know at the beginning. */
export interface Beginning {
  /** True when the record already had a walk in it. */
  readonly isResumed: boolean
  readonly tornBytes: number
  /** What is not as the record's checklist had it. */
  readonly changes: readonly string[]
  /** The on-test window; absent without a platform. */
  readonly onTest?: UnderTest
}

export interface LinkState {
  readonly link: Link
  readonly detail: SafeText | ''
  /** Since when. */
  readonly at: number
}

type Listener = (state: WalkState, line: WalkLine) => void
/** `Omit` over each member of a union. */
type Part<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export class Walk {
  readonly #options: WalkOptions
  readonly #keeper: OnTestKeeper | undefined
  readonly #listeners = new Set<Listener>()
  readonly #linkListeners = new Set<() => void>()
  #state: WalkState
  #n: number
  readonly #after: Position | undefined
  #link: LinkState
  #ended: Promise<void> | undefined

  private constructor(options: WalkOptions, state: WalkState) {
    const {account, onTest, clock, by, record} = options
    this.#options = options
    this.#state = state
    this.#n = state.heard
    // What came between two walks that were ended in order is no part of them; after a crash nothing is left out.
    this.#after = state.end === undefined ? state.position : undefined
    this.#link = {link: 'connecting', detail: '', at: clock.now()}
    const write = (line: WalkLine) => this.#write(line)
    this.#keeper =
      onTest &&
      new OnTestKeeper({...onTest, account, by, clock, left: leftIn(record, account), state: this.state, write})
  }

  /**
   * Reads the record, says who goes on, and puts the account on test. Throws CW_BAD_VALUE for a record of another account,
   * CW_DISK_FULL, CW_IO, and what the platform throws; record and source are closed then and the account is not on test.
   */
  static async begin(options: WalkOptions): Promise<{readonly walk: Walk; readonly beginning: Beginning}> {
    const {record, account, points} = options
    try {
      const lines = ownLines(record, account)
      const state = lines.reduce(advance, newWalk(account))
      const changes = state.points.size === 0 ? [] : checklistChanges(state, points).map(({what}) => what)
      const walk = new Walk(options, state)
      const onTest = await walk.#open()
      const beginning = {isResumed: lines.length > 0, tornBytes: record.tornBytes, changes, ...(onTest ? {onTest} : {})}
      return {walk, beginning}
    } catch (error) {
      await options.source.close()
      await record.close()
      throw error
    }
  }

  readonly state = (): WalkState => this.#state

  get link(): LinkState {
    return this.#link
  }

  get options(): Pick<WalkOptions, 'account' | 'by' | 'onTest' | 'checklist' | 'clock'> & {readonly receiver: string} {
    return {...this.#options, receiver: this.#options.source.receiver}
  }

  /** Called after each step, once it is safe. Returns what unsubscribes. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onLink(listener: () => void): () => void {
    this.#linkListeners.add(listener)
    return () => this.#linkListeners.delete(listener)
  }

  /** Hears signals until `signal` aborts. Rejects with what ends the walk: the disk is full, the record cannot be written. */
  listen(signal: AbortSignal): Promise<void> {
    return this.#options.source.run(this.#ears(), this.#after, signal)
  }

  decide(type: DecisionLine['type'], key: string, text: SafeText): Promise<void> {
    return this.#step({type, key, text, by: this.#options.by})
  }

  pause(): Promise<void> {
    return this.#step({type: this.#state.isPaused ? 'resume' : 'pause', by: this.#options.by})
  }

  /** Moves the end of the on-test window; nothing without a platform. Throws what the platform throws. */
  async extend(): Promise<void> {
    await this.#keeper?.extend()
  }

  /**
   * Takes nothing new, ends the window, closes the record. Once, however often it is called. Throws what the platform
   * throws when the window could not be ended: it then ends by itself.
   */
  end(how: EndLine['how']): Promise<void> {
    this.#ended ??= this.#close(how)
    return this.#ended
  }

  async #open() {
    const {by, tool, source, onTest, points, checklist} = this.#options
    const run: Part<WalkRunLine, 'at' | 'account'> = {
      type: 'run',
      test: 'walk',
      by,
      tool,
      receiver: source.receiver,
      key: source.key,
      guard: onTest ? 'platform' : 'none',
    }
    await this.#step(run)
    if (!isIdentical(this.#state, points)) await this.#step({type: 'checklist', source: checklist, points})
    return this.#keeper?.begin()
  }

  async #close(how: EndLine['how']): Promise<void> {
    const {source, record} = this.#options
    await source.close()
    try {
      await this.#keeper?.end()
    } finally {
      await this.#step({type: 'end', how}).finally(() => record.close())
    }
  }

  #ears(): Ears {
    const {clock} = this.#options
    return {
      heard: async (heard) => {
        const n = ++this.#n
        await this.#step({...heard, type: 'heard', n}, heard.at)
        if (heard.position !== undefined) return // the platform has acknowledged it long before
        // Not waited for: the panel gets its acknowledgement now. A record that fails says so at the next signal.
        void this.#step({type: 'answered', n, ackMs: Math.max(0, clock.now() - heard.at)}).catch(() => undefined)
      },
      repeated: (message) => this.#step({type: 'repeated', seq: message.seq, what: message.what}),
      refused: (refusal) => this.#step({type: 'refused', ...refusal}, refusal.at),
      seen: (position) => this.#step({type: 'seen', position}),
      gap: (detail) => this.#step({type: 'gap', detail}),
      link: (link, detail) => {
        this.#link = {link, detail: safeText(detail, 200), at: clock.now()}
        for (const listener of this.#linkListeners) listener()
      },
    }
  }

  #step(line: Part<WalkLine, 'at' | 'account'>, at = this.#options.clock.now()): Promise<void> {
    return this.#write({...line, at, account: this.#options.account})
  }

  /** In the record first. Lines become safe in the order in which they were written. */
  async #write(line: WalkLine): Promise<void> {
    await this.#options.record.append(line)
    this.#state = advance(this.#state, line)
    for (const listener of this.#listeners) listener(this.#state, line)
  }
}

function ownLines({lines: all, path}: WalkRecord, account: string): WalkLine[] {
  const lines = walkLines(all, path)
  const own = lines.filter((line) => line.account === account)
  const [other] = lines
  if (own.length > 0 || other === undefined) return own
  const value = `one of account ${safeText(other.account, 20)}`
  throw new CitywatchError('CW_BAD_VALUE', {field: path, value, expected: `a record of account ${account}`})
}

/** A record that is put aside is not read for its ticks, but a window that it left open is still ours to end. */
function leftIn({aside, path}: WalkRecord, account: string): string[] {
  try {
    const lines = walkLines(aside, path).filter((line) => line.account === account)
    return openWindows(lines.reduce(advance, newWalk(account)))
  } catch {
    return []
  }
}
