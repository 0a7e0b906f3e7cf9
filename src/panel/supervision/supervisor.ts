/** Watches any number of accounts: any valid message begins an account's time anew, silence makes it late, then missing. No I/O, no clock. */
import type {BlindEvent, Expectation, PathEvent, PathName, SupervisionEvent} from './event.ts'
import {Path} from './path.ts'
import {Wheel} from './wheel.ts'

/** A step of the clock longer than this was no watching: the machine slept, or stood still, or its clock was set. */
export const BLIND_MS = 5_000
/** A clock that is set back by less is not worth a word. */
const SET_BACK_MS = 1_000
const NOTHING: readonly SupervisionEvent[] = []

/**
 * Its own time only moves while it is told the clock's, in steps of at most BLIND_MS. A longer step counts as time in which
 * nobody watched: all timers begin anew, so that neither a host's sleep nor a clock that is set makes everybody missing.
 */
export class Supervisor {
  readonly #paths: ReadonlyMap<PathName, ReadonlyMap<string, Path>>
  readonly #wheel = new Wheel<Path>(0)
  #time = 0
  #clockAt: number
  /** The latest moment that all timers began anew. */
  #since = 0
  #blindMs = 0

  /** Everybody's time begins at `now`, ms since the epoch. */
  constructor(accounts: Iterable<string>, expected: readonly Expectation[], now: number) {
    const names = [...accounts]
    this.#clockAt = now
    this.#paths = new Map(
      expected.map((one) => [one.path, new Map(names.map((account) => [account, new Path(account, one, 0)]))]),
    )
    for (const path of this.#each()) this.#wheel.put(path, path.deadline(0))
  }

  /** Time in which nobody watched, ms. */
  get blindMs(): number {
    return this.#blindMs
  }

  /** How long it has watched, ms. */
  get watchedMs(): number {
    return this.#time
  }

  knows(account: string): boolean {
    return this.#paths.get('primary')?.has(account) === true
  }

  /** A valid message of the account at `now`; `panelAt`: the time that it carries. Messages of strangers say nothing. */
  heard(account: string, name: PathName, now: number, panelAt?: number): readonly SupervisionEvent[] {
    const blind = this.#observe(now)
    const path = this.#paths.get(name)?.get(account)
    if (!path) return blind ? [blind] : NOTHING
    const restored = this.#restored(path, now)
    const before = path.state
    path.heard(this.#time, path.lastAt >= this.#since)
    if (panelAt !== undefined) path.clocked(panelAt, now)
    // One that was late waits for a far moment, one that was missing for none.
    if (before === 'late' || before === 'missing') this.#wheel.put(path, path.deadline(this.#since))
    return blind || restored ? [blind, restored].filter((event) => event !== undefined) : NOTHING
  }

  /** What is to be said at `now`. To be asked several times a second. */
  tick(now: number): readonly SupervisionEvent[] {
    const blind = this.#observe(now)
    const events: SupervisionEvent[] = blind ? [blind] : []
    this.#wheel.advance(this.#time, (path) => {
      const event = this.#due(path, now)
      if (event) events.push(event)
      if (path.state !== 'missing') this.#wheel.put(path, path.deadline(this.#since))
    })
    return events
  }

  /** Every path, by account and then by path. */
  *paths(): Generator<Path> {
    for (const account of this.#paths.get('primary')?.keys() ?? []) {
      for (const paths of this.#paths.values()) {
        const path = paths.get(account)
        if (path) yield path
      }
    }
  }

  *#each(): Generator<Path> {
    for (const paths of this.#paths.values()) yield* paths.values()
  }

  #due(path: Path, now: number): PathEvent | undefined {
    if (path.deadline(this.#since) > this.#time) return undefined
    const silentMs = this.#time - Math.max(path.lastAt, this.#since)
    const {account, messages} = path
    const head = {at: now, account, path: path.expected.path, silentMs, everHeard: messages > 0}
    if (path.isOverdue(this.#since, this.#time)) {
      path.failed(this.#time, silentMs)
      return {kind: 'missing', ...head}
    }
    path.state = 'late'
    path.late += 1
    return {kind: 'late', ...head}
  }

  #restored(path: Path, now: number): PathEvent | undefined {
    const {state, account, lastAt, expected} = path
    if (state !== 'late' && state !== 'missing') return undefined
    return {kind: 'restored', at: now, account, path: expected.path, silentMs: this.#time - lastAt, was: state}
  }

  #observe(now: number): BlindEvent | undefined {
    const stepMs = now - this.#clockAt
    this.#clockAt = now
    if (stepMs >= 0 && stepMs <= BLIND_MS) {
      this.#time += stepMs
      return undefined
    }
    if (stepMs < 0 && stepMs > -SET_BACK_MS) return undefined
    this.#since = this.#time
    this.#blindMs += Math.max(0, stepMs)
    return {kind: 'blind', at: now, jumpMs: stepMs}
  }
}
