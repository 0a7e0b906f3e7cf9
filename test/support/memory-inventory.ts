/** An inventory in memory that keeps the platform's promises: all or nothing, by kind and key, with a revision. */
import {CitywatchError} from '../../src/lib/errors.ts'
import type {Device} from '../../src/model/device.ts'
import type {Inventory} from '../../src/site/apply.ts'

export class MemoryInventory implements Inventory {
  readonly #devices = new Map<string, string>()
  #revision = 1
  /** Sizes of the batches written, in order. */
  readonly batches: number[] = []

  constructor(devices: readonly Device[] = []) {
    for (const device of devices) this.#put(device)
  }

  async inventory() {
    return {devices: this.devices(), revision: this.#revision}
  }

  async putDevices({devices, base}: {readonly devices: readonly Device[]; readonly base?: number}) {
    if (base !== undefined && base !== this.#revision)
      throw new CitywatchError('CW_CONFLICT', {what: 'inventory', detail: `revision ${this.#revision}, not ${base}`})
    this.batches.push(devices.length)
    const counts = {created: 0, updated: 0, unchanged: 0}
    for (const device of devices) counts[this.#put(device)]++
    if (counts.created + counts.updated > 0) this.#revision++
    return {...counts, revision: this.#revision}
  }

  /** In the order of kind and key, as they come back from JSON. */
  devices(): Device[] {
    return [...this.#devices].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, json]) => JSON.parse(json) as Device)
  }

  #put(device: Device): 'created' | 'updated' | 'unchanged' {
    const key = `${device.kind} ${device.key}`
    const before = this.#devices.get(key)
    const after = JSON.stringify(device)
    this.#devices.set(key, after)
    if (before === undefined) return 'created'
    return before === after ? 'unchanged' : 'updated'
  }
}
