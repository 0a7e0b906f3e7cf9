/** Holds the state outside React: the feed may bring thousands of messages a second, the screen looks ten times. */
import type {Clock} from '../../lib/clock.ts'
import type {FeedMessage} from './feed.ts'
import {type Message, update} from './model.ts'
import type {State} from './state.ts'

const SAMPLE_MS = 100
/** With a slow terminal: no sooner than this many times the delay that the last frame caused, and no later than LONGEST_MS. */
const BACK_OFF = 4
const LONGEST_MS = 1_000

export class Store {
  #state: State
  #pending: FeedMessage[] = []
  readonly #clock: Clock
  readonly #listeners = new Set<() => void>()

  constructor(state: State, clock: Clock) {
    this.#state = state
    this.#clock = clock
  }

  readonly state = (): State => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Waits for the next sample: a key acts on what the operator has seen. */
  push(message: FeedMessage): void {
    this.#pending.push(message)
  }

  /** At once, with the time of now. */
  dispatch(message: Message): void {
    this.#set(update(update(this.#state, {type: 'tick', now: this.#clock.now()}), message))
  }

  /** Takes in what has come; the time moves on in whole seconds while nothing comes. */
  sample(): void {
    const now = this.#clock.now()
    const messages = this.#pending
    if (messages.length === 0 && Math.floor(now / 1000) === Math.floor(this.#state.now / 1000)) return
    this.#pending = []
    const ticked = update(this.#state, {type: 'tick', now})
    this.#set(messages.length === 0 ? ticked : update(ticked, {type: 'feed', messages}))
  }

  /** Samples until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    let waitMs = SAMPLE_MS
    while (!signal.aborted) {
      const due = this.#clock.now() + waitMs
      await this.#clock.sleep(waitMs, signal).catch(() => undefined)
      if (signal.aborted) return
      const lateMs = Math.max(0, this.#clock.now() - due)
      waitMs = Math.min(LONGEST_MS, Math.max(SAMPLE_MS, BACK_OFF * lateMs))
      this.sample()
    }
  }

  #set(state: State): void {
    if (state === this.#state) return
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}
