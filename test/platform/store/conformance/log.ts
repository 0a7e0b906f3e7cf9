/** The log on any engine: dense, in order, told once, still there after closing. */
import {describe, expect, test} from 'vitest'
import {safeText} from '../../../../src/lib/safe-text.ts'
import {burglary} from '../../../support/store.ts'
import {until} from '../../../support/wait.ts'
import {type Engine, freshStore, opened, upTo, wholeLog} from './engine.ts'

export function logSuite(engine: Engine): void {
  describe('log', () => {
    test('writes at the same time become few commits, each row told once and in order', async () => {
      const store = await freshStore(engine)
      const told: number[] = []
      store.follow((rows) => told.push(...rows.map(({seq}) => seq)))
      const commits = store.commits().count
      await Promise.all(Array.from({length: 9_000}, () => store.signal(burglary())))
      expect(store.commits()).toMatchObject({count: commits + 4, failed: 0, waiting: 0})
      await until(() => told.length >= 9_000)
      expect(told).toEqual(upTo(9_000))
      expect(store.head()).toBe(9_000)
      expect((await wholeLog(store)).map(({seq}) => seq)).toEqual(upTo(9_000))
    })

    test('a row is its entry with the sequence in it', async () => {
      const store = await freshStore(engine)
      await store.refusal({at: 77, from: safeText('10.0.0.5'), reason: safeText('bad 校验 "crc"\\'), frames: 3})
      const rows = (await wholeLog(store)).map(({entry, ...row}) => ({...row, entry: JSON.parse(entry)}))
      expect(rows).toEqual([
        {
          seq: 1,
          at: 77,
          type: 'frame.refused',
          subject: 'peer/10.0.0.5',
          entry: {seq: 1, type: 'refusal', at: 77, from: '10.0.0.5', reason: 'bad 校验 "crc"\\'},
        },
      ])
      expect((await store.counts()).refused).toBe(3)
    })

    test('everything is there after closing and opening, under the same epoch', async () => {
      const place = await engine.place()
      const first = await opened(place)
      await first.signal(burglary())
      const rows = await wholeLog(first)
      await first.close()
      const second = await opened(place)
      expect({epoch: second.epoch, head: second.head()}).toEqual({epoch: first.epoch, head: 1})
      expect(await wholeLog(second)).toEqual(rows)
      await second.signal(burglary())
      expect((await wholeLog(second)).map(({seq}) => seq)).toEqual([1, 2])
      expect((await freshStore(engine)).epoch).not.toBe(first.epoch)
    })

    test('a write that is queued when the store closes is still written', async () => {
      const place = await engine.place()
      const store = await opened(place)
      const writes = Promise.all(Array.from({length: 100}, () => store.signal(burglary())))
      await store.close()
      await writes
      expect((await opened(place)).head()).toBe(100)
      await expect(store.signal(burglary())).rejects.toMatchObject({code: 'CW_IO'})
    })

    test('reading goes on from any place, and ends early when rows are large', async () => {
      const store = await freshStore(engine)
      const raw = safeText('x'.repeat(60_000), 60_000)
      await Promise.all(Array.from({length: 300}, () => store.signal(burglary({raw, text: raw}))))
      expect((await store.read(297, 500)).map(({seq}) => seq)).toEqual([298, 299, 300])
      expect(await store.read(300, 500)).toEqual([])
      const page = await store.read(0, 500)
      expect(page.length).toBeGreaterThan(1)
      expect(page.length).toBeLessThan(300)
      expect((await wholeLog(store)).map(({seq}) => seq)).toEqual(upTo(300))
    })

    test('it can be read on from what it has reached, and from nowhere else', async () => {
      const store = await freshStore(engine)
      await store.signal(burglary())
      expect(await store.floor()).toBe(0)
      expect(await Promise.all([0, 1, 2].map((seq) => store.reaches(seq)))).toEqual([true, true, false])
    })

    test('a follower that stopped is told of nothing more', async () => {
      const store = await freshStore(engine)
      const told: [number[], number[]] = [[], []]
      store.follow((rows) => told[0].push(...rows.map(({seq}) => seq)))
      const stop = store.follow((rows) => told[1].push(...rows.map(({seq}) => seq)))
      await store.signal(burglary())
      await until(() => told[0].length === 1)
      stop()
      await store.signal(burglary())
      await until(() => told[0].length === 2)
      expect(told).toEqual([[1, 2], [1]])
    })

    test('an acknowledged write has been told of, and is read', async () => {
      const store = await freshStore(engine)
      for (let seq = 1; seq <= 20; seq++) {
        await store.signal(burglary())
        expect(store.head()).toBe(seq)
        expect((await store.read(seq - 1, 10)).map((row) => row.seq)).toEqual([seq])
      }
    })

    test('a trial write is durable and leaves no trace', async () => {
      const store = await freshStore(engine)
      await store.tryWrite()
      await store.signal(burglary())
      await store.tryWrite()
      expect(store.head()).toBe(1)
      expect(await wholeLog(store)).toHaveLength(1)
    })
  })
}
