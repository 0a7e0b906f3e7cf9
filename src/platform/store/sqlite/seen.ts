/** What has been stored lately, told by a hash of its name: in memory, so that recognising costs no page of the disk. */

/** Bytes of a key: the first of a SHA-256, enough that no two of the remembered ones are ever alike by chance. */
export const KEY_BYTES = 16
/** Bytes of an entry as it is kept on the disk: the key, then the value as a little-endian double. */
export const ENTRY_BYTES = KEY_BYTES + 8
const WORDS = KEY_BYTES / 4

/**
 * The latest `capacity` keys with a number each. A ring holds them in the order in which they came; a hash table with open
 * addressing points into it.
 */
export class Seen {
  readonly #capacity: number
  readonly #words: Uint32Array
  readonly #values: Float64Array
  /** Place in the ring + 1 by slot; 0 is empty. */
  readonly #slots: Int32Array
  readonly #mask: number
  #next = 0
  #size = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#words = new Uint32Array(capacity * WORDS)
    this.#values = new Float64Array(capacity)
    const slots = 2 ** Math.ceil(Math.log2(capacity * 2))
    this.#slots = new Int32Array(slots)
    this.#mask = slots - 1
  }

  /** The number that came with the key; undefined: not among the latest. */
  find(key: Buffer): number | undefined {
    const place = (this.#slots[this.#slotOf(key)] ?? 0) - 1
    return place < 0 ? undefined : this.#values[place]
  }

  /** A key that is there already gets the new number and keeps its place. */
  add(key: Buffer, value: number): void {
    const known = (this.#slots[this.#slotOf(key)] ?? 0) - 1
    if (known >= 0) {
      this.#values[known] = value
      return
    }
    if (this.#size === this.#capacity) this.trim(this.#capacity - 1)
    const place = this.#next
    for (let word = 0; word < WORDS; word++) this.#words[place * WORDS + word] = key.readUInt32LE(word * 4)
    this.#values[place] = value
    this.#slots[this.#slotOf(key)] = place + 1
    this.#next = (place + 1) % this.#capacity
    this.#size++
  }

  /** Forgets all but the latest `kept`. */
  trim(kept: number): void {
    while (this.#size > kept) this.#evict((this.#next - this.#size + this.#capacity) % this.#capacity)
  }

  /** The slot that has the key, or the empty one where it would go. */
  #slotOf(key: Buffer): number {
    let slot = key.readUInt32LE(0) & this.#mask
    for (;;) {
      const place = (this.#slots[slot] ?? 0) - 1
      if (place < 0 || this.#isAt(place, key)) return slot
      slot = (slot + 1) & this.#mask
    }
  }

  #isAt(place: number, key: Buffer): boolean {
    for (let word = 0; word < WORDS; word++) {
      if (this.#words[place * WORDS + word] !== key.readUInt32LE(word * 4)) return false
    }
    return true
  }

  /** Takes the oldest out and closes the hole that it leaves in its chain. */
  #evict(place: number): void {
    let hole = this.#home(place)
    while (this.#slots[hole] !== place + 1) hole = (hole + 1) & this.#mask
    for (let slot = (hole + 1) & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const other = this.#slots[slot] ?? 0
      if (other === 0) break
      const distance = (slot - this.#home(other - 1)) & this.#mask
      if (distance < ((slot - hole) & this.#mask)) continue
      this.#slots[hole] = other
      hole = slot
    }
    this.#slots[hole] = 0
    this.#size--
  }

  #home(place: number): number {
    return (this.#words[place * WORDS] ?? 0) & this.#mask
  }
}

/** Entries as one run of bytes. */
export function packed(entries: readonly {readonly key: Buffer; readonly value: number}[]): Buffer {
  const bytes = Buffer.alloc(entries.length * ENTRY_BYTES)
  for (const [index, {key, value}] of entries.entries()) {
    key.copy(bytes, index * ENTRY_BYTES, 0, KEY_BYTES)
    bytes.writeDoubleLE(value, index * ENTRY_BYTES + KEY_BYTES)
  }
  return bytes
}

/** The entries of such a run; a cut one at its end is left out. */
export function* unpacked(bytes: Buffer): Generator<{readonly key: Buffer; readonly value: number}> {
  for (let at = 0; at + ENTRY_BYTES <= bytes.length; at += ENTRY_BYTES) {
    yield {key: bytes.subarray(at, at + KEY_BYTES), value: bytes.readDoubleLE(at + KEY_BYTES)}
  }
}
