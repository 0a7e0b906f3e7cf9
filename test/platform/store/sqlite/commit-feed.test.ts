/** Followers see every durable row once and in order, whatever was said of its commit. */
import {expect, test} from 'vitest'
import type {LogEntry} from '../../../../src/model/log-entry.ts'
import type {Json} from '../../../../src/platform/json.ts'
import type {Commit} from '../../../../src/platform/store/book/write.ts'
import type {LogRow} from '../../../../src/platform/store/port.ts'
import {CommitFeed} from '../../../../src/platform/store/sqlite/commit-feed.ts'

const failed: Commit = {type: 'failed', error: {code: 'CW_IO', params: {path: 'p', detail: 'EIO'}}}
const rowOf = (seq: number): LogRow => ({seq, at: 0, type: 't', subject: 's', entry: '{}' as Json<LogEntry>})

/** A disk that holds `rows`, and a feed on it that was told of the first `told` of them. */
function feedOn(disk: {rows: number; broken?: boolean}, told: number) {
  let atStart = true
  const feed = new CommitFeed({
    head: () => (atStart ? told : disk.rows),
    log(after, limit) {
      if (disk.broken) throw new Error('EIO')
      return Array.from({length: Math.min(limit, Math.max(0, disk.rows - after))}, (_, index) =>
        rowOf(after + index + 1),
      )
    },
  })
  atStart = false
  const seen: number[] = []
  feed.follow((rows) => seen.push(...rows.map(({seq}) => seq)))
  return {feed, seen}
}

const upTo = (count: number) => Array.from({length: count}, (_, index) => index + 1)

test('a failed commit that the disk has kept all the same is told of', () => {
  const {feed, seen} = feedOn({rows: 2_500}, 0)
  feed.publish(failed)
  expect(seen).toEqual(upTo(2_500))
  feed.publish(failed)
  expect(seen.length).toBe(2_500)
})

test('a commit behind a gap: the gap is read from the disk, and nothing comes twice', () => {
  const disk = {rows: 3, broken: true}
  const {feed, seen} = feedOn(disk, 0)
  feed.publish(failed)
  expect({seen, head: feed.head}).toEqual({seen: [], head: 0})
  disk.broken = false
  disk.rows = 5
  feed.publish({type: 'committed', outcomes: [], rows: [rowOf(4), rowOf(5)]})
  expect(seen).toEqual([1, 2, 3, 4, 5])
  feed.publish({type: 'committed', outcomes: [], rows: [rowOf(6)]})
  expect({seen, head: feed.head}).toEqual({seen: [1, 2, 3, 4, 5, 6], head: 6})
})
