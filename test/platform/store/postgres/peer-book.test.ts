/** Up to when a node knows what the others heard: echoes, gaps, silence; and what it keeps for them. */
import {describe, expect, test} from 'vitest'
import {Outbox} from '../../../../src/platform/store/postgres/outbox.ts'
import {LOST_MS, PeerBook, type PeerFlush} from '../../../../src/platform/store/postgres/peer-book.ts'
import {packSigns, signName, unpackSigns} from '../../../../src/platform/store/postgres/signs.ts'

const flush = (number: number, echoed: number, changes: Partial<PeerFlush> = {}): PeerFlush => ({
  ...{node: 'b', number, first: number, leaving: false, echoed},
  ...changes,
})

/** A book that has sent its flush n at n × 100 ms, and read what the others had sent by then. */
function reading(...rounds: (readonly PeerFlush[])[]) {
  const book = new PeerBook()
  const lost = rounds.map((flushes, index) => {
    book.sending(index + 1, (index + 1) * 100)
    return book.read(flushes, (index + 1) * 100)
  })
  return {book, lost}
}

describe('peer book', () => {
  test('alone it knows everything up to its last reading', () => {
    const {book, lost} = reading([], [], [])
    expect([book.knownUpTo, book.size, book.arrived(3), lost]).toEqual([300, 0, 3, [undefined, undefined, undefined]])
    expect(new PeerBook().knownUpTo).toBeUndefined()
  })

  test('of another node it knows what that had heard when our echoed flush was sent, and no more', () => {
    const {book} = reading([flush(1, 0)], [flush(2, 1)], [flush(3, 1)], [flush(4, 3)])
    expect([book.knownUpTo, book.arrived(4)]).toEqual([300, 3])
  })

  test('a stranger that has echoed nothing holds everything up where it was before it came', () => {
    const {book, lost} = reading([], [], [flush(1, 0)])
    expect([book.knownUpTo, book.arrived(3), lost.at(-1)]).toEqual([200, 0, undefined])
  })

  test('the slowest of several counts', () => {
    const {book} = reading([flush(1, 0), flush(1, 0, {node: 'c'})], [], [flush(2, 2), flush(2, 1, {node: 'c'})])
    expect([book.knownUpTo, book.arrived(3)]).toEqual([100, 1])
  })

  test('flushes that were missed are a stretch that is lost, unless a later one has them too', () => {
    expect(reading([flush(1, 0)], [flush(3, 1)]).lost).toEqual([undefined, 'stretch'])
    expect(reading([flush(1, 0)], [flush(4, 1, {first: 2})]).lost).toEqual([undefined, undefined])
    expect(reading([flush(7, 0)], [flush(8, 1)]).lost).toEqual([undefined, undefined])
    expect(reading([], [flush(7, 0)]).lost).toEqual([undefined, 'stretch'])
  })

  test('a node of which nothing comes for five seconds of readings is lost; one that takes its leave is not', () => {
    const rounds = Math.ceil(LOST_MS / 100)
    const silence = Array.from({length: rounds}, () => [] as PeerFlush[])
    const gone = reading([flush(1, 0)], [flush(2, 1)], ...silence)
    expect(gone.lost.slice(0, -1).every((what) => what === undefined)).toBe(true)
    expect([gone.lost.at(-1), gone.book.size, gone.book.knownUpTo]).toEqual(['instant', 0, (rounds + 2) * 100])
    const left = reading([flush(1, 0)], [flush(2, 1, {leaving: true})], ...silence)
    expect([left.lost.filter(Boolean), left.book.size, left.book.knownUpTo]).toEqual([[], 0, (rounds + 2) * 100])
  })

  test('time in which we did not read is nobody’s silence', () => {
    const {book} = reading([flush(1, 0)], [flush(2, 1)])
    book.sending(3, 60_000)
    expect([book.read([], 60_000), book.size, book.knownUpTo]).toEqual([undefined, 1, 100])
  })

  test('one that comes back goes on from where it was', () => {
    const silence = Array.from({length: 60}, () => [] as PeerFlush[])
    const {book, lost} = reading([flush(1, 0)], ...silence, [flush(9, 1, {first: 2})])
    expect([lost.at(-1), book.size, book.knownUpTo]).toEqual([undefined, 1, 6_100])
  })
})

describe('outbox', () => {
  test('a device is told of once a flush, with the latest time, and kept until it has arrived', () => {
    const outbox = new Outbox()
    for (const at of [1, 5, 3]) outbox.add('panel', '1234', at)
    outbox.add('camera', '1234', 2)
    expect(outbox.take()).toEqual({
      ...{number: 1, first: 1, isAll: true},
      signs: new Map([
        [signName('panel', '1234'), 3],
        [signName('camera', '1234'), 2],
      ]),
    })
    outbox.add('panel', '5678', 9)
    outbox.take()
    outbox.arrived(1)
    outbox.again()
    expect(outbox.take()).toEqual({number: 3, first: 2, isAll: true, signs: new Map([[signName('panel', '5678'), 9]])})
    outbox.again()
    outbox.again()
    expect(outbox.take()).toMatchObject({number: 4, first: 2})
    outbox.arrived(4)
    outbox.again()
    expect(outbox.take()).toMatchObject({number: 5, first: 5, signs: new Map()})
  })

  test('what is sent again does not take back what was heard since', () => {
    const outbox = new Outbox()
    outbox.add('panel', '1', 10)
    outbox.take()
    outbox.add('panel', '1', 20)
    outbox.again()
    expect([...outbox.take().signs.values()]).toEqual([20])
  })

  test('many go in several flushes, and only the last says that it is all', () => {
    const outbox = new Outbox()
    for (let index = 0; index < 120_000; index++) outbox.add('camera', String(index), index)
    const flushes = [outbox.take(), outbox.take(), outbox.take()]
    expect(flushes.map(({signs, isAll}) => [signs.size, isAll])).toEqual([
      [50_000, false],
      [50_000, false],
      [20_000, true],
    ])
    outbox.again()
    expect([outbox.take().first, outbox.size]).toEqual([1, 70_000])
  })
})

describe('signs of life on the wire', () => {
  const heard = new Map([
    [signName('camera', '球机-1'), 1_000],
    [signName('panel', 'A1B2'), 4_750],
    [signName('camera', 'x'.repeat(255)), 5_000],
  ])

  test('round trip, with the time on the way', () => {
    expect(unpackSigns(packSigns(heard, 5_000), 100)).toEqual([
      {kind: 'camera', id: '球机-1', agoMs: 4_100},
      {kind: 'panel', id: 'A1B2', agoMs: 350},
      {kind: 'camera', id: 'x'.repeat(255), agoMs: 100},
    ])
    expect(unpackSigns(packSigns(new Map([[signName('camera', '球'.repeat(100)), 0]]), 0), 0)).toEqual([])
  })

  test('what is cut off anywhere, or noise, gives what was whole before it', () => {
    const bytes = packSigns(heard, 5_000)
    for (let end = 0; end < bytes.length; end++) expect(unpackSigns(bytes.subarray(0, end), 0).length).toBeLessThan(3)
    expect(unpackSigns(Buffer.alloc(40, 0xff), 0)).toEqual([])
  })
})
