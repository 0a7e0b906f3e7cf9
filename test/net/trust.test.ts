import {expect, test} from 'vitest'
import {trusting} from '../../src/net/trust.ts'
import {selfSigned} from '../support/self-signed.ts'

test('trust: certificates in a file count, text around them does not', () => {
  const {cert} = selfSigned()
  expect(trusting(`my camera\n${cert}\n${selfSigned().cert}`)).toBeDefined()
})

test('trust: a file without a certificate is none', () => {
  expect([trusting(''), trusting(selfSigned().key)]).toEqual([undefined, undefined])
})

test('trust: a broken certificate is not passed over', () => {
  const broken = selfSigned().cert.replace(/\n.{40}/, '\n')
  expect(() => trusting(`${selfSigned().cert}${broken}`)).toThrow()
})
