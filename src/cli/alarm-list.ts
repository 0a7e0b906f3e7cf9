/** The alarms of `alarm list`: filtered, marked with the tests that they lie in and with their hand-over to 110. */
import type {ScreenState} from '../alarm/screen-state.ts'
import type {Handoff} from '../model/handoff.ts'
import {isWithin} from '../model/jurisdiction.ts'
import type {Priority} from '../model/signal.ts'
import type {PlatformClient} from '../platform/client.ts'
import type {Visibility} from '../platform/contract.ts'
import {prefixOf} from './access.ts'
import {marked} from './on-test.ts'
import type {AlarmRow} from './render/alarms.ts'
import {handoffMark} from './render/handoffs.ts'

export interface ListFlags {
  readonly all: boolean
  readonly unrouted: boolean
  readonly state?: ScreenState | undefined
  readonly visibility?: Visibility | undefined
  readonly priority?: `${Priority}` | undefined
  readonly jurisdiction?: string | undefined
}

/** By id. Throws what the platform throws. */
export async function* listed(client: PlatformClient, flags: ListFlags): AsyncGenerator<AlarmRow> {
  const {all, unrouted, state, visibility, priority} = flags
  const jurisdiction = prefixOf(flags.jurisdiction ?? '')
  const alarms = client.alarms({
    all: all || state === 'CLOSED',
    jurisdiction,
    ...(unrouted ? {unrouted} : {}),
    ...(state === undefined ? {} : {state}),
    ...(visibility === undefined ? {} : {visibility}),
    ...(priority === undefined ? {} : {priority: Number(priority) as Priority}),
  })
  const handoffs = new Map<number, Handoff>()
  for (const handoff of await client.handoffs()) for (const id of handoff.alarms) handoffs.set(id, handoff)
  for await (const alarm of marked(alarms, await client.onTest())) {
    // A platform of before sends all of them.
    if (!isWithin(alarm.jurisdiction, jurisdiction)) continue
    const handoff = handoffs.get(alarm.id)
    yield handoff ? {...alarm, handoff: handoffMark(handoff)} : alarm
  }
}
