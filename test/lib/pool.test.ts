import {expect, test} from 'vitest'
import {pool} from '../../src/lib/pool.ts'

const collect = async <T>(results: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const result of results) all.push(result)
  return all
}

/** Work that ends only when the test says so. */
function gates() {
  const open = new Map<number, () => void>()
  const work = (item: number) => new Promise<number>((resolve) => open.set(item, () => resolve(item)))
  return {open, work}
}

test('pool: never more at a time than allowed', async () => {
  let running = 0
  let most = 0
  const results = pool(
    Array.from({length: 50}, (_, index) => index),
    7,
    async (item) => {
      running += 1
      most = Math.max(most, running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      return item
    },
  )
  expect((await collect(results)).toSorted((a, b) => a - b)).toEqual(Array.from({length: 50}, (_, index) => index))
  expect(most).toBe(7)
})

test('pool: a result comes as soon as it is there, whatever hangs before it', async () => {
  const {open, work} = gates()
  const results = pool([1, 2, 3], 2, work)
  const first = results.next()
  await Promise.resolve()
  while (!open.has(2)) await Promise.resolve()
  open.get(2)?.()
  expect(await first).toEqual({done: false, value: 2})
  const second = results.next()
  while (!open.has(3)) await Promise.resolve()
  open.get(3)?.()
  expect(await second).toEqual({done: false, value: 3})
  open.get(1)?.()
  expect(await results.next()).toEqual({done: false, value: 1})
  expect((await results.next()).done).toBe(true)
})

test('pool: after an abort nothing new starts and what is in flight is still reported', async () => {
  const stop = new AbortController()
  const started: number[] = []
  const results = pool(
    [1, 2, 3, 4],
    2,
    async (item) => {
      started.push(item)
      if (item === 2) stop.abort()
      return item
    },
    stop.signal,
  )
  expect(await collect(results)).toEqual([1, 2])
  expect(started).toEqual([1, 2])
})

test('pool: an endless source is read only as far as there is room', async () => {
  let read = 0
  function* endless() {
    while (true) yield ++read
  }
  const results = pool(endless(), 3, async (item) => item)
  await results.next()
  expect(read).toBeLessThanOrEqual(4)
  await results.return(undefined)
})

test('pool: results come while the source of items hangs', async () => {
  async function* slow() {
    yield 1
    await new Promise(() => {})
  }
  const results = pool(slow(), 5, async (item) => item)
  expect(await results.next()).toEqual({done: false, value: 1})
})

test('pool: what the work throws ends the run', async () => {
  const results = pool([1, 2, 3], 2, async (item) => {
    if (item === 2) throw new Error('a bug')
    return item
  })
  await expect(collect(results)).rejects.toThrow('a bug')
})

test('pool: an abort ends the wait for a source that hangs', async () => {
  const stop = new AbortController()
  async function* silent(): AsyncGenerator<number> {
    await new Promise(() => {})
  }
  const results = pool(silent(), 3, async (item) => item, stop.signal).next()
  stop.abort()
  expect((await results).done).toBe(true)
})
