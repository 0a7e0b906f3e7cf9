/** Limits as numbers: requests by bucket, log-ins by failures, addresses by network. */
import {describe, expect, test} from 'vitest'
import {Buckets} from '../../../src/platform/access/bucket.ts'
import {networkOf, plainAddress} from '../../../src/platform/access/peer.ts'
import {Tries, type Try} from '../../../src/platform/access/tries.ts'

describe('buckets', () => {
  test('a burst, then the steady rate, each asker for itself', () => {
    const buckets = new Buckets({perSecond: 2, burst: 3})
    expect([1, 2, 3, 4].map(() => buckets.take('a', 0))).toEqual([0, 0, 0, 500])
    expect(buckets.take('b', 0)).toBe(0)
    expect(buckets.take('a', 499)).toBeGreaterThan(0)
    expect(buckets.take('a', 500)).toBe(0)
    expect([1, 2, 3, 4].map(() => buckets.take('a', 60_000))).toEqual([0, 0, 0, 500])
  })

  test('a clock that is set back neither fills nor empties', () => {
    const buckets = new Buckets({perSecond: 1, burst: 1})
    expect(buckets.take('a', 1_000_000)).toBe(0)
    expect(buckets.take('a', 0)).toBe(1_000)
    expect(buckets.take('a', 1_000)).toBe(0)
  })
})

describe('log-ins', () => {
  const of = (user: string, address = '10.0.0.1', isSafe = false): Try => ({user, address, isSafe})

  /** Waits of so many wrong passwords one after the other, each as soon as it counts. */
  const waits = (tries: Tries, attempt: (n: number) => Try, count: number): number[] => {
    let now = 0
    return Array.from({length: count}, (_, n) => {
      const first = tries.begin(attempt(n), now)
      if (first.type === 'go') return 0
      now += first.ms
      expect(tries.begin(attempt(n), now)).toEqual({type: 'go'})
      return first.ms
    })
  }

  test('a few cost nothing, then each waits twice as long, and ten lock out', () => {
    const tries = new Tries()
    const each = waits(tries, () => of('anna'), 12)
    expect(each).toEqual([0, 0, 0, 0, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 900_000, 900_000])
  })

  test('names make no difference: the address that tries them all waits, too', () => {
    const tries = new Tries()
    const each = waits(tries, (n) => of(`user-${n}`), 16)
    expect(each.slice(0, 11)).toEqual(Array(11).fill(0))
    expect(each.slice(11)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000])
  })

  test('many at once are many failures', () => {
    const tries = new Tries()
    const verdicts = Array.from({length: 50}, () => tries.begin(of('anna'), 0).type)
    expect(verdicts.filter((type) => type === 'go')).toHaveLength(4)
  })

  test('the right password starts afresh; the address keeps what others cost it', () => {
    const tries = new Tries()
    for (let n = 0; n < 3; n++) tries.begin(of('anna'), 0)
    tries.begin(of('anna'), 0)
    tries.succeeded(of('anna'))
    expect(tries.failures('anna')).toBe(0)
    expect(tries.begin(of('anna'), 0)).toEqual({type: 'go'})
  })

  test('a lock-out is told, holds its time, ends by itself or by an unlock', () => {
    const tries = new Tries()
    waits(tries, () => of('anna'), 10)
    const now = 63_000
    expect(tries.lockedUntil('anna', now)).toBe(now + 900_000)
    expect(tries.lockedUntil('berta', now)).toBeUndefined()
    expect(tries.begin(of('anna', '10.9.9.9'), now)).toMatchObject({type: 'wait', isLocked: true})
    expect(tries.lockedUntil('anna', now + 900_000)).toBeUndefined()
    tries.unlock('anna')
    expect(tries.begin(of('anna', '10.9.9.9'), now)).toEqual({type: 'go'})
  })

  test('the last admin at the machine itself waits two seconds at most, whatever others did', () => {
    const tries = new Tries()
    waits(tries, () => of('chief'), 12)
    const each = waits(tries, () => of('chief', '127.0.0.1', true), 40)
    expect(Math.max(...each)).toBe(2_000)
  })

  test('a flood of names does not make a lock-out forgotten', () => {
    const tries = new Tries()
    waits(tries, () => of('anna'), 10)
    for (let n = 0; n < 20_000; n++) tries.begin(of(`made-up-${n}`, `10.${n % 250}.${Math.floor(n / 250)}.1`), 63_000)
    expect(tries.lockedUntil('anna', 63_000)).toBeDefined()
  })
})

describe('addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
  ])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network))

  test('an IPv4 address in IPv6 clothes is what it is', () => expect(plainAddress('::ffff:10.0.0.1')).toBe('10.0.0.1'))
})
