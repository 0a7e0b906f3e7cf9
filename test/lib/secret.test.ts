import {inspect} from 'node:util'
import {expect, test} from 'vitest'
import {Secret} from '../../src/lib/secret.ts'

const secret = new Secret('canary-7f3a')

test.each<[string, () => string]>([
  ['template text', () => `${secret}`],
  ['JSON', () => JSON.stringify({secret})],
  ['inspection', () => inspect({secret}, {depth: 9, showHidden: true})],
  ['joining', () => [secret].join()],
  ['an error', () => String(new Error(String(secret)).stack)],
])('a secret does not show in %s', (_how, text) => expect(text()).not.toContain('canary'))

test('fingerprints tell secrets apart under one salt and cannot be compared across salts', () => {
  expect(secret.fingerprint('a')).toBe(new Secret('canary-7f3a').fingerprint('a'))
  expect(secret.fingerprint('a')).not.toBe(new Secret('canary-7f3b').fingerprint('a'))
  expect(secret.fingerprint('a')).not.toBe(secret.fingerprint('b'))
})
