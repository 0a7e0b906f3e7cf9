/** Bits and Exp-Golomb numbers, read from bytes that may lie (ITU-T H.264 §9.1). */
import {CitywatchError} from '../../lib/errors.ts'

export class BitReader {
  readonly #bytes: Uint8Array
  readonly #protocol: string
  #at = 0

  /** `protocol` is named in errors. */
  constructor(bytes: Uint8Array, protocol = 'H.264') {
    this.#bytes = bytes
    this.#protocol = protocol
  }

  /** `count` bits, 0–32, as an unsigned number. Throws CW_PROTOCOL_REMOTE at the end of the bytes. */
  u(count: number): number {
    let value = 0
    for (let n = 0; n < count; n++) {
      const byte = this.#bytes[this.#at >> 3]
      if (byte === undefined) throw this.#remote('parameter set cut off')
      value = value * 2 + ((byte >> (7 - (this.#at & 7))) & 1)
      this.#at += 1
    }
    return value
  }

  flag(): boolean {
    return this.u(1) === 1
  }

  /** An unsigned Exp-Golomb number, at most 2³² − 2. */
  ue(): number {
    let zeros = 0
    while (this.u(1) === 0) {
      zeros += 1
      if (zeros > 31) throw this.#remote('number longer than 32 bits')
    }
    return 2 ** zeros - 1 + this.u(zeros)
  }

  /** A signed Exp-Golomb number. */
  se(): number {
    const code = this.ue()
    return code % 2 === 1 ? (code + 1) / 2 : 0 - code / 2
  }

  /** Passes over `count` bits, at most a few hundred. */
  skip(count: number): void {
    for (let left = count; left > 0; left -= 32) this.u(Math.min(32, left))
  }

  #remote(detail: string): CitywatchError {
    return new CitywatchError('CW_PROTOCOL_REMOTE', {protocol: this.#protocol, detail})
  }
}
