/** What a node tells its followers, when its own commit and the reading of others' rows overtake one another. */
import {expect, onTestFinished, test} from 'vitest'
import type {Commit} from '../../../../src/platform/store/book/write.ts'
import type {LogRow} from '../../../../src/platform/store/port.ts'
import {LogFeed} from '../../../../src/platform/store/postgres/feed.ts'
import type {Answer, Link, Question} from '../../../../src/platform/store/postgres/link.ts'
import {realClock} from '../../../support/clock.ts'
import {until} from '../../../support/wait.ts'

const rowOf = (seq: number): LogRow => ({seq, at: 0, type: 't', subject: 's', entry: '{}' as LogRow['entry']})
const committed = (...seqs: number[]): Commit => ({type: 'committed', outcomes: [], rows: seqs.map(rowOf)})
const failed: Commit = {type: 'failed', error: {code: 'CW_IO', params: {path: 'p', detail: 'lost'}}}

const answer = (rows: Answer['rows']): Answer => ({rows, command: 'SELECT'})

/** A line to a log that the test fills; `held` is what its answers wait for. */
class TestLink implements Link {
  lost = false
  readonly warnings = 0
  notice: (payload: string) => void = () => {}
  readonly #log: readonly number[]
  readonly #held: () => Promise<void>
  #onLost: () => void = () => {}

  constructor(log: readonly number[], held: () => Promise<void>) {
    this.#log = log
    this.#held = held
  }

  async run(text: string): Promise<Answer> {
    if (!text.startsWith('SELECT seq')) return answer([{leads: false}])
    const seq = this.#log.length
    await this.#held()
    return answer([{seq, epoch: 'life'}])
  }

  async ask({values = []}: Question): Promise<Answer> {
    const found = this.#log.filter((seq) => seq > Number(values[0])).map(rowOf)
    await this.#held()
    return answer(found.map((row) => ({...row})))
  }

  onLost(listener: () => void): void {
    this.#onLost = listener
  }

  onNotice(listener: (payload: string) => void): void {
    this.notice = listener
  }

  async close(): Promise<void> {}

  drop(): void {
    this.lost = true
    this.#onLost()
  }
}

/** A feed on a log that the test fills, and whose answers it can hold. */
async function feedOn() {
  const log: number[] = []
  const rewound: number[] = []
  const links: TestLink[] = []
  let held: Promise<void> = Promise.resolve()
  let writing = false
  const closing = new AbortController()
  const feed = new LogFeed({
    node: 'me',
    clock: realClock,
    async open() {
      const link = new TestLink(log, () => held)
      links.push(link)
      return link
    },
    isWriting: () => writing,
    ...{epoch: 'life', newLife: () => {}, rewound: (seq: number) => void rewound.push(seq)},
    closing: closing.signal,
  })
  await feed.start()
  const told: number[] = []
  feed.follow((rows) => told.push(...rows.map(({seq}) => seq)))
  onTestFinished(async () => {
    closing.abort()
    await feed.ended()
  })
  return {
    feed,
    told,
    rewound,
    links,
    write: (...seqs: number[]) => log.push(...seqs),
    takeAway: (count: number) => log.splice(-count),
    notice: (payload: string) => links.at(-1)?.notice(payload),
    /** A batch of this node is under way. */
    writes(is: boolean) {
      writing = is
    },
    holdAnswers() {
      const {promise, resolve} = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
  }
}

test('own rows that are told of while they are being read are not told of again', async () => {
  const {feed, told, write, notice, holdAnswers} = await feedOn()
  write(1, 2, 3)
  const release = holdAnswers()
  notice('3 other')
  feed.settled(committed(1, 2))
  expect(told).toEqual([1, 2])
  release()
  await until(() => told.length >= 3)
  expect({told, head: feed.head}).toEqual({told: [1, 2, 3], head: 3})
})

test("own rows behind another's are told of after those", async () => {
  const {feed, told, write} = await feedOn()
  write(1, 2, 3)
  feed.settled(committed(2, 3))
  expect(told).toEqual([])
  await until(() => told.length >= 3)
  expect(told).toEqual([1, 2, 3])
})

test('the notice of a batch under way waits for its outcome; a failed one is looked for', async () => {
  const {feed, told, write, notice, writes} = await feedOn()
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
})

test('a notice of what was told of already makes it read nothing', async () => {
  const {feed, told, write, notice} = await feedOn()
  write(1)
  feed.settled(committed(1))
  notice('1 me')
  notice('1 other')
  write(2)
  notice('2 other')
  await until(() => told.length >= 2)
  expect(told).toEqual([1, 2])
})

test('rows of its own that are told of while a new line asks for the head do not look like a database that went back', async () => {
  const {feed, told, rewound, links, write, holdAnswers} = await feedOn()
  const release = holdAnswers()
  links[0]?.drop()
  await until(() => links.length === 2)
  write(1, 2)
  feed.settled(committed(1, 2))
  release()
  write(3)
  await until(() => {
    links[1]?.notice('3 other')
    return told.length >= 3
  })
  expect({told, rewound}).toEqual({told: [1, 2, 3], rewound: []})
})

test('a database that ends before what was told of is reported', async () => {
  const {feed, rewound, links, write, takeAway} = await feedOn()
  write(1, 2, 3)
  feed.settled(committed(1, 2, 3))
  takeAway(2)
  links[0]?.drop()
  await until(() => rewound.length > 0)
  expect(rewound).toEqual([1])
})
