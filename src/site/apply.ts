/** Carries out a plan, batch by batch. To resume after an interruption, plan again: done work is no longer a change. */
import {CitywatchError} from '../lib/errors.ts'
import type {Device} from '../model/device.ts'
import type {Plan} from './plan.ts'

/** What import needs of the platform; platform/client.ts happens to satisfy it. */
export interface Inventory {
  /** Every device there is, and the revision that this is true for. */
  inventory(): Promise<{readonly devices: readonly Device[]; readonly revision: number}>
  /** Creates or replaces all or none. Throws CW_CONFLICT when the inventory is no longer at `base`. */
  putDevices(batch: {readonly devices: readonly Device[]; readonly base?: number}): Promise<{
    readonly created: number
    readonly updated: number
    readonly unchanged: number
    readonly revision: number
  }>
}

export interface Progress {
  /** Changes written so far, of `total`. */
  readonly written: number
  readonly total: number
  /** Revision of the inventory after the batch. */
  readonly revision: number
}

/** Devices of one request, and their JSON's length: a request has a largest size too. */
const MAX_BATCH = 1_000
const MAX_BATCH_CHARS = 4 * 1024 * 1024

/**
 * One item a batch written. `base` is the revision that the plan was made for: when somebody else writes in between, CW_CONFLICT
 * and nothing of that batch is written. Stops before the next batch when `signal` aborts.
 */
export async function* apply(
  plan: Plan,
  base: number,
  inventory: Inventory,
  signal?: AbortSignal,
): AsyncGenerator<Progress> {
  let revision = base
  let written = 0
  for (const devices of batches(plan.changes.map(({after}) => after))) {
    if (signal?.aborted) return
    const result = await inventory.putDevices({devices, base: revision})
    const answered = result.created + result.updated + result.unchanged
    if (answered !== devices.length) {
      const detail = `${devices.length} devices sent, ${answered} answered for`
      throw new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: 'platform API', detail})
    }
    revision = result.revision
    written += devices.length
    yield {written, total: plan.changes.length, revision}
  }
}

function* batches(devices: readonly Device[]): Generator<Device[]> {
  let batch: Device[] = []
  let chars = 0
  for (const device of devices) {
    const size = JSON.stringify(device).length
    if (batch.length === MAX_BATCH || (batch.length > 0 && chars + size > MAX_BATCH_CHARS)) {
      yield batch
      batch = []
      chars = 0
    }
    batch.push(device)
    chars += size
  }
  if (batch.length > 0) yield batch
}
