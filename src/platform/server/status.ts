/** What the platform says of itself: to who sees everything all of it, to others what lies in their jurisdiction. */
import {statfs} from 'node:fs/promises'
import manifest from '../../../package.json' with {type: 'json'}
import type {Principal} from '../access/principal.ts'
import type {NodeStatus, Status} from '../contract.ts'
import type {Store} from '../store/port.ts'
import type {Ingest} from './ingest.ts'
import type {SupervisionDesk} from './supervision-desk.ts'

export interface StatusOptions {
  readonly store: Store
  readonly ingest: Ingest
  readonly supervision: SupervisionDesk
  readonly startedAt: number
  readonly dc09Port: number
  readonly node: () => Promise<NodeStatus>
}

/** Without a principal: all of it. Rejects with CW_IO. */
export async function statusOf(options: StatusOptions, principal?: Principal): Promise<Status> {
  const {store, ingest, supervision, startedAt, dc09Port, node} = options
  const scope = principal?.scope ?? ''
  const common = {version: manifest.version, epoch: store.epoch, head: store.head(), startedAt, dc09Port}
  if (scope !== '') return {...common, ...(await store.countsWithin(scope)), supervision: supervision.summary(scope)}
  const log = await store.storage?.()
  const {alarms, masks, handoffs, devices, onTest, refused} = await store.counts()
  return {
    ...common,
    ...{alarms, masks, handoffs, devices, onTest, refused: refused + ingest.pendingRefusals},
    ...(log === undefined ? {} : {log}),
    supervision: supervision.summary(),
    node: await node(),
  }
}

/** The store's part of it. Room is left out where the system cannot tell. */
export async function storeStatus(
  store: Store,
  type: 'sqlite' | 'postgres',
  folder: string,
): Promise<NodeStatus['store']> {
  const {count, sum, failed, waiting} = store.commits()
  // The folder of a node on PostgreSQL says nothing of the disk that the data are on.
  const disk = type === 'sqlite' ? await statfs(folder).catch(() => undefined) : undefined
  return {
    type,
    ...(disk === undefined ? {} : {freeBytes: disk.bavail * disk.bsize}),
    ...{commits: count, writes: sum, failed, waiting},
  }
}
