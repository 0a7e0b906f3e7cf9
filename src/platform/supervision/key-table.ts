/** Finds a supervised device by its kind and key among millions: a hash table in typed arrays that no garbage collector walks. */

/** One key as it lies in the bytes: kind, length − 1 with WIDE for two bytes a character, characters. */
const HEAD_BYTES = 2
const WIDE = 0x80
export const MAX_KEY_CHARS = 128
/** Largest code that takes one byte a character. */
const NARROW = 0xff
const FIRST_SLOTS = 1_024
const FIRST_BYTES = 16 * 1_024

/** Numbers keys from 0 in the order in which they were added. Nothing is ever taken out. */
export class KeyTable {
  /** Number of the key + 1, by hash; 0: free. Its length is a power of two. */
  #slots = new Int32Array(FIRST_SLOTS)
  /** Where each key begins in the bytes. */
  #offsets = new Uint32Array(FIRST_SLOTS)
  #bytes = new Uint8Array(FIRST_BYTES)
  #end = 0
  #size = 0
  readonly #seed: number

  /** A seed that senders of keys do not know spares the table those that were made to collide. */
  constructor(seed: number) {
    this.#seed = seed | 0
  }

  get size(): number {
    return this.#size
  }

  /** Number of the key; −1: it is not here. */
  find(kind: number, key: string): number {
    const mask = this.#slots.length - 1
    for (let at = this.#hash(kind, key) & mask; ; at = (at + 1) & mask) {
      const index = (this.#slots[at] ?? 0) - 1
      if (index < 0 || this.#isAt(index, kind, key)) return index
    }
  }

  /** Number of the key, a new one when it was not here. `key`: 1 to MAX_KEY_CHARS characters. */
  add(kind: number, key: string): number {
    const found = this.find(kind, key)
    if (found >= 0) return found
    this.reserve(this.#size + 1)
    const index = this.#size++
    this.#offsets[index] = this.#end
    this.#write(kind, key)
    this.#place(index, this.#hash(kind, key))
    return index
  }

  /** Room for so many keys, so that adding them moves nothing. */
  reserve(keys: number): void {
    if (keys > this.#offsets.length) this.#offsets = grown(this.#offsets, keys, Uint32Array)
    if (keys * 4 <= this.#slots.length * 3) return
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2((keys * 4) / 3)))
    for (let index = 0; index < this.#size; index++)
      this.#place(index, this.#hash(this.kindAt(index), this.keyAt(index)))
  }

  kindAt(index: number): number {
    return this.#bytes[this.#offsets[index] ?? 0] ?? 0
  }

  keyAt(index: number): string {
    const offset = this.#offsets[index] ?? 0
    const length = this.#bytes[offset + 1] ?? 0
    const chars = (length & ~WIDE) + 1
    const wide = length >= WIDE
    const from = offset + HEAD_BYTES
    const bytes = Buffer.from(this.#bytes.buffer, from, wide ? chars * 2 : chars)
    return bytes.toString(wide ? 'utf16le' : 'latin1')
  }

  #isAt(index: number, kind: number, key: string): boolean {
    const bytes = this.#bytes
    const offset = this.#offsets[index] ?? 0
    const length = bytes[offset + 1] ?? 0
    if (bytes[offset] !== kind || (length & ~WIDE) + 1 !== key.length) return false
    const from = offset + HEAD_BYTES
    if (length >= WIDE) return isWideAt(bytes, from, key)
    for (let char = 0; char < key.length; char++) if (bytes[from + char] !== key.charCodeAt(char)) return false
    return true
  }

  #write(kind: number, key: string): void {
    const wide = isWide(key)
    const bytes = HEAD_BYTES + key.length * (wide ? 2 : 1)
    if (this.#end + bytes > this.#bytes.length) this.#bytes = grown(this.#bytes, this.#end + bytes, Uint8Array)
    this.#bytes[this.#end] = kind
    this.#bytes[this.#end + 1] = (key.length - 1) | (wide ? WIDE : 0)
    const from = this.#end + HEAD_BYTES
    Buffer.from(this.#bytes.buffer).write(key, from, wide ? 'utf16le' : 'latin1')
    this.#end += bytes
  }

  #place(index: number, hash: number): void {
    const mask = this.#slots.length - 1
    let at = hash & mask
    while (this.#slots[at] !== 0) at = (at + 1) & mask
    this.#slots[at] = index + 1
  }

  /** FNV-1a over the characters, its bits mixed once more since only the lowest choose the slot. */
  #hash(kind: number, key: string): number {
    let hash = Math.imul(this.#seed ^ kind, 0x01000193)
    for (let char = 0; char < key.length; char++) hash = Math.imul(hash ^ key.charCodeAt(char), 0x01000193)
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
    return hash ^ (hash >>> 13)
  }
}

/** A longer copy: half as much again, and at least `needed`. */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  array: T,
  needed: number,
  Kind: new (length: number) => T,
): T {
  const longer = new Kind(Math.max(needed, Math.ceil(array.length * 1.5)))
  longer.set(array)
  return longer
}

function isWide(key: string): boolean {
  for (let char = 0; char < key.length; char++) if (key.charCodeAt(char) > NARROW) return true
  return false
}

function isWideAt(bytes: Uint8Array, from: number, key: string): boolean {
  for (let char = 0; char < key.length; char++) {
    const at = from + char * 2
    if (((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)) !== key.charCodeAt(char)) return false
  }
  return true
}
