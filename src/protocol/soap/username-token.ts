/**
 * WS-Security UsernameToken with PasswordDigest, both sides.
 *
 *   digest = base64( SHA-1( nonce bytes + Created as text + password in UTF-8 ) )
 */
import {createHash, timingSafeEqual} from 'node:crypto'
import {childOf, type Element, textOf} from './element.ts'
import {type Xml, xml} from './xml.ts'

const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd'
const WSU = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd'
const DIGEST = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest'
const BASE64 = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary'

export interface UsernameToken {
  readonly user: string
  /** Base64. */
  readonly digest: string
  readonly nonce: Uint8Array
  /** As written: `2026-05-04T12:00:00.000Z`. The digest is over this text, not over the time. */
  readonly created: string
}

/** The header element that logs in. `created` in ms since the epoch, by the device's clock; `nonce` from a secure generator. */
export function writeUsernameToken(
  {user, password}: {readonly user: string; readonly password: string},
  nonce: Uint8Array,
  created: number,
): Xml {
  const at = new Date(created).toISOString()
  const digest = digestOf(nonce, at, password).toString('base64')
  return xml`<wsse:Security s:mustUnderstand="1" xmlns:wsse="${WSSE}" xmlns:wsu="${WSU}"><wsse:UsernameToken>${[
    xml`<wsse:Username>${user}</wsse:Username>`,
    xml`<wsse:Password Type="${DIGEST}">${digest}</wsse:Password>`,
    xml`<wsse:Nonce EncodingType="${BASE64}">${Buffer.from(nonce).toString('base64')}</wsse:Nonce>`,
    xml`<wsu:Created>${at}</wsu:Created>`,
  ]}</wsse:UsernameToken></wsse:Security>`
}

/** The token in an envelope's header; undefined when there is none, or when its password is not a digest. */
export function readUsernameToken(header: Element | undefined): UsernameToken | undefined {
  const token = childOf(header, 'Security', 'UsernameToken')
  const password = childOf(token, 'Password')
  const nonce = textOf(token, 'Nonce')
  const created = textOf(token, 'Created')
  if (!password?.attributes.get('Type')?.endsWith('#PasswordDigest') || !nonce || !created) return undefined
  return {user: textOf(token, 'Username') ?? '', digest: password.text, nonce: Buffer.from(nonce, 'base64'), created}
}

/** True when the token was made with this password. Freshness of `created` and reuse of `nonce` are the device's to check. */
export function tokenIsFrom({nonce, created, digest}: UsernameToken, password: string): boolean {
  const expected = digestOf(nonce, created, password)
  const given = Buffer.from(digest, 'base64')
  return expected.length === given.length && timingSafeEqual(expected, given)
}

function digestOf(nonce: Uint8Array, created: string, password: string): Buffer {
  return createHash('sha1').update(nonce).update(created, 'utf8').update(password, 'utf8').digest()
}
