/** The three questions every decoder must answer, asked of every case (after h11's `tr` helper). */
import {expect} from 'vitest'
import {isCitywatchError} from '../../src/lib/errors.ts'

export type Decoder<Whole> = (bytes: Uint8Array) => (Whole & {readonly rest: Uint8Array}) | null

/** `expected` is what decode returns, without `rest`. */
export function expectDecodes<Whole>(decode: Decoder<Whole>, bytes: Uint8Array, expected: Whole): void {
  // 1. whole
  expect(decode(bytes)).toEqual({...expected, rest: Buffer.alloc(0)})
  // 2. one byte at a time: null until the last byte
  for (let length = 0; length < bytes.length; length++) expect(decode(bytes.subarray(0, length))).toBeNull()
  // 3. followed by the start of something else
  expect(decode(Buffer.concat([bytes, Buffer.from('more')]))).toEqual({...expected, rest: Buffer.from('more')})
}

/** Whatever a peer sends, the work ends with a value or with CW_PROTOCOL_REMOTE; anything else is rethrown. */
export function valueOrRemoteError<T>(work: () => T): T | 'remote error' {
  try {
    return work()
  } catch (error) {
    if (isCitywatchError(error, 'CW_PROTOCOL_REMOTE')) return 'remote error'
    throw error
  }
}
