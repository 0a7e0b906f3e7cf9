/** Extended data blocks: what the letter before each says, how long its text may be, and how people write one. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {writeText} from '../protocol/dc09/text.ts'

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

/** Letters whose text may go beyond ASCII. */
const WIDE: ReadonlySet<string> = new Set('ILOPRSV')

/** A block as it is sent, one character a byte. Throws CW_BAD_VALUE for what the protocol has no place for, and for keys. */
export function extendedBlock(text: string): string {
  const letter = text[0] ?? ''
  const kind = Object.hasOwn(KINDS, letter) ? KINDS[letter] : undefined
  const fail = (expected: string, value: string = safeText(text, 40)): never => {
    throw new CitywatchError('CW_BAD_VALUE', {field: '--xdata', value, expected})
  }
  if (isKeyMaterial(text)) return fail('another block: a key is never sent', 'K…')
  if (!kind) return fail(`a letter of ${Object.keys(KINDS).join('')} and its text`)
  if (/[[\]\p{C}]/u.test(text)) return fail('text without brackets, line ends and control characters')
  if (!WIDE.has(letter) && /[^\x20-\x7e]/.test(text)) return fail(`ASCII only in ${letter} (${kind.name})`)
  const block = writeText(text)
  if (block.length - 1 > kind.max || block.length === 1) {
    return fail(`1 to ${kind.max} bytes of text in ${letter} (${kind.name})`, `${block.length - 1} bytes`)
  }
  return block
}

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
