/** What a node still knows from one batch to the next, for as long as the row of `head` says that nobody has changed it. */
import type {Panel} from '../../../model/device.ts'
import type {Head} from './changes.ts'
import {Facts} from './facts.ts'
import {Recall} from './recall.ts'

/** Accounts that are kept in memory; beyond them it begins anew. */
const MAX_ACCOUNTS = 200_000

export class Memory {
  readonly recall = new Recall()
  #revision: number | undefined
  #turn: number | undefined
  #panels = new Map<string, readonly Panel[]>()
  #windows: Pick<Facts, 'windows' | 'accountWindows'> = new Facts()

  /** Facts for a batch that begins with this head: panels as long as the inventory, windows as long as none of them changed. */
  facts({revision, turn}: Head): Facts {
    if (revision !== this.#revision || this.#panels.size > MAX_ACCOUNTS) this.#panels = new Map()
    if (turn !== this.#turn || this.#windows.accountWindows.size > MAX_ACCOUNTS) this.#windows = new Facts()
    this.#revision = revision
    this.#turn = turn
    const {windows, accountWindows} = this.#windows
    return new Facts({panels: this.#panels, windows, accountWindows})
  }
}
