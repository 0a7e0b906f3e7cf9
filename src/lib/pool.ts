/** Runs work on many items, so many at a time, and yields each result as it comes. */

/**
 * Results in the order in which they finish, each as soon as it is there, also while the source of items hangs. At most
 * `limit` items are started ahead of the reader. `work` should not throw for an item that merely fails: a failure is a
 * result; what it throws ends the run. When `signal` aborts no new item is started and those in flight are still yielded.
 */
export async function* pool<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const run = new Run(items, work)
  const stop = () => run.stop()
  signal?.addEventListener('abort', stop, {once: true})
  if (signal?.aborted) run.stop()
  for (let worker = 0; worker < limit; worker++) void run.serve()
  try {
    for (let next = await run.take(); next; next = await run.take()) yield next.result
  } finally {
    signal?.removeEventListener('abort', stop)
    run.stop()
    void run.source.return?.()
  }
}

class Run<Item, Result> {
  readonly source: AsyncIterator<Item> | Iterator<Item>
  readonly #work: (item: Item) => Promise<Result>
  readonly #ready: {readonly result: Result; readonly taken: () => void}[] = []
  #inFlight = 0
  #ended = false
  #failure: {readonly error: unknown} | undefined
  #wake: () => void = () => {}

  constructor(items: Iterable<Item> | AsyncIterable<Item>, work: (item: Item) => Promise<Result>) {
    this.source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
    this.#work = work
  }

  /** No new item from now on. */
  stop(): void {
    this.#ended = true
    this.#wake()
  }

  /** One worker: an item after the other, each result handed over before the next item is asked for. */
  async serve(): Promise<void> {
    try {
      while (!this.#ended) {
        const next = await this.source.next()
        if (next.done) this.#ended = true
        else if (!this.#ended) await this.#handle(next.value)
      }
    } catch (error) {
      this.#failure ??= {error}
      this.#ended = true
    }
    this.#wake()
  }

  async #handle(item: Item): Promise<void> {
    this.#inFlight += 1
    try {
      const result = await this.#work(item)
      await new Promise<void>((taken) => {
        this.#ready.push({result, taken})
        this.#wake()
      })
    } finally {
      this.#inFlight -= 1
    }
  }

  /** The next result; undefined when there will be none. Throws what `work` or the source threw. */
  async take(): Promise<{readonly result: Result} | undefined> {
    for (;;) {
      const first = this.#ready.shift()
      if (first) {
        first.taken()
        return first
      }
      if (this.#failure) throw this.#failure.error
      if (this.#ended && this.#inFlight === 0) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
