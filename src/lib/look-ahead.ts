/** Looks at items before their turn comes, so that what takes long by itself is over by then. */

export interface Ahead<Item, Found> {
  readonly item: Item
  /** What the look found; undefined when it found nothing, or when the item's turn came at once and nobody looked. */
  readonly found: Found | undefined
}

/**
 * The items of a source, each exactly once, to be asked for by many at a time (`pool`). While nobody waits, up to `window`
 * items are taken from the source ahead and looked at side by side; they are handed out in the order in which the looks
 * end. An item that somebody waits for is handed out unlooked. What `look` or the source throws is thrown to whoever asks.
 */
export class LookAhead<Item, Found> implements AsyncIterableIterator<Ahead<Item, Found>> {
  readonly #source: AsyncIterator<Item> | Iterator<Item>
  readonly #window: number
  readonly #look: (item: Item, signal: AbortSignal) => Promise<Found | undefined>
  readonly #ready: Ahead<Item, Found>[] = []
  readonly #takers: PromiseWithResolvers<IteratorResult<Ahead<Item, Found>>>[] = []
  readonly #stop = new AbortController()
  #looking = 0
  #pulling = false
  #ended = false
  #failure: {readonly error: unknown} | undefined

  constructor(
    items: Iterable<Item> | AsyncIterable<Item>,
    window: number,
    look: (item: Item, signal: AbortSignal) => Promise<Found | undefined>,
  ) {
    this.#source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
    this.#window = window
    this.#look = look
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Ahead<Item, Found>>> {
    const taker = Promise.withResolvers<IteratorResult<Ahead<Item, Found>>>()
    this.#takers.push(taker)
    this.#handOut()
    void this.#pull()
    return taker.promise
  }

  /** Ends it: looks that are under way are told by their signal, and the source is released. */
  async return(): Promise<IteratorResult<Ahead<Item, Found>>> {
    this.#ended = true
    this.#ready.length = 0
    this.#stop.abort(ENDED)
    this.#handOut()
    await this.#source.return?.()
    return OVER
  }

  async #pull(): Promise<void> {
    if (this.#pulling) return
    this.#pulling = true
    try {
      while (!this.#ended && (this.#takers.length > 0 || this.#looking + this.#ready.length < this.#window)) {
        const next = await this.#source.next()
        if (next.done) this.#ended = true
        else if (!this.#ended) this.#place(next.value)
      }
    } catch (error) {
      this.#fail(error)
    }
    this.#pulling = false
    this.#handOut()
  }

  #place(item: Item): void {
    const taker = this.#takers.shift()
    if (taker) taker.resolve({done: false, value: {item, found: undefined}})
    else void this.#lookAt(item)
  }

  async #lookAt(item: Item): Promise<void> {
    this.#looking += 1
    try {
      const found = await this.#look(item, this.#stop.signal)
      if (!this.#stop.signal.aborted) this.#ready.push({item, found})
    } catch (error) {
      this.#fail(error)
    }
    this.#looking -= 1
    this.#handOut()
    void this.#pull()
  }

  #fail(error: unknown): void {
    this.#failure ??= {error}
    this.#ended = true
  }

  #handOut(): void {
    while (this.#takers.length > 0) {
      const value = this.#ready.shift()
      if (value) this.#takers.shift()?.resolve({done: false, value})
      else if (this.#failure) this.#takers.shift()?.reject(this.#failure.error)
      else if (this.#ended && (this.#looking === 0 || this.#stop.signal.aborted)) this.#takers.shift()?.resolve(OVER)
      else return
    }
  }
}

const OVER = {done: true, value: undefined} as const
/** A constant: an error with a stack for each stop would be made for nobody. */
const ENDED = 'the look-ahead has ended'
