/** Lets so many at a time do something; the others wait in their order. */

/** Runs work when it is its turn. What the work throws is its caller's; its place is given on. */
export type Limiter = <T>(work: () => Promise<T>) => Promise<T>

export function limiter(limit: number): Limiter {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
