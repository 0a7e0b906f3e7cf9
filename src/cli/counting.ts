/** Counts items as they pass by, for a command that prints them and keeps none. */

export interface Counting<T> {
  readonly items: AsyncGenerator<T>
  /** So far. */
  readonly counts: {readonly all: number; readonly good: number}
}

export function counting<T>(items: AsyncIterable<T>, isGood: (item: T) => boolean): Counting<T> {
  const counts = {all: 0, good: 0}
  return {items: passing(), counts}

  async function* passing() {
    for await (const item of items) {
      counts.all += 1
      if (isGood(item)) counts.good += 1
      yield item
    }
  }
}

/** The pieces of each item one after the other. */
export async function* flattened<T, P>(items: AsyncIterable<T>, piecesOf: (item: T) => Iterable<P>): AsyncGenerator<P> {
  for await (const item of items) yield* piecesOf(item)
}
