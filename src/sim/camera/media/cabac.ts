/** Arithmetic coding of decisions, written (ITU-T H.265 §9.3: its engine run the other way). */

/** One decision's probability: the state 0–62 and the likelier value. */
export interface Context {
  state: number
  likely: number
}

// biome-ignore format: a table
const RANGE_OF_LESS_LIKELY = [
  [128, 176, 208, 240], [128, 167, 197, 227], [128, 158, 187, 216], [123, 150, 178, 205], [116, 142, 169, 195],
  [111, 135, 160, 185], [105, 128, 152, 175], [100, 122, 144, 166], [95, 116, 137, 158], [90, 110, 130, 150],
  [85, 104, 123, 142], [81, 99, 117, 135], [77, 94, 111, 128], [73, 89, 105, 122], [69, 85, 100, 116],
  [66, 80, 95, 110], [62, 76, 90, 104], [59, 72, 86, 99], [56, 69, 81, 94], [53, 65, 77, 89],
  [51, 62, 73, 85], [48, 59, 69, 80], [46, 56, 66, 76], [43, 53, 63, 72], [41, 50, 59, 69],
  [39, 48, 56, 65], [37, 45, 54, 62], [35, 43, 51, 59], [33, 41, 48, 56], [32, 39, 46, 53],
  [30, 37, 43, 50], [29, 35, 41, 48], [27, 33, 39, 45], [26, 31, 37, 43], [24, 30, 35, 41],
  [23, 28, 33, 39], [22, 27, 32, 37], [21, 26, 30, 35], [20, 24, 29, 33], [19, 23, 27, 31],
  [18, 22, 26, 30], [17, 21, 25, 28], [16, 20, 23, 27], [15, 19, 22, 25], [14, 18, 21, 24],
  [14, 17, 20, 23], [13, 16, 19, 22], [12, 15, 18, 21], [12, 14, 17, 20], [11, 14, 16, 19],
  [11, 13, 15, 18], [10, 12, 15, 17], [10, 12, 14, 16], [9, 11, 13, 15], [9, 11, 12, 14],
  [8, 10, 12, 14], [8, 9, 11, 13], [7, 9, 11, 12], [7, 9, 10, 12], [7, 8, 10, 11],
  [6, 8, 9, 11], [6, 7, 9, 10], [6, 7, 8, 9], [2, 2, 2, 2],
] as const
// biome-ignore format: a table
const AFTER_LESS_LIKELY = [
  0, 0, 1, 2, 2, 4, 4, 5, 6, 7, 8, 9, 9, 11, 11, 12, 13, 13, 15, 15, 16, 16, 18, 18, 19, 19, 21, 21, 22, 22, 23, 24,
  24, 25, 26, 26, 27, 27, 28, 29, 29, 30, 30, 30, 31, 32, 32, 33, 33, 33, 34, 34, 35, 35, 35, 36, 36, 36, 37, 37, 37, 38, 38, 63,
] as const

/** The context that an initialisation value means at a quantiser. */
export function contextOf(initValue: number, quantiser: number): Context {
  const slope = (initValue >> 4) * 5 - 45
  const offset = ((initValue & 15) << 3) - 16
  const pre = Math.min(126, Math.max(1, ((slope * Math.min(51, Math.max(0, quantiser))) >> 4) + offset))
  const likely = pre <= 63 ? 0 : 1
  return {state: likely ? pre - 64 : 63 - pre, likely}
}

export class CabacWriter {
  readonly #bits: number[] = []
  #low = 0
  #range = 510
  #outstanding = 0
  #first = true

  /** A decision with a probability of its own, which learns from it. */
  decide(context: Context, value: 0 | 1): void {
    const less = RANGE_OF_LESS_LIKELY[context.state]?.[(this.#range >> 6) & 3] ?? 2
    this.#range -= less
    if (value !== context.likely) {
      this.#low += this.#range
      this.#range = less
      if (context.state === 0) context.likely = 1 - context.likely
      context.state = AFTER_LESS_LIKELY[context.state] ?? 0
    } else if (context.state < 62) context.state += 1
    this.#renormalise()
  }

  /** A decision as likely as not. */
  even(value: 0 | 1): void {
    this.#low <<= 1
    if (value) this.#low += this.#range
    if (this.#low >= 1024) {
      this.#put(1)
      this.#low -= 1024
    } else if (this.#low < 512) this.#put(0)
    else {
      this.#low -= 512
      this.#outstanding += 1
    }
  }

  /** Whether the slice ends here. After `true` only `finish` is left. */
  terminate(ends: boolean): void {
    this.#range -= 2
    if (ends) {
      this.#low += this.#range
      this.#range = 2
    }
    this.#renormalise()
    if (!ends) return
    this.#put((this.#low >> 9) & 1)
    this.#bits.push((this.#low >> 8) & 1, 1)
  }

  /** The bytes; the last bit written is the stop bit of the unit. */
  finish(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#bits.length / 8))
    for (const [at, bit] of this.#bits.entries()) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (7 - (at & 7)))
    return bytes
  }

  #renormalise(): void {
    while (this.#range < 256) {
      if (this.#low < 256) this.#put(0)
      else if (this.#low >= 512) {
        this.#low -= 512
        this.#put(1)
      } else {
        this.#low -= 256
        this.#outstanding += 1
      }
      this.#range <<= 1
      this.#low <<= 1
    }
  }

  #put(bit: number): void {
    if (this.#first) this.#first = false
    else this.#bits.push(bit)
    for (; this.#outstanding > 0; this.#outstanding--) this.#bits.push(1 - bit)
  }
}
