import fc from 'fast-check'
import {expect, test} from 'vitest'
import {parseXml} from '../../../src/protocol/soap/parse-xml.ts'
import {readUsernameToken, tokenIsFrom, writeUsernameToken} from '../../../src/protocol/soap/username-token.ts'
import {xml} from '../../../src/protocol/soap/xml.ts'

const at = Date.UTC(2010, 8, 16, 7, 50, 45)
const nonce = Buffer.from('LKqI6G/AikKCQrN0zqZFlg==', 'base64')
const read = (user: string, password: string) =>
  readUsernameToken(
    parseXml(Buffer.from(xml`<Header>${writeUsernameToken({user, password}, nonce, at)}</Header>`.text)),
  )

test('username token: the digest is SHA-1 over nonce, time and password', () => {
  expect(read('user', 'userpassword')).toEqual({
    user: 'user',
    digest: 'GWk9UqNXKG2Mstn03A/oF+HQr84=',
    nonce,
    created: '2010-09-16T07:50:45.000Z',
  })
})

test("username token: the example of the ONVIF programmer's guide is taken, also with a time without milliseconds", () => {
  const token = {user: 'user', digest: 'tuOSpGlFlIXsozq4HFNeeGeFLEI=', nonce, created: '2010-09-16T07:50:45Z'}
  expect(tokenIsFrom(token, 'userpassword')).toBe(true)
  expect(tokenIsFrom({...token, created: '2010-09-16T07:50:46Z'}, 'userpassword')).toBe(false)
})

test('username token: any user and password comes through, and no other is taken for it', () => {
  const text = fc
    .string({unit: 'grapheme', maxLength: 40})
    .filter((value) => !/[\u0000-\u001F\uFFFE\uFFFF]/.test(value))
  fc.assert(
    fc.property(text, text, text, (user, password, other) => {
      const token = read(user, password)!
      expect(token.user).toBe(user.trim())
      expect(tokenIsFrom(token, password)).toBe(true)
      expect(tokenIsFrom(token, other)).toBe(other === password)
    }),
  )
})

test.each([
  ['no header', '<Header/>'],
  ['a password as text', '<Header><Security><UsernameToken><Username>a</Username><Password Type="x#PasswordText">b</Password><Nonce>AA==</Nonce><Created>x</Created></UsernameToken></Security></Header>'],
  ['no nonce', '<Header><Security><UsernameToken><Username>a</Username><Password Type="x#PasswordDigest">b</Password><Created>x</Created></UsernameToken></Security></Header>'],
])('username token: %s is none', (_, text) => {
  expect(readUsernameToken(parseXml(Buffer.from(text)))).toBeUndefined()
}) // biome-ignore format: a table
