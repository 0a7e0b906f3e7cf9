/** A timer wheel over numbers: one more timer costs the same, however many there are. Nothing in it runs by itself. */

const SLOT_MS = 50
const SLOTS = 8_192

/** `slot` is the wheel's; 0: in no slot. */
export interface Timed {
  slot: number
}

/**
 * An item is handed out once its time has come, or sooner when that is far off (it is put again then). Items are moved by
 * putting them once more; nothing is searched for.
 */
export class Wheel<Item extends Timed> {
  readonly #slots: Item[][] = Array.from({length: SLOTS}, () => [])
  #current: number

  /** Starts at `now`, ms. */
  constructor(now: number) {
    this.#current = slotAt(now)
  }

  put(item: Item, at: number): void {
    const wanted = Math.max(this.#current + 1, Math.ceil(at / SLOT_MS))
    item.slot = Math.min(wanted, this.#current + SLOTS - 1)
    this.#slots[item.slot % SLOTS]?.push(item)
  }

  /** Hands out everything up to `now`; `due` may put items again. */
  advance(now: number, due: (item: Item) => void): void {
    const last = slotAt(now)
    while (this.#current < last) {
      this.#current += 1
      const index = this.#current % SLOTS
      const items = this.#slots[index] ?? []
      if (items.length === 0) continue
      this.#slots[index] = []
      for (const item of items) {
        if (item.slot !== this.#current) continue
        item.slot = 0
        due(item)
      }
    }
  }
}

function slotAt(ms: number): number {
  return Math.floor(ms / SLOT_MS)
}
