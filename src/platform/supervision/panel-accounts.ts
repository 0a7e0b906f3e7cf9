/** Which account each panel had: an account that its panel gave up must not be waited for. */
import type {Device, Panel} from '../../model/device.ts'
import {grown, KeyTable} from './key-table.ts'

export class PanelAccounts {
  readonly #keys: KeyTable
  readonly #accounts: KeyTable
  /** By number of the panel's key: number of its account. */
  #accountOf = new Uint32Array(0)
  /** By number of the account: number of the panel's key that took it last. */
  #ownerOf = new Uint32Array(0)

  constructor(seed: number) {
    this.#keys = new KeyTable(seed)
    this.#accounts = new KeyTable(seed)
  }

  /** Takes panels over. Returns the accounts that a panel had and none has now; two may swap theirs in one batch. */
  put(devices: readonly Device[]): string[] {
    const panels = devices.filter((device): device is Panel => device.kind === 'panel')
    const left = new Set<string>()
    for (const {key, account} of panels) {
      const before = this.#accountBefore(key)
      this.#set(key, account)
      if (before !== undefined && before !== account) left.add(before)
    }
    return [...left].filter((account) => this.isFree(account))
  }

  /** Whether the panel that took an account last has another one now. */
  isFree(account: string): boolean {
    const number = this.#accounts.find(0, account)
    return number < 0 || this.#accountOf[this.#ownerOf[number] ?? 0] !== number
  }

  #accountBefore(key: string): string | undefined {
    const number = this.#keys.find(0, key)
    return number < 0 ? undefined : this.#accounts.keyAt(this.#accountOf[number] ?? 0)
  }

  #set(key: string, account: string): void {
    const number = this.#keys.add(0, key)
    const owned = this.#accounts.add(0, account)
    if (number >= this.#accountOf.length) this.#accountOf = grown(this.#accountOf, number + 1, Uint32Array)
    if (owned >= this.#ownerOf.length) this.#ownerOf = grown(this.#ownerOf, owned + 1, Uint32Array)
    this.#accountOf[number] = owned
    this.#ownerOf[owned] = number
  }
}
