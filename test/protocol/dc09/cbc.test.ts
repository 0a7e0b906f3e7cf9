import {createCipheriv, createDecipheriv, randomBytes} from 'node:crypto'
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {ZeroIvCbc} from '../../../src/protocol/dc09/cbc.ts'

const IV = Buffer.alloc(16)

test.each([16, 24, 32])('cbc: with a key of %i bytes every message stands alone, whatever went before it', (length) => {
  const key = randomBytes(length)
  const algorithm = `aes-${length * 8}-cbc`
  const own = new ZeroIvCbc(key)
  const blocks = fc.integer({min: 1, max: 40}).map((count) => randomBytes(count * 16))
  const step = fc.record({isEncrypting: fc.boolean(), bytes: blocks})
  fc.assert(
    fc.property(fc.array(step, {minLength: 1, maxLength: 20}), (steps) => {
      for (const {isEncrypting, bytes} of steps) {
        const theirs = (isEncrypting ? createCipheriv : createDecipheriv)(algorithm, key, IV).setAutoPadding(false)
        const expected = theirs.update(bytes).toString('hex')
        const got = isEncrypting ? own.encrypt(Buffer.from(bytes)) : own.decrypt(bytes)
        expect(got.toString('hex')).toBe(expected)
      }
    }),
  )
})
