/** What a node tells its followers, when its own commit and the reading of others' rows overtake one another. */
import {expect, test} from 'vitest'
import type {Commit} from '../../../../src/platform/store/book/write.ts'
import type {LogRow} from '../../../../src/platform/store/port.ts'
import {LogFeed} from '../../../../src/platform/store/postgres/feed.ts'
import type {Answer, Link} from '../../../../src/platform/store/postgres/link.ts'
import {realClock} from '../../../support/clock.ts'
import {until} from '../../../support/wait.ts'

const rowOf = (seq: number): LogRow => ({seq, at: 0, type: 't', subject: 's', entry: '{}' as LogRow['entry']})
const committed = (...seqs: number[]): Commit => ({type: 'committed', outcomes: [], rows: seqs.map(rowOf)})
const failed: Commit = {type: 'failed', error: {code: 'CW_IO', params: {path: 'p', detail: 'lost'}}}

/** A feed on a log that the test fills, and whose reading it can hold. */
async function feedOn(node = 'me') {
  const log: number[] = []
  let gate: Promise<void> = Promise.resolve()
  let notice: (payload: string) => void = () => {}
  let writing = false
  const answer = (rows: Answer['rows']): Answer => ({rows, command: 'SELECT'})
  const link: Link = {
    lost: false,
    warnings: 0,
    run: async (text) => answer(text.includes('seq FROM head') ? [{seq: log.length}] : [{leads: false}]),
    async ask({values = []}) {
      const found = log.filter((seq) => seq > Number(values[0])).map(rowOf)
      await gate
      return answer(found.map((row) => ({...row})))
    },
    onLost() {},
    onNotice(listener) {
      notice = listener
    },
    close: async () => {},
    drop() {},
  }
  const closing = new AbortController()
  const feed = new LogFeed({
    node,
    clock: realClock,
    open: async () => link,
    isWriting: () => writing,
    rewound() {},
    closing: closing.signal,
  })
  await feed.start()
  const told: number[] = []
  feed.follow((rows) => told.push(...rows.map(({seq}) => seq)))
  return {
    feed,
    told,
    write: (...seqs: number[]) => log.push(...seqs),
    notice: (payload: string) => notice(payload),
    /** A batch of this node is under way. */
    writes(is: boolean) {
      writing = is
    },
    holdReads() {
      const held = Promise.withResolvers<void>()
      gate = held.promise
      return () => held.resolve()
    },
    async end() {
      closing.abort()
      await feed.ended()
    },
  }
}

test('own rows that are told of while they are being read are not told of again', async () => {
  const {feed, told, write, notice, holdReads, end} = await feedOn()
  write(1, 2, 3)
  const release = holdReads()
  notice('3 other')
  feed.settled(committed(1, 2))
  expect(told).toEqual([1, 2])
  release()
  await until(() => told.length >= 3)
  expect({told, head: feed.head}).toEqual({told: [1, 2, 3], head: 3})
  await end()
})

test("own rows behind another's are told of after those", async () => {
  const {feed, told, write, end} = await feedOn()
  write(1, 2, 3)
  feed.settled(committed(2, 3))
  expect(told).toEqual([])
  await until(() => told.length >= 3)
  expect(told).toEqual([1, 2, 3])
  await end()
})

test('the notice of a batch under way waits for its outcome; a failed one is looked for', async () => {
  const {feed, told, write, notice, writes, end} = await feedOn()
  write(1)
  writes(true)
  notice('1 me')
  feed.settled(committed(1))
  expect(told).toEqual([1])
  write(2)
  notice('2 me')
  writes(false)
  feed.settled(failed)
  await until(() => told.length >= 2)
  expect(told).toEqual([1, 2])
  await end()
})

test('a notice of what was told of already makes it read nothing', async () => {
  const {feed, told, write, notice, end} = await feedOn()
  write(1)
  feed.settled(committed(1))
  notice('1 me')
  notice('1 other')
  write(2)
  notice('2 other')
  await until(() => told.length >= 2)
  expect(told).toEqual([1, 2])
  await end()
})
