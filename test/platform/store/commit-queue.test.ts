/** The queue before the disk: bounded by what waits, not by how many ask. */
import {expect, test} from 'vitest'
import type {Write} from '../../../src/platform/store/book/write.ts'
import {CommitQueue} from '../../../src/platform/store/commit-queue.ts'

const event = {source: '/s', id: '1', type: 't'}
const events = (count: number, chars: number): Write & {type: 'events'} => ({
  type: 'events',
  at: 0,
  items: Array.from({length: count}, () => ({type: 'event', event, chars})),
})

/** A queue whose disk never answers by itself, and how many writes each batch had. */
function stuckQueue() {
  const batches: number[] = []
  const queue = new CommitQueue({path: 'db', send: (batch) => batches.push(batch.length), onCommit: () => {}})
  const outcomes: Promise<string>[] = []
  const ask = (write: Write & {type: 'events'}) => {
    outcomes.push(
      queue.write(write).then(
        ({type}) => type,
        ({code}) => code,
      ),
    )
  }
  return {queue, batches, outcomes, ask}
}

test('events weigh by number and size: what is over the bound is refused, what waits is kept', async () => {
  const {queue, outcomes, ask} = stuckQueue()
  ask(events(1, 0))
  for (let count = 0; count < 21; count++) ask(events(2_000, 0))
  expect(await outcomes[21]).toBe('CW_IO')
  ask(events(1, 64 * 1_024))
  expect(await outcomes[22]).toBe('CW_IO')
  queue.end({code: 'CW_INTERNAL', params: {detail: 'over'}})
  expect(new Set(await Promise.all(outcomes.slice(0, 21)))).toEqual(new Set(['CW_INTERNAL']))
})

test('a transaction takes at most 4,000, a single write whatever it weighs', () => {
  const {queue, batches, ask} = stuckQueue()
  const done = () => queue.done({type: 'failed', error: {code: 'CW_IO', params: {path: 'db', detail: 'x'}}})
  for (const count of [1, 2_000, 2_000, 2_000, 4_001, 5]) ask(events(count, 0))
  for (let commit = 0; commit < 5; commit++) done()
  expect(batches).toEqual([1, 2, 1, 1, 1])
})
