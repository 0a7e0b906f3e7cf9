/** What may leave this machine: nothing that sends somebody out, unless a test covers it now or somebody says so. */
import {describe, expect, test} from 'vitest'
import {CitywatchError} from '../../src/lib/errors.ts'
import type {OnTestWindow} from '../../src/model/on-test.ts'
import {DispatchGuard, type GuardOptions} from '../../src/panel/dispatch-guard.ts'
import {parseEvent} from '../../src/panel/event.ts'
import {manualClock} from '../support/clock.ts'
import {windowOf} from '../support/on-test.ts'

const AWAY = '192.0.2.1'
const POLICE = ['BA', 'FA', '100', '130', 'ZX', 'Nri1/BA3'].map(parseEvent)
const HARMLESS = ['RP', '602', 'heartbeat', 'OP', 'BH', 'R130', 'AT'].map(parseEvent)

const guardOf = (options: Partial<GuardOptions> = {}, clock = manualClock()) =>
  new DispatchGuard({host: AWAY, account: '1234', iKnow: false, ...options}, clock)

/** A platform whose windows may change, and that counts how often it is asked. */
function coverOf(...windows: OnTestWindow[]) {
  const asked: string[] = []
  const cover = {
    windows,
    aheadMs: 0,
    asked,
    clock: manualClock(),
    async onTest(account: string) {
      asked.push(account)
      const own = cover.windows.filter((window) => window.account === account)
      return {windows: own, now: cover.clock.now() + cover.aheadMs}
    },
  }
  return cover
}

describe('dispatch guard: without a test', () => {
  test.each(['127.0.0.1', '127.8.9.10', 'localhost', '::1'])('%s is this machine', async (host) => {
    await expect(guardOf({host}).require(POLICE)).resolves.toBeUndefined()
    expect(await guardOf({host}).state()).toEqual({type: 'loopback'})
  })

  test.each([AWAY, '127.0.0.1.example.org', 'localhost.example.org', '0.0.0.0', '::', '::ffff:127.0.0.1'])(
    'nothing that may send out the police goes to %s',
    async (host) => {
      const guard = guardOf({host})
      for (const event of POLICE)
        await expect(guard.require([...HARMLESS, event])).rejects.toMatchObject({code: 'CW_DISPATCH_GUARD'})
      await expect(guard.require(HARMLESS)).resolves.toBeUndefined()
      expect(await guard.state()).toEqual({type: 'not-on-test'})
    },
  )

  test('whoever knows may', async () => {
    const guard = guardOf({iKnow: true})
    expect(await guard.permit(parseEvent('BA'))).toEqual({by: 'override'})
    expect(await guard.permit(parseEvent('RP'))).toEqual({by: 'harmless'})
    expect(await guard.state()).toEqual({type: 'override'})
  })
})

describe('dispatch guard: under a test', () => {
  test('what lies in the scope may go, the rest may not', async () => {
    const guard = guardOf({cover: coverOf(windowOf({id: 12, partition: '1', zones: ['3']}))})
    expect(await guard.permit(parseEvent('BA zone 3 partition 1'))).toEqual({by: 'on-test', window: 12})
    for (const text of ['BA zone 4 partition 1', 'BA zone 3 partition 2', 'BA', '121 user 3 partition 1'])
      expect(await guard.permit(parseEvent(text))).toBeNull()
    const both = parseEvent('Nri1/BA3/BA4')
    expect(await guard.permit(both)).toBeNull()
  })

  test('the account that counts is the one in the data block', async () => {
    const guard = guardOf({cover: coverOf(windowOf())})
    expect(await guard.permit(parseEvent('#1234|Nri1/BA3'))).toEqual({by: 'on-test', window: 1})
    expect(await guard.permit(parseEvent('#9999|Nri1/BA3'))).toBeNull()
  })

  test('it ends by the clock of the platform, to the moment, without asking again', async () => {
    const cover = coverOf(windowOf({endsAt: 600_000}))
    cover.aheadMs = 599_000
    const guard = guardOf({cover}, cover.clock)
    expect(await guard.state()).toMatchObject({type: 'on-test', leftMs: 1_000})
    cover.clock.advance(999)
    expect(await guard.permit(parseEvent('BA'))).toEqual({by: 'on-test', window: 1})
    cover.clock.advance(1)
    expect(await guard.permit(parseEvent('BA'))).toBeNull()
    expect(await guard.state()).toEqual({type: 'not-on-test'})
    expect(cover.asked).toEqual(['1234'])
  })

  test('a test that somebody ends is over within two seconds, and so is one that begins', async () => {
    const cover = coverOf(windowOf())
    const guard = guardOf({cover}, cover.clock)
    expect(await guard.permit(parseEvent('BA'))).not.toBeNull()
    cover.windows = []
    cover.clock.advance(2_000)
    expect(await guard.permit(parseEvent('BA'))).toBeNull()
    cover.windows = [windowOf({id: 2})]
    cover.clock.advance(2_000)
    expect(await guard.permit(parseEvent('BA'))).toEqual({by: 'on-test', window: 2})
  })

  test('when nobody can say, nothing is on test', async () => {
    const error = new CitywatchError('CW_NO_PLATFORM', {url: 'http://x', detail: 'ECONNREFUSED'})
    const guard = guardOf({cover: {onTest: () => Promise.reject(error)}})
    expect(await guard.permit(parseEvent('BA'))).toBeNull()
    expect(await guard.state()).toEqual({type: 'not-on-test', error})
  })

  test('nobody is asked for what stays here or is harmless', async () => {
    const cover = coverOf()
    await guardOf({cover, host: '127.0.0.1'}).require(POLICE)
    await guardOf({cover}).require(HARMLESS)
    expect(cover.asked).toEqual([])
  })
})
