import {expect, test} from 'vitest'
import {redacted} from '../../src/camera/redact.ts'
import {Secret} from '../../src/lib/secret.ts'

const PASSWORD = 'p&ss<1> "密码"'
const credential = {user: 'admin', password: new Secret(PASSWORD)}
const clean = (text: string, login: typeof credential | undefined = credential) =>
  redacted(Buffer.from(text, 'utf8'), login).toString('utf8')

const SPELLINGS: readonly (readonly [string, string])[] = [
  ['as it is', PASSWORD],
  ['in XML', 'p&amp;ss&lt;1&gt; &quot;密码&quot;'],
  ['in XML, quotes as they are', 'p&amp;ss&lt;1&gt; "密码"'],
  ['in an address', encodeURIComponent(PASSWORD)],
  ['in an address, small hex', encodeURIComponent(PASSWORD).toLowerCase()],
  ['in Base64', Buffer.from(PASSWORD).toString('base64')],
  ['as Basic', Buffer.from(`admin:${PASSWORD}`).toString('base64')],
  ['in hex', Buffer.from(PASSWORD).toString('hex')],
]

test.each(SPELLINGS)('redact: the password %s', (_, spelling) => {
  expect(clean(`<a>${spelling}</a>`)).toBe('<a>[secret]</a>')
})

test('redact: a login in an address goes, whoever it belongs to', () => {
  expect(clean('<Uri>rtsp://root:other@10.0.0.5/s?user=root&password=other</Uri>', undefined)).toBe(
    '<Uri>rtsp://10.0.0.5/s?user=root&password=…</Uri>',
  )
})

test('redact: a password of one letter does not eat the text, only its login', () => {
  const short = {user: 'admin', password: new Secret('a')}
  expect(clean('<name>admin:a and a car</name>', short)).toBe('<name>[secret] and a car</name>')
})

test('redact: bytes that are no UTF-8 stay what they are', () => {
  const bytes = Buffer.from([0xff, 0xd8, 0x00, 0xfe, 0x80, 0xc3])
  expect(redacted(bytes, credential)).toEqual(bytes)
})
