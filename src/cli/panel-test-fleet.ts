/** `panel test` over many panels: rows as they come, what a record has already, and one exit status for all. */
import manifest from '../../package.json' with {type: 'json'}
import type {Clock} from '../lib/clock.ts'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {accountIn} from '../panel/receiver-address.ts'
import {appendTo} from '../panel/record/append.ts'
import {blockSequence, type Sequence} from '../panel/sequence.ts'
import {type FleetTarget, testFleet} from '../panel/suite/fleet.ts'
import {finishedIn} from '../panel/suite/fleet-record.ts'
import type {FleetRow} from '../panel/suite/fleet-row.ts'
import type {Safety} from './guard.ts'
import {operatorName} from './operator.ts'
import {type FleetSelection, fleetTargets} from './panel-fleet-targets.ts'
import {stateFolder} from './paths.ts'
import {progress} from './progress.ts'

export interface FleetFlags extends FleetSelection {
  readonly 'unknown-account': string
  readonly timeout: number
  readonly concurrency: number
  readonly 'i-know': boolean
  readonly record?: string | undefined
  readonly fresh: boolean
  readonly safety: Safety
}

export interface FleetRun {
  readonly targets: readonly FleetTarget[]
  /** Can be read once. Throws what `testFleet` throws. */
  readonly rows: AsyncIterable<FleetRow>
  /** Every row that was read so far. */
  readonly seen: readonly FleetRow[]
}

/** Numbers that one suite needs, or a little more. */
const NUMBERS = 300

/** Nothing is sent before the rows are read. Throws what `fleetTargets` and `finishedIn` throw. */
export async function fleetRun(
  receiver: string | undefined,
  flags: FleetFlags,
  clock: Clock,
  signal: AbortSignal,
  warn: (text: string) => void,
): Promise<FleetRun> {
  const unknownAccount = accountIn('--unknown-account', flags['unknown-account'])
  const targets = await fleetTargets(receiver, flags, warn)
  if (targets.some(({account}) => account === unknownAccount)) {
    const expected = 'an account that is none of the panels'
    throw new CitywatchError('CW_BAD_VALUE', {field: '--unknown-account', value: unknownAccount, expected})
  }
  const finished =
    flags.record === undefined || flags.fresh ? new Map<string, FleetRow>() : await finishedBefore(flags.record)
  const seen: FleetRow[] = []
  return {targets, seen, rows: rowsOf(targets, {...flags, unknownAccount, finished, seen}, clock, signal)}
}

/** A record that is not there yet has nothing. */
function finishedBefore(path: string): Promise<ReadonlyMap<string, FleetRow>> {
  return finishedIn(path).catch((error: unknown) => {
    if (isCitywatchError(error, 'CW_FILE_NOT_FOUND')) return new Map<string, FleetRow>()
    throw error
  })
}

interface RowFlags extends FleetFlags {
  readonly unknownAccount: string
  readonly finished: ReadonlyMap<string, FleetRow>
  readonly seen: FleetRow[]
}

async function* rowsOf(
  targets: readonly FleetTarget[],
  {unknownAccount, finished, seen, record: path, concurrency, timeout, 'i-know': iKnow, safety}: RowFlags,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<FleetRow> {
  const record = path === undefined ? undefined : await appendTo(path)
  const bar = progress(() => clock.now())
  const by = safeText(operatorName(), 80)
  const {cover, audit} = safety
  const common = {unknownAccount, concurrency, waitMs: timeout, iKnow, cover, audit, by, tool: manifest.version}
  try {
    for await (const row of testFleet(targets, {...common, sequence: sequences(), record, finished, clock, signal})) {
      seen.push(row)
      bar.step(
        `${seen.length} of ${targets.length} panels, ${seen.filter(({outcome}) => outcome === 'passed').length} passed`,
      )
      yield row
    }
  } finally {
    bar.end()
    await record?.close()
  }
}

/** One for each account, also when it is tested at two receivers at a time. */
function sequences(): (account: string) => Sequence {
  const known = new Map<string, Sequence>()
  return (account) => {
    const sequence = known.get(account) ?? blockSequence(stateFolder(), account, NUMBERS)
    known.set(account, sequence)
    return sequence
  }
}

/** 0 all passed · 5 no receiver was reached · 3 anything else, also when panels are left over. */
export function fleetExit(rows: readonly FleetRow[], panels: number): 0 | 3 | 5 {
  if (rows.length === panels && rows.every(({outcome}) => outcome === 'passed')) return 0
  return rows.length > 0 && rows.every(({outcome}) => outcome === 'unreachable') ? 5 : 3
}
