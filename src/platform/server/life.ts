/** Start, stop and the state of the disk, said in the log and noted in the audit log. */
import type {Log} from '../../lib/log.ts'
import type {Store} from '../store/port.ts'
import type {Access} from './access.ts'

const SELF = {who: 'platform', from: 'platform'}

/** A disk that takes no line does not keep a platform from starting: the line follows when it does. */
export function started(
  {pen, kind}: Access,
  log: Log,
  addresses: {readonly url: string; readonly dc09Port: number},
): void {
  log.write('info', 'platform.start', {...addresses, access: kind()})
  void pen.note({...SELF, what: 'platform.start', on: addresses.url, detail: `access ${kind()}`})
}

export async function stopped({pen, desk}: Access, log: Log): Promise<void> {
  await desk.keepUses()
  await pen.note({...SELF, what: 'platform.stop'})
  log.write('info', 'platform.stop')
}

/** Says once that the disk refuses what is to be written, and once that it takes it again. */
export class StoreWatch {
  readonly #store: Store
  readonly #log: Log
  #failed: number
  #count: number
  #isFailing = false

  constructor(store: Store, log: Log) {
    this.#store = store
    this.#log = log
    ;({failed: this.#failed, count: this.#count} = store.commits())
  }

  look(): void {
    const {failed, count, waiting} = this.#store.commits()
    if (failed > this.#failed) {
      if (!this.#isFailing) this.#log.write('error', 'store.failing', {failed: failed - this.#failed, waiting})
      this.#isFailing = true
    } else if (this.#isFailing && count > this.#count) {
      this.#log.write('info', 'store.recovered', {waiting})
      this.#isFailing = false
    }
    this.#failed = failed
    this.#count = count
  }
}
