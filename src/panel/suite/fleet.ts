/** The negative suite for many panels: so many connections at a time, each panel written down when it is finished. */
import type {Clock} from '../../lib/clock.ts'
import {pool} from '../../lib/pool.ts'
import type {SafeText} from '../../lib/safe-text.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import type {Transport} from '../attempt.ts'
import type {Audit} from '../audit/entry.ts'
import {DispatchGuard, type TestCover} from '../dispatch-guard.ts'
import {rowOfSuite} from '../handover/suite-part.ts'
import {receiverText} from '../receiver-address.ts'
import type {Appending} from '../record/append.ts'
import type {PanelLine, UnreachedLine} from '../record/lines.ts'
import type {Sequence} from '../sequence.ts'
import {type FleetRow, idOf} from './fleet-row.ts'
import {resultLine, startLines, unreachedLine} from './record-lines.ts'
import type {SuiteReport} from './report.ts'
import {SENT, testReceiver} from './suite.ts'

export interface FleetTarget {
  readonly account: string
  readonly host: string
  readonly port: number
  readonly transport: Transport
  /** Its own key: then everything goes encrypted. */
  readonly key?: AccountKey | undefined
  /** What is known of the panel, for the head of its report. */
  readonly panel: Omit<PanelLine, 'type' | 'at' | 'account'>
}

export interface FleetOptions {
  readonly unknownAccount: string
  /** The same object for the same account. */
  readonly sequence: (account: string) => Sequence
  /** Connections at a time, over all panels. */
  readonly concurrency: number
  readonly waitMs: number
  readonly iKnow: boolean
  /** Who knows what is on test; absent: nothing is. */
  readonly cover?: TestCover | undefined
  /** Where every suite is noted before it begins; absent: nowhere. */
  readonly audit?: Audit | undefined
  /** Who tests, and with which version. */
  readonly by: SafeText
  readonly tool: string
  /** Where every run is written to; absent: nowhere. */
  readonly record?: Appending | undefined
  /** Rows of an earlier run by `idOf`: these panels are not tested again. */
  readonly finished: ReadonlyMap<string, FleetRow>
  readonly clock: Clock
  readonly signal: AbortSignal
}

/**
 * A row a panel as each is finished, those of the earlier run first. A panel that was cut short by the signal has no row.
 * Throws CW_DISPATCH_GUARD before anything is sent, CW_IO and CW_DISK_FULL of record and sequence.
 */
export async function* testFleet(targets: readonly FleetTarget[], options: FleetOptions): AsyncGenerator<FleetRow> {
  const {finished, concurrency, signal, clock} = options
  for (const {host, account} of targets) await new DispatchGuard({...options, host, account}, clock).require(SENT)
  const due: FleetTarget[] = []
  for (const target of targets) {
    const row = finished.get(idOf(target))
    if (row) yield row
    else due.push(target)
  }
  const panels = Math.max(1, Math.min(concurrency, due.length))
  const rules = Math.max(1, Math.floor(concurrency / panels))
  const test = (target: FleetTarget) => testPanel(target, rules, options)
  for await (const row of pool(due, panels, test, signal)) if (row) yield row
}

async function testPanel(target: FleetTarget, rules: number, options: FleetOptions): Promise<FleetRow | undefined> {
  const {account, key, transport, panel} = target
  const {record, clock, by, tool, signal, audit} = options
  const startedAt = clock.now()
  await audit?.note({what: 'suite', account, receiver: receiverText(target)})
  await record?.append(...startLines({...options, ...target, keyed: key && {key}}, panel, {at: startedAt, by, tool}))
  const result = await resultOf(target, rules, options)
  // What was cut short has shown nothing; the run line without an end says so.
  if (signal.aborted) return undefined
  const at = clock.now()
  await record?.append(resultLine(account, result, at))
  const name = panel.name ?? ''
  const row = rowOfSuite(receiverText(target), transport, result)
  return {...row, account, name, durationMs: at - startedAt, isResumed: false}
}

async function resultOf(
  target: FleetTarget,
  rules: number,
  options: FleetOptions,
): Promise<SuiteReport | UnreachedLine> {
  const {account, key} = target
  const sequence = options.sequence(account)
  const suite = {...options, ...target, sequence, concurrency: rules, keyed: key && {account, key, sequence}}
  return testReceiver(suite).catch((error: unknown) => unreachedLine(error, suite))
}
