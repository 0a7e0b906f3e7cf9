/** Keeps account of RTP sequence numbers: what is missing, late or doubled, across the wrap (after RFC 3550 §A.1, §A.3). */

/** How a packet stands to those before it. `gap`: packets before it are missing so far. */
export type Arrival = 'next' | 'gap' | 'late' | 'duplicate' | 'restart'

/** A jump farther than this is a new start of the stream, not a loss. */
const MAX_JUMP = 3_000
/** How far back a duplicate is recognised. */
const WINDOW = 128n
const MASK = (1n << WINDOW) - 1n

export class SequenceAccount {
  #highest: number | undefined
  #ssrc: number | undefined
  /** Bit n: the packet n behind the highest has come. */
  #seen = 0n
  #missing = 0
  #late = 0
  #doubled = 0

  /** Packets missing so far; one that comes late is taken off again. */
  get lost(): number {
    return this.#missing
  }

  /** Packets that came after a later one. */
  get reordered(): number {
    return this.#late
  }

  /** Packets that came again. */
  get duplicates(): number {
    return this.#doubled
  }

  note(sequence: number, ssrc: number): Arrival {
    if (this.#highest === undefined || this.#ssrc !== ssrc) return this.#start(sequence, ssrc)
    const step = distance(this.#highest, sequence)
    if (Math.abs(step) > MAX_JUMP) return this.#start(sequence, ssrc)
    return step > 0 ? this.#advance(sequence, step) : this.#goBack(-step)
  }

  #start(sequence: number, ssrc: number): Arrival {
    const first = this.#highest === undefined
    this.#highest = sequence
    this.#ssrc = ssrc
    this.#seen = MASK
    return first ? 'next' : 'restart'
  }

  #advance(sequence: number, step: number): Arrival {
    this.#highest = sequence
    this.#seen = ((this.#seen << BigInt(step)) | 1n) & MASK
    this.#missing += step - 1
    return step === 1 ? 'next' : 'gap'
  }

  #goBack(behind: number): Arrival {
    const bit = 1n << BigInt(behind)
    if (BigInt(behind) >= WINDOW || this.#seen & bit) {
      this.#doubled += 1
      return 'duplicate'
    }
    this.#seen |= bit
    this.#missing -= 1
    this.#late += 1
    return 'late'
  }
}

/** Signed way from one 16-bit number to another, −32768 … 32767. */
function distance(from: number, to: number): number {
  return (((to - from + 0x8000) & 0xffff) - 0x8000) | 0
}
