/** The ways from a panel to its receivers: each message tries the main path first, and the backup when the main one gives no answer. */
import type {Clock} from '../lib/clock.ts'
import type {Frame} from '../protocol/dc09/frame.ts'
import {type AttemptOptions, type AttemptResult, attempt, type ReceiverAddress} from './attempt.ts'

export type PathName = 'main' | 'backup'

export interface PathsOptions extends Omit<AttemptOptions, 'host' | 'port' | 'offsetMs'> {
  readonly main: ReceiverAddress
  readonly backup?: ReceiverAddress | undefined
}

export interface Trip {
  readonly path: PathName
  /** `host:port`. */
  readonly receiver: string
  readonly result: AttemptResult
}

export type Trips = readonly [Trip, ...Trip[]]

/** Without an answer: the message may take another path. NAK and DUH are answers. */
const UNANSWERED: ReadonlySet<AttemptResult['verdict']> = new Set(['no-reply', 'closed', 'unreachable'])

/**
 * Also after the main path has failed every message tries it first, so that traffic returns to it by itself; but only once
 * then, not with all attempts, until it has answered again. Each receiver has a clock of its own.
 */
export class Paths {
  readonly #options: PathsOptions
  readonly #clock: Clock
  readonly #offsets: Record<PathName, number> = {main: 0, backup: 0}
  #mainDown = false

  constructor(options: PathsOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  /** The trips that were made, one or two; the last one answered, or none did. */
  async deliver(message: Frame): Promise<Trips> {
    const {main, backup, attempts, signal} = this.#options
    const first = await this.#trip('main', main, message, backup && this.#mainDown ? 1 : attempts)
    this.#mainDown = UNANSWERED.has(first.result.verdict)
    if (!this.#mainDown || !backup || signal?.aborted) return [first]
    return [first, await this.#trip('backup', backup, message, attempts)]
  }

  async #trip(path: PathName, address: ReceiverAddress, message: Frame, attempts: number): Promise<Trip> {
    const {main: _main, backup: _backup, ...rest} = this.#options
    const options = {...rest, ...address, attempts, offsetMs: this.#offsets[path]}
    const result = await attempt(message, options, this.#clock)
    this.#offsets[path] = result.offsetMs
    const {host, port} = address
    return {path, receiver: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`, result}
  }
}

/** The trip that got an answer; the main path's when none did. */
export function carrying(trips: Trips): Trip {
  return trips.find(({result}) => !UNANSWERED.has(result.verdict)) ?? trips[0]
}
