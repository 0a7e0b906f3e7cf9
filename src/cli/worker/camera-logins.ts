/** The login that a worker has for a camera: the camera's own by the inventory's reference, else the common one. */
import type {Credential} from '../../lib/secret.ts'
import type {LeasedTask} from '../../model/job.ts'
import type {PlatformClient} from '../../platform/client.ts'
import {credentialFromReference} from '../credentials.ts'

interface Own {
  readonly xaddr: string
  readonly reference: string
}

/** The inventory is read once for each job, and only those of its cameras are kept that have a login of their own. */
export class CameraLogins {
  readonly #client: Pick<PlatformClient, 'devices'>
  readonly #common: Credential | undefined
  #job = 0
  #own: Promise<ReadonlyMap<string, Own>> = Promise.resolve(new Map())

  constructor(client: Pick<PlatformClient, 'devices'>, common: Credential | undefined) {
    this.#client = client
    this.#common = common
  }

  /**
   * A camera's own login goes only to the address that the inventory has: whoever makes a job does not say where to. Throws what
   * the client and the reference throw.
   */
  async of({job, key, xaddr}: LeasedTask): Promise<Credential | undefined> {
    if (job > this.#job) {
      this.#job = job
      this.#own = this.#read().catch((error: unknown) => {
        this.#job = 0 // the next task reads it again
        throw error
      })
    }
    const own = (await this.#own).get(key)
    return own && own.xaddr === xaddr ? credentialFromReference(own.reference) : this.#common
  }

  async #read(): Promise<ReadonlyMap<string, Own>> {
    const own = new Map<string, Own>()
    for await (const {key, xaddr, credential: reference} of this.#client.devices('camera')) {
      if (xaddr !== undefined && reference !== undefined) own.set(key, {xaddr, reference})
    }
    return own
  }
}
