/** Many producers side by side, one reader: each item is handed over before its producer makes the next. */

/** Makes items until it has no more or is told to stop; `put` resolves once the reader has the item. */
export type Producer<T> = (put: (item: T) => Promise<void>) => Promise<void>

/**
 * Items in the order in which they come. Ends when all producers have. A reader that leaves calls `stop` and waits for the
 * producers, so that each can take its leave. What a producer throws ends it all.
 */
export async function* gather<T>(producers: readonly Producer<T>[], stop: () => void): AsyncGenerator<T> {
  const ready: {readonly item: T; readonly taken: () => void}[] = []
  let running = producers.length
  let failure: {readonly error: unknown} | undefined
  let isOver = false
  let wake = () => {}
  const put = (item: T) =>
    new Promise<void>((taken) => {
      if (isOver) return taken()
      ready.push({item, taken})
      wake()
    })
  const runs = producers.map(async (produce) => {
    try {
      await produce(put)
    } catch (error) {
      failure ??= {error}
    }
    running -= 1
    wake()
  })
  try {
    while (!failure) {
      const next = ready.shift()
      if (next) {
        next.taken()
        yield next.item
      } else if (running === 0) break
      else
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
    if (failure) throw failure.error
  } finally {
    isOver = true
    stop()
    for (const {taken} of ready) taken()
    await Promise.all(runs)
  }
}
