/** The store that a platform was told to use: its own folder, or PostgreSQL, which then is loaded. */
import {mkdirSync} from 'node:fs'
import type {Policy} from '../../alarm/policy.ts'
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import type {Store} from '../store/port.ts'
import type {PostgresTarget} from '../store/postgres/target.ts'
import {openStore} from '../store/sqlite/open.ts'

export interface StoreChoice {
  /** Made when it is not there. With PostgreSQL it holds only what belongs to this node, such as its certificate. */
  readonly dataFolder: string
  readonly clock: Clock
  /** Ms of a clock that is never set. */
  readonly monotonic: () => number
  /** What the site has decided about its alarms. */
  readonly policy: Policy
  /** Absent: the log and everything else are in the data folder. */
  readonly postgres?: PostgresTarget
  /** Also a PostgreSQL that does not write through to the disk: for tests of everything but durability. */
  readonly allowNoFsync?: boolean
  /** Largest database in pages of 4 KiB, in the data folder; absent: as large as the disk lets it be. */
  readonly maxPages?: number
  /** How long the log is kept, at least: ms, and bytes of log and inventory together; absent: for ever. */
  readonly retention?: {readonly keepMs?: number; readonly keepBytes?: number}
  /** Entries of one segment of the log in the data folder; absent: 200,000. */
  readonly segmentRows?: number
}

/** Throws CW_LOCKED, CW_IO, CW_DISK_FULL, CW_UNREACHABLE, CW_AUTH. */
export async function openChosenStore(choice: StoreChoice): Promise<Store> {
  const {dataFolder, clock, monotonic, policy, postgres, allowNoFsync = false, retention = {}} = choice
  if (postgres === undefined) return openFolder(choice)
  try {
    mkdirSync(dataFolder, {recursive: true, mode: 0o700})
  } catch (cause) {
    throw new CitywatchError('CW_IO', {path: dataFolder, detail: (cause as Error).message}, {cause})
  }
  const {openPostgres} = await import('../store/postgres/open.ts')
  return openPostgres({target: postgres, clock, monotonic, policy, allowNoFsync, retention})
}

function openFolder({dataFolder, clock, policy, maxPages, retention = {}, segmentRows}: StoreChoice): Promise<Store> {
  return openStore({
    folder: dataFolder,
    policy,
    now: () => clock.now(),
    retention,
    ...(maxPages === undefined ? {} : {maxPages}),
    ...(segmentRows === undefined ? {} : {segmentRows}),
  })
}
