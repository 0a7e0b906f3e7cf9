/** What all targets of the fuzzer share: dice that fall the same for the same seed and number, and ways to spoil good input. */
import {DeviceFailure} from '../../src/camera/failure.ts'
import {isCitywatchError} from '../../src/lib/errors.ts'
import {seededRandom} from '../../src/lib/random.ts'

/** Whole numbers from 0 to below `below`. */
export type Dice = (below: number) => number

export function diceOf(seed: number, index: number): Dice {
  const random = seededRandom((seed ^ Math.imul(index + 1, 0x9e3779b1)) >>> 0)
  return (below) => Math.floor(random() * below)
}

export function pick<T>(items: readonly T[], dice: Dice): T {
  return items[dice(items.length)] as T
}

/** One input in five stays good, so that what lies behind the first reader is reached. */
export function maybeSpoiled(bytes: Uint8Array, dice: Dice, pieces: readonly string[] = []): Buffer {
  return dice(5) === 0 ? Buffer.from(bytes) : spoiled(bytes, dice, pieces)
}

/** One to four changes: bits flipped, bytes put in, taken out, doubled, many times over; the end cut off; one of the pieces put in. */
function spoiled(bytes: Uint8Array, dice: Dice, pieces: readonly string[]): Buffer {
  let mutant: Buffer = Buffer.from(bytes)
  for (let left = 1 + dice(4); left > 0; left--) {
    const at = dice(mutant.length + 1)
    const [head, tail] = [mutant.subarray(0, at), mutant.subarray(at)]
    const length = 1 + dice(8)
    const ways = [
      () => [head, Buffer.of((tail[0] ?? 0) ^ (1 << dice(8))), tail.subarray(1)],
      () => [head, noise(dice, length), tail],
      () => [head, tail.subarray(length)],
      () => [head, tail.subarray(0, length * 8), tail],
      () => [head, Buffer.concat(Array.from({length: dice(8) ** 3}, () => tail.subarray(0, length))), tail],
      () => (dice(3) === 0 ? [head] : [head, tail]),
      () => [head, Buffer.from(pieces.length > 0 ? pick(pieces, dice) : '\u0000'), tail],
    ]
    mutant = Buffer.concat(pick(ways, dice)())
  }
  return mutant
}

export function noise(dice: Dice, length: number): Buffer {
  return Buffer.from(Array.from({length}, () => (dice(3) === 0 ? [0, 1, 0x80, 0xff][dice(4)]! : dice(256))))
}

export const REFUSED = Symbol('refused')

/** The value, or REFUSED for the two errors that a peer may cause; anything else is rethrown. */
export function valueOrRefusal<T>(work: () => T): T | typeof REFUSED {
  try {
    return work()
  } catch (error) {
    if (error instanceof DeviceFailure || isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) return REFUSED
    throw error
  }
}

/** Control, bidi and invisible characters: none of them is ever shown. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/

export function mustBeSafe(texts: readonly (string | undefined)[]): void {
  const found = texts.find((text) => text !== undefined && UNSAFE.test(text))
  if (found !== undefined) throw new Error(`not safe to print: ${JSON.stringify(found)}`)
}

/** Numbers that are told must be numbers. */
export function mustBeFinite(numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (value !== undefined && !Number.isFinite(value)) throw new Error(`${name} is ${value}`)
  }
}
