/** So many things at a time, for one asker that waits before it begins the next. */

export class Room {
  #free: number
  #wake: (() => void) | undefined

  constructor(size: number) {
    this.#free = size
  }

  /** Takes a place; where there is none, once one is given back. */
  enter(): Promise<void> | undefined {
    if (this.#free > 0) {
      this.#free -= 1
      return undefined
    }
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  /** Gives a place back: to who waits, if anybody does. */
  leave(): void {
    const wake = this.#wake
    this.#wake = undefined
    if (wake) wake()
    else this.#free += 1
  }
}
