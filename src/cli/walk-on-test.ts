/** On-test windows of the platform as a walk test uses them, their times by the clock of this machine. */
import type {Clock} from '../lib/clock.ts'
import {durationText} from '../lib/duration.ts'
import type {OnTestWindow} from '../model/on-test.ts'
import type {Audit, AuditEntry} from '../panel/audit/entry.ts'
import type {OnTest, OpenWindow} from '../panel/walk/on-test.ts'
import type {PlatformClient} from '../platform/client.ts'

export type Windows = Pick<PlatformClient, 'onTest' | 'startOnTest' | 'extendOnTest' | 'endOnTest'>

/**
 * A platform whose clock is a minute off would otherwise count down a minute too much, or end a walk that has begun. Every
 * change of a window is in the audit log.
 */
export function platformOnTest(client: Windows, clock: Clock, audit: Audit): OnTest {
  let aheadMs = 0
  const here = (window: OnTestWindow) => openWindow(window, aheadMs)
  const noted = (what: AuditEntry['what'], {id, account}: OnTestWindow, detail: string) =>
    audit.note({what, account, window: id, detail})
  return {
    async open(account) {
      const {windows, now} = await client.onTest({account})
      aheadMs = now - clock.now()
      return windows.map(here)
    },
    async start(request) {
      const window = await client.startOnTest(request)
      await noted('ontest-start', window, `walk test, ${durationText(request.forMs)}: ${request.reason}`).catch(
        async (error: unknown) => {
          await client.endOnTest({id: window.id, by: request.by}) // What cannot be noted is not done.
          throw error
        },
      )
      return here(window)
    },
    async extend(id, request) {
      const window = await client.extendOnTest({id: Number(id), ...request})
      await noted('ontest-extend', window, `walk test, ${durationText(request.forMs)}`)
      return here(window)
    },
    async end(id, by) {
      const window = await client.endOnTest({id: Number(id), by})
      await noted('ontest-end', window, 'walk test')
      return here(window)
    },
  }
}

function openWindow({id, startedAt, endsAt, reason, by, partition, zones}: OnTestWindow, aheadMs: number): OpenWindow {
  const isWhole = partition === undefined && zones === undefined
  return {id: String(id), from: startedAt - aheadMs, until: endsAt - aheadMs, reason, by, isWhole}
}
