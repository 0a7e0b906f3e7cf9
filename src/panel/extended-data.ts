/** Extended data blocks: what the letter before each says, and how long its text may be. */

interface BlockKind {
  readonly name: string
  readonly max: number
}

/** By letter; lengths as pysiaalarm lists them. */
const KINDS: Readonly<Record<string, BlockKind>> = {
  A: {name: 'authentication hash', max: 12}, C: {name: 'supervision category', max: 64},
  H: {name: 'time of occurrence', max: 21}, I: {name: 'alarm text', max: 256}, J: {name: 'network path', max: 1},
  K: {name: 'key exchange', max: 64}, L: {name: 'location', max: 256}, M: {name: 'MAC address', max: 12},
  N: {name: 'network address', max: 128}, O: {name: 'building', max: 256}, P: {name: 'programming data', max: 256},
  R: {name: 'room', max: 256}, S: {name: 'site name', max: 256}, T: {name: 'trigger', max: 1},
  V: {name: 'verification', max: 256}, X: {name: 'longitude', max: 12}, Y: {name: 'latitude', max: 12},
  Z: {name: 'altitude', max: 12},
} // biome-ignore format: letter and meaning

/** True for blocks that may hold a key: they are never shown. */
export function isKeyMaterial(block: string): boolean {
  return block.startsWith('K')
}

/** `what` the block is, and the longest text it may have; `max` is absent for letters that no source knows. */
export function extendedKind(block: string): {readonly what: string; readonly max?: number} {
  const letter = block[0] ?? ''
  const kind = Object.hasOwn(KINDS, letter) ? KINDS[letter] : undefined
  return kind ? {what: kind.name, max: kind.max} : {what: 'unknown letter'}
}
