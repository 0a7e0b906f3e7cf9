/** On-test windows of the platform as a walk test uses them, their times by the clock of this machine. */
import type {Clock} from '../lib/clock.ts'
import type {OnTestWindow} from '../model/on-test.ts'
import type {OnTest, OpenWindow} from '../panel/walk/on-test.ts'
import type {PlatformClient} from '../platform/client.ts'

export type Windows = Pick<PlatformClient, 'onTest' | 'startOnTest' | 'extendOnTest' | 'endOnTest'>

/** A platform whose clock is a minute off would otherwise count down a minute too much, or end a walk that has begun. */
export function platformOnTest(client: Windows, clock: Clock): OnTest {
  let aheadMs = 0
  const here = (window: OnTestWindow) => openWindow(window, aheadMs)
  return {
    async open(account) {
      const {windows, now} = await client.onTest({account})
      aheadMs = now - clock.now()
      return windows.map(here)
    },
    start: async (request) => here(await client.startOnTest(request)),
    extend: async (id, request) => here(await client.extendOnTest({id: Number(id), ...request})),
    end: async (id, by) => here(await client.endOnTest({id: Number(id), by})),
  }
}

function openWindow({id, startedAt, endsAt, reason, by, partition, zones}: OnTestWindow, aheadMs: number): OpenWindow {
  const isWhole = partition === undefined && zones === undefined
  return {id: String(id), from: startedAt - aheadMs, until: endsAt - aheadMs, reason, by, isWhole}
}
