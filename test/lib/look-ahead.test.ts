import {expect, test} from 'vitest'
import {type Ahead, LookAhead} from '../../src/lib/look-ahead.ts'

/** Looks that end only when the test says so. */
function looks() {
  const open = new Map<number, (found?: string) => void>()
  const look = (item: number) => new Promise<string | undefined>((resolve) => open.set(item, resolve))
  return {open, look}
}

const turn = () => new Promise((resolve) => setImmediate(resolve))
const numbers = (count: number) => Array.from({length: count}, (_, index) => index)
const pairOf = ({value}: IteratorResult<Ahead<number, string>>) => value && [value.item, value.found]

test('look-ahead: who waits gets an item at once, and those behind are looked at, no more than the window', async () => {
  const {open, look} = looks()
  const ahead = new LookAhead(numbers(20), 3, look)
  expect(await Promise.all([ahead.next(), ahead.next()]).then((all) => all.map(pairOf))).toEqual([
    [0, undefined],
    [1, undefined],
  ])
  await turn()
  expect([...open.keys()]).toEqual([2, 3, 4])
})

test('look-ahead: a look that ended waits for its turn, and makes room for another only when it is taken', async () => {
  const {open, look} = looks()
  const ahead = new LookAhead(numbers(20), 3, look)
  await ahead.next()
  await turn()
  open.get(2)?.('dead')
  open.get(1)?.()
  await turn()
  expect(open.size).toBe(3)
  expect([pairOf(await ahead.next()), pairOf(await ahead.next())]).toEqual([
    [2, 'dead'],
    [1, undefined],
  ])
  await turn()
  expect([...open.keys()]).toEqual([1, 2, 3, 4, 5])
})

test('look-ahead: every item comes exactly once, also those whose looks end after the source', async () => {
  const {open, look} = looks()
  const ahead = new LookAhead(numbers(5), 10, look)
  const all: number[] = []
  const reading = (async () => {
    for await (const {item} of ahead) {
      all.push(item)
      await turn()
      for (const [other, done] of [...open].reverse()) {
        open.delete(other)
        done()
      }
    }
  })()
  await reading
  expect(all.toSorted()).toEqual(numbers(5))
})

test('look-ahead: what a look or the source throws is thrown to who asks', async () => {
  const broken = new LookAhead(numbers(3), 3, () => Promise.reject(new Error('bug')))
  await broken.next()
  await turn()
  await expect(broken.next()).rejects.toThrow('bug')
  const source = (function* () {
    yield 1
    throw new Error('source')
  })()
  const cut = new LookAhead(source, 3, looks().look)
  await cut.next()
  await expect(cut.next()).rejects.toThrow('source')
})

test('look-ahead: its end releases the source, tells the looks, and answers those who wait', async () => {
  let released = false
  const source = (function* () {
    try {
      yield* numbers(30)
    } finally {
      released = true
    }
  })()
  const told: unknown[] = []
  const ahead = new LookAhead(source, 2, (item, signal) => {
    signal.addEventListener('abort', () => told.push(item))
    return new Promise(() => {})
  })
  await ahead.next()
  await turn()
  const waiting = [ahead.next(), ahead.next()]
  await ahead.return()
  expect((await Promise.all(waiting)).map(({done}) => done)).toEqual([true, true])
  expect([told, released]).toEqual([[1, 2], true])
})
