/**
 * Signs of life on their way between nodes:
 *
 *     u8 kind (place in WATCHED_KINDS) | u8 bytes of the name | u32 ms ago | name in UTF-8 …
 */
import {WATCHED_KINDS, type WatchedKind} from '../../../model/supervision.ts'
import type {LifeSign} from '../peers.ts'

const HEAD_BYTES = 6
const MAX_NAME_BYTES = 0xff
const MAX_AGO_MS = 0xffff_ffff

/** A device as it is counted once: the first character says of what kind it is. */
export function signName(kind: WatchedKind, id: string): string {
  return `${WATCHED_KINDS.indexOf(kind)}${id}`
}

/** `heardAt` and `now` in ms of one clock. A name that is too long is nobody's and is left out. */
export function packSigns(heardAt: ReadonlyMap<string, number>, now: number): Buffer {
  let size = 0
  for (const name of heardAt.keys()) size += HEAD_BYTES + Math.min(Buffer.byteLength(name) - 1, MAX_NAME_BYTES)
  const bytes = Buffer.allocUnsafe(size)
  let end = 0
  for (const [name, at] of heardAt) {
    const id = name.slice(1)
    const length = Buffer.byteLength(id)
    if (length > MAX_NAME_BYTES) continue
    bytes.writeUInt8(Number(name[0]), end)
    bytes.writeUInt8(length, end + 1)
    bytes.writeUInt32LE(Math.min(Math.max(0, Math.round(now - at)), MAX_AGO_MS), end + 2)
    bytes.write(id, end + HEAD_BYTES)
    end += HEAD_BYTES + length
  }
  return bytes.subarray(0, end)
}

/** `olderMs` is added to each. What is cut off, or of no known kind, ends it. */
export function unpackSigns(bytes: Buffer, olderMs: number): LifeSign[] {
  const signs: LifeSign[] = []
  for (let at = 0; at + HEAD_BYTES <= bytes.length; ) {
    const kind = WATCHED_KINDS[bytes.readUInt8(at)]
    const end = at + HEAD_BYTES + bytes.readUInt8(at + 1)
    if (kind === undefined || end > bytes.length) break
    const id = bytes.toString('utf8', at + HEAD_BYTES, end)
    signs.push({kind, id, agoMs: bytes.readUInt32LE(at + 2) + olderMs})
    at = end
  }
  return signs
}
