import {expect, test} from 'vitest'
import {gather} from '../../src/lib/gather.ts'
import {limiter} from '../../src/lib/limiter.ts'

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('gather: items of all producers, each in its order, and the end with the last', async () => {
  const count = (name: string) => async (put: (item: string) => Promise<void>) => {
    for (const number of [1, 2, 3]) await put(`${name}${number}`)
  }
  const all: string[] = []
  for await (const item of gather([count('a'), count('b')], () => {})) all.push(item)
  expect(all.filter((item) => item.startsWith('a'))).toEqual(['a1', 'a2', 'a3'])
  expect(all).toHaveLength(6)
})

test('gather: a producer makes nothing ahead of the reader', async () => {
  let made = 0
  const items = gather(
    [
      async (put) => {
        for (;;) await put(++made)
      },
    ],
    () => {},
  )
  await items.next()
  await turn()
  expect(made).toBeLessThanOrEqual(2)
  // Left waiting: a producer without an end cannot be waited for.
})

test('gather: a reader that leaves tells the producers and waits until they have taken their leave', async () => {
  const stop = new AbortController()
  let left = 0
  const producer = async (put: (item: number) => Promise<void>) => {
    while (!stop.signal.aborted) await put(1)
    await turn()
    left += 1
  }
  for await (const _item of gather([producer, producer], () => stop.abort())) break
  expect(left).toBe(2)
})

test('gather: what a producer throws is thrown to the reader', async () => {
  const items = gather([() => Promise.reject(new Error('bug'))], () => {})
  await expect(items.next()).rejects.toThrow('bug')
})

test('limiter: no more at a time than allowed, in their order, also after a failure', async () => {
  const take = limiter(2)
  const begun: number[] = []
  let running = 0
  let most = 0
  const work = (number: number) =>
    take(async () => {
      begun.push(number)
      most = Math.max(most, ++running)
      await turn()
      running -= 1
      if (number === 1) throw new Error('failed')
    }).catch(() => {})
  await Promise.all([1, 2, 3, 4, 5].map(work))
  expect([begun, most]).toEqual([[1, 2, 3, 4, 5], 2])
})
