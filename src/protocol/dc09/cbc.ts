/**
 * AES-CBC whose every message begins with an IV of 16 zero bytes, on one cipher object a key: making one costs more than the
 * few blocks of a message. The object goes on chaining from message to message, so that the last block of the one before is
 * taken out of the first block of the next.
 */
import {type Cipheriv, createCipheriv, createDecipheriv, type Decipheriv} from 'node:crypto'

const BLOCK = 16

export class ZeroIvCbc {
  readonly #key: Uint8Array
  #cipher: Cipheriv | undefined
  #decipher: Decipheriv | undefined
  #encryptedBefore: Uint8Array = Buffer.alloc(BLOCK)
  #decryptedBefore: Uint8Array = Buffer.alloc(BLOCK)

  /** 16, 24 or 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  /** Cipher text of whole blocks, at least one; `clear` is changed on the way. */
  encrypt(clear: Buffer): Buffer {
    this.#cipher ??= createCipheriv(this.#algorithm(), this.#key, Buffer.alloc(BLOCK)).setAutoPadding(false)
    takeOut(clear, this.#encryptedBefore)
    const blocks = this.#cipher.update(clear)
    this.#encryptedBefore = Buffer.from(blocks.subarray(-BLOCK))
    return blocks
  }

  /** Clear text of whole blocks, at least one. */
  decrypt(blocks: Uint8Array): Buffer {
    this.#decipher ??= createDecipheriv(this.#algorithm(), this.#key, Buffer.alloc(BLOCK)).setAutoPadding(false)
    const clear = this.#decipher.update(blocks)
    takeOut(clear, this.#decryptedBefore)
    this.#decryptedBefore = Buffer.from(blocks.subarray(-BLOCK))
    return clear
  }

  #algorithm(): string {
    return `aes-${this.#key.length * 8}-cbc`
  }
}

function takeOut(bytes: Uint8Array, block: Uint8Array): void {
  for (let at = 0; at < BLOCK; at++) bytes[at] = (bytes[at] ?? 0) ^ (block[at] ?? 0)
}
