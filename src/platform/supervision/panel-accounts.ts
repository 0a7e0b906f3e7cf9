/** Which account each panel had: an account that its panel gave up must not be waited for. */
import type {Device, Panel} from '../../model/device.ts'
import {grown, KeyTable} from './key-table.ts'

export class PanelAccounts {
  readonly #keys: KeyTable
  readonly #accounts: KeyTable
  /** By number of the panel's key: number of its account. */
  #accountOf = new Uint32Array(0)

  constructor(seed: number) {
    this.#keys = new KeyTable(seed)
    this.#accounts = new KeyTable(seed)
  }

  /** Takes the panels of a batch over. Returns the accounts that a panel had and none of the batch has. */
  put(devices: readonly Device[]): string[] {
    const panels = devices.filter((device): device is Panel => device.kind === 'panel')
    const left = new Set<string>()
    for (const {key, account} of panels) {
      const before = this.#accountBefore(key)
      if (before !== undefined && before !== account) left.add(before)
    }
    for (const {key, account} of panels) {
      this.#set(key, account)
      left.delete(account)
    }
    return [...left]
  }

  #accountBefore(key: string): string | undefined {
    const number = this.#keys.find(0, key)
    return number < 0 ? undefined : this.#accounts.keyAt(this.#accountOf[number] ?? 0)
  }

  #set(key: string, account: string): void {
    const number = this.#keys.add(0, key)
    if (number >= this.#accountOf.length) this.#accountOf = grown(this.#accountOf, number + 1, Uint32Array)
    this.#accountOf[number] = this.#accounts.add(0, account)
  }
}
