/** Holds the state outside React: signals may come in hundreds, the screen looks ten times a second. */
import type {Clock} from '../../lib/clock.ts'
import {type Message, update} from './model.ts'
import type {State} from './state.ts'

const SAMPLE_MS = 100

export class Store {
  #state: State
  #pending: Message[] = []
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

  /** Waits for the next sample; of several pictures of the walk only the last is drawn. */
  push(message: Message): void {
    this.#pending.push(message)
  }

  /** At once, with the time of now and what has come before. */
  dispatch(message: Message): void {
    this.push({type: 'tick', now: this.#clock.now()})
    this.push(message)
    this.#take()
  }

  /** Takes in what has come; the time moves on in whole seconds while nothing comes. */
  sample(): void {
    const now = this.#clock.now()
    if (this.#pending.length === 0 && Math.floor(now / 1_000) === Math.floor(this.#state.now / 1_000)) return
    this.#pending.unshift({type: 'tick', now})
    this.#take()
  }

  /** Samples until `signal` aborts. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(SAMPLE_MS, signal).catch(() => undefined)
      if (!signal.aborted) this.sample()
    }
  }

  #take(): void {
    const messages = this.#pending
    this.#pending = []
    this.#state = messages.reduce(update, this.#state)
    for (const listener of this.#listeners) listener()
  }
}
