/** Bits and Exp-Golomb numbers, written one after the other (ITU-T H.264 §9.1). */

export class BitWriter {
  readonly #bytes: number[] = []
  #current = 0
  #used = 0

  /** The lowest `count` bits of `value`, 0–32. */
  u(value: number, count: number): this {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#current = (this.#current << 1) | ((value >>> bit) & 1)
      if (++this.#used === 8) {
        this.#bytes.push(this.#current)
        this.#current = 0
        this.#used = 0
      }
    }
    return this
  }

  ue(value: number): this {
    const width = 32 - Math.clz32(value + 1)
    return this.u(0, width - 1).u(value + 1, width)
  }

  se(value: number): this {
    return this.ue(value > 0 ? 2 * value - 1 : -2 * value)
  }

  /** The bytes, filled up with ones (JPEG). The writer is used up. */
  filled(): Uint8Array {
    if (this.#used > 0) this.u(0xff, 8 - this.#used)
    return Uint8Array.from(this.#bytes)
  }

  /** The bytes, after the stop bit and zeros up to the next byte. The writer is used up. */
  finish(): Uint8Array {
    this.u(1, 1)
    if (this.#used > 0) this.u(0, 8 - this.#used)
    return Uint8Array.from(this.#bytes)
  }
}
