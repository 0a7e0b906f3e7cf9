/** Passwords: what is kept, what is taken, and how many hashes are at work at a time. */
import {expect, test} from 'vitest'
import {Secret} from '../../../src/lib/secret.ts'
import {COST, Hasher, HasherBusy, requireGoodPassword} from '../../../src/platform/access/password.ts'

/** As cheap as scrypt gets. */
const cost = {ln: 1, r: 1, p: 1}
const right = new Secret('correct horse battery')

test('what is kept opens with the right password alone, and is never the same twice', async () => {
  const hasher = new Hasher({cost})
  const [one, other] = [await hasher.hash(right), await hasher.hash(right)]
  expect(one).toMatch(/^\$scrypt\$ln=1,r=1,p=1\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/)
  expect(one).not.toBe(other)
  expect(await hasher.verify(right, one)).toBe(true)
  expect(await hasher.verify(new Secret('correct horse batterz'), one)).toBe(false)
  expect(await hasher.verify(right, undefined)).toBe(false)
})

test('a hash says its own parameters: one of other days still opens, and is known to be outdated', async () => {
  const old = await new Hasher({cost: {ln: 2, r: 1, p: 1}}).hash(right)
  const hasher = new Hasher({cost})
  expect(await hasher.verify(right, old)).toBe(true)
  expect(hasher.isOutdated(old)).toBe(true)
  expect(hasher.isOutdated(await hasher.hash(right))).toBe(false)
})

test('the parameters in use cost 32 MiB three times over', () => {
  expect(128 * 2 ** COST.ln * COST.r).toBe(32 * 1024 * 1024)
  expect(COST.p).toBe(3)
})

test.each([
  '',
  'plain',
  '$scrypt$ln=31,r=8,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAA',
  '$scrypt$ln=0,r=0,p=0$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAA',
  '$scrypt$ln=1,r=1,p=1$$',
])('a kept text that is none of ours opens nothing: %j', async (kept) =>
  expect(await new Hasher({cost}).verify(right, kept)).toBe(false),
)

test('the same password typed on two keyboards is one', async () => {
  const hasher = new Hasher({cost})
  const kept = await hasher.hash(new Secret('pässwörter sind lang'))
  expect(await hasher.verify(new Secret('pa\u0308sswo\u0308rter sind lang'), kept)).toBe(true)
})

test('two are at work, some wait, and the others are sent away at once', async () => {
  const hasher = new Hasher({cost, atOnce: 2, waiting: 3})
  const outcomes = await Promise.allSettled(Array.from({length: 8}, () => hasher.verify(right, undefined)))
  expect(outcomes.map(({status}) => status)).toEqual([...Array(5).fill('fulfilled'), ...Array(3).fill('rejected')])
  for (const outcome of outcomes.slice(5)) expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(HasherBusy)
  expect(await hasher.verify(right, undefined)).toBe(false)
})

test('an unknown user costs the hash that a known one costs: both wait in the same queue', async () => {
  const hasher = new Hasher({cost, atOnce: 1, waiting: 1})
  const kept = await hasher.hash(right)
  for (const one of [kept, undefined]) {
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => hasher.verify(new Secret('x'), one)))
    expect(outcomes.map(({status}) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  }
})

test.each([
  ['too short', 'elevenchars'],
  ['one letter', 'aaaaaaaaaaaaaaaa'],
  ['its own name', 'xx-MARTHA-2026-x'],
  ['a control character', 'twelve chars\u0000 or so'],
  ['endless', 'abcdef'.repeat(200)],
])('%s is no good password, and is not shown', (_what, text) => {
  const refused = () => requireGoodPassword(new Secret(text), 'martha')
  expect(refused).toThrow(expect.objectContaining({code: 'CW_BAD_VALUE'}))
  expect(refused).not.toThrow(new RegExp(text.slice(0, 8).replace(/[^a-z]/g, '.')))
})

test('twelve characters in any script are good', () => {
  expect(() => requireGoodPassword(new Secret('correct horse battery'), 'anna')).not.toThrow()
  expect(() => requireGoodPassword(new Secret('一二三四五六七八九十百千'), '值班员')).not.toThrow()
})
