/** Items that come by events, read one after the other by whoever loops over them. */

export class Queue<T> implements AsyncIterable<T> {
  #items: T[] = []
  #ended = false
  #failure: {readonly error: unknown} | undefined
  #wake: () => void = () => {}

  push(items: readonly T[]): void {
    for (const item of items) this.#items.push(item)
    this.#wake()
  }

  /** No more will come; what is there is still read. */
  end(): void {
    this.#ended = true
    this.#wake()
  }

  /** The reader gets this error after what is there. */
  fail(error: unknown): void {
    this.#failure = {error}
    this.end()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      const ready = this.#items
      this.#items = []
      yield* ready
      if (this.#items.length > 0) continue
      if (this.#failure) throw this.#failure.error
      if (this.#ended) return
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }
}
