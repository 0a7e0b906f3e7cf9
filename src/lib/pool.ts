/** Runs work on many items, so many at a time, and yields each result as it comes. */

/**
 * Results in the order in which they finish. At most `limit` are in flight and no more than that are started ahead of the
 * reader. `work` must not throw for an item that merely fails: a failure is a result. When `signal` aborts no new item is
 * started and those in flight are still yielded.
 */
export async function* pool<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  limit: number,
  work: (item: Item) => Promise<Result>,
  signal?: AbortSignal,
): AsyncGenerator<Result> {
  const running = new Map<number, Promise<{id: number; result: Result}>>()
  const source = asyncIterator(items)
  let id = 0
  let exhausted = false
  while (true) {
    while (!exhausted && !signal?.aborted && running.size < limit) {
      const next = await source.next()
      if (next.done) exhausted = true
      else {
        const mine = id++
        running.set(
          mine,
          work(next.value).then((result) => ({id: mine, result})),
        )
      }
    }
    if (running.size === 0) return
    const done = await Promise.race(running.values())
    running.delete(done.id)
    yield done.result
  }
}

function asyncIterator<Item>(items: Iterable<Item> | AsyncIterable<Item>): AsyncIterator<Item> | Iterator<Item> {
  return Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
}
