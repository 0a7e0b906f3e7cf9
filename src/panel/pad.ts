/** Random bytes to pad encrypted messages with, drawn from the system in handfuls: one message needs only sixteen. */
import {randomFillSync} from 'node:crypto'
import {PAD_BYTES} from '../protocol/dc09/cipher.ts'

const HANDFUL = 256 * PAD_BYTES

/** PAD_BYTES fresh bytes at each call; valid until the next call. */
export function padding(): () => Uint8Array {
  const pool = new Uint8Array(HANDFUL)
  let at = HANDFUL
  return () => {
    if (at >= HANDFUL) {
      randomFillSync(pool)
      at = 0
    }
    at += PAD_BYTES
    return pool.subarray(at - PAD_BYTES, at)
  }
}
