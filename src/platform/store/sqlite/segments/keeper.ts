/** Looks after the log while the platform runs: has full stretches sealed, lets the oldest go, tries again what failed. */
import {readdirSync} from 'node:fs'
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {isCitywatchError} from '../../../../lib/errors.ts'
import type {LogRow} from '../../port.ts'
import type {Segment} from './catalogue.ts'
import {firstOf, SEGMENTS, segmentPath} from './file.ts'
import type {LogState} from './log-state.ts'
import {nextStep, type Retention, type Step} from './retention.ts'
import {epochOf, type SealJob} from './seal.ts'
import {sealApart} from './sealer.ts'
import type {UpkeepTask} from './upkeep.ts'

/** What was done, for those who want to know. */
export type UpkeepEvent =
  | {readonly type: 'sealed'; readonly segment: Segment}
  | {readonly type: 'dropped'; readonly first: number; readonly last: number}
  | {readonly type: 'failed'; readonly step: Step['type']; readonly code: string}

export interface KeeperOptions {
  readonly dataFolder: string
  readonly epoch: string
  readonly retention: Retention
  readonly reserveBytes: number
  readonly now: () => number
  readonly state: () => LogState
  /** Has the writer change the list of segments. Rejects with CW_DISK_FULL, CW_IO. */
  readonly write: (task: UpkeepTask) => Promise<void>
  /** Closes what is open of a file that is about to be deleted. */
  readonly forget: (first: number) => void
  readonly tell?: (event: UpkeepEvent) => void
}

/** How often time alone is looked at, and how long after a failure the next try is, ms. */
const TICK_MS = 60_000
const RETRY_MS = 10_000

export class Keeper {
  readonly #options: KeeperOptions
  readonly #closing = new AbortController()
  readonly #timer: NodeJS.Timeout
  #running: Promise<void> | undefined
  /** Runs while a failure is let be. */
  #retry: NodeJS.Timeout | undefined
  /** Rows to come before the next look. */
  #rowsToLook = 0
  /** Characters of entries since the last sealing. */
  #chars = 0
  #failures = 0
  #trouble: string | undefined

  constructor(options: KeeperOptions) {
    this.#options = options
    this.#timer = setInterval(() => this.look(), TICK_MS).unref()
    setImmediate(() => this.look())
  }

  /** Steps that failed since the start, and the code of the last one when it has not been made good. */
  get failures(): {readonly count: number; readonly last: string | undefined} {
    return {count: this.#failures, last: this.#trouble}
  }

  /** Rows were added. */
  added(rows: readonly LogRow[]): void {
    this.#rowsToLook -= rows.length
    for (const {entry} of rows) this.#chars += entry.length
    if (this.#rowsToLook <= 0) this.look()
  }

  /** Does what there is to do, unless that is under way. */
  look(): void {
    if (this.#running || this.#closing.signal.aborted || this.#retry) return
    this.#running = this.#work().finally(() => {
      this.#running = undefined
    })
  }

  /** Ends a sealing that is under way: it is begun anew next time. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    clearTimeout(this.#retry)
    this.#closing.abort()
    await this.#running
  }

  async #work(): Promise<void> {
    for (;;) {
      let step: Step | undefined
      try {
        if (this.#closing.signal.aborted) return
        const state = this.#options.state()
        step = nextStep(state, this.#options.retention, this.#options.now(), this.#chars)
        if (step === undefined) {
          this.#rowsToLook = Math.min(this.#options.retention.segmentRows - (state.head - state.sealed), ROWS_A_LOOK)
          return
        }
        await (step.type === 'seal' ? this.#seal(step) : this.#drop(step.last))
        this.#trouble = undefined
      } catch (error) {
        if (this.#closing.signal.aborted) return
        this.#failed(step?.type ?? 'seal', error)
        return
      }
    }
  }

  async #seal({first, last}: {readonly first: number; readonly last: number}): Promise<void> {
    const {dataFolder, epoch, reserveBytes} = this.#options
    const job: SealJob = {dataFolder, epoch, first, last, reserveBytes}
    const segment = await sealApart(job, this.#closing.signal)
    if (segment === null) return
    await this.#options.write({type: 'register', segment})
    this.#chars = 0
    this.#options.tell?.({type: 'sealed', segment})
  }

  /** First the list, then the files: a kill between leaves a file that nobody reads, and the next drop deletes it. */
  async #drop(last: number): Promise<void> {
    const before = this.#options.state()
    await this.#options.write({type: 'drop', last})
    const {segments, floor} = this.#options.state()
    const kept = new Set(segments.map(({first}) => first))
    await this.#deleteFiles(floor, kept)
    this.#options.tell?.({type: 'dropped', first: before.floor + 1, last})
  }

  async #deleteFiles(floor: number, kept: ReadonlySet<number>): Promise<void> {
    const {dataFolder, epoch, forget} = this.#options
    for (const name of readdirSync(join(dataFolder, SEGMENTS))) {
      const first = firstOf(name)
      if (first === undefined || first > floor || kept.has(first)) continue
      forget(first)
      const path = segmentPath(dataFolder, first)
      if (epochOf(path) === epoch) await rm(path, {force: true})
    }
  }

  #failed(step: Step['type'], error: unknown): void {
    this.#failures++
    this.#trouble = isCitywatchError(error) ? error.code : 'CW_INTERNAL'
    this.#retry = setTimeout(() => {
      this.#retry = undefined
      this.look()
    }, RETRY_MS).unref()
    this.#options.tell?.({type: 'failed', step, code: this.#trouble})
  }
}

/** Rows after which one looks, when a segment wants more. */
const ROWS_A_LOOK = 10_000
