/** Takes a password out of bytes that a camera sent or was sent, in every spelling that such bytes may have. */
import type {Credential} from '../lib/secret.ts'
import {withoutLogin} from '../model/address.ts'
import {escapeXml} from '../protocol/soap/xml.ts'

const GONE = '[secret]'
/** Shorter passwords are part of too many other words; they are taken out of addresses only. */
const SHORTEST = 4

/** The bytes without the password and without logins in addresses; everything else as it was, whatever its encoding. */
export function redacted(bytes: Uint8Array, credential: Credential | undefined): Buffer {
  // One character a byte, so that bytes which are no UTF-8 stay what they are.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  const spelled = credential ? spellingsOf(credential) : []
  const without = spelled.reduce((left, word) => left.replaceAll(word, GONE), text)
  return Buffer.from(
    without.replace(ADDRESS, (address) => bytesOf(withoutLogin(address))),
    'latin1',
  )
}

/** What `withoutLogin` has put in is text; the rest is one character a byte already. */
function bytesOf(text: string): string {
  return text.replaceAll('…', Buffer.from('…', 'utf8').toString('latin1'))
}

/** `scheme://` up to white space, a quote or a bracket of XML. */
const ADDRESS = /[a-z]{2,8}:\/\/[^\s"'<>]{1,2048}/gi

/** Longest first, so that no part of one is left over. */
function spellingsOf({user, password}: Credential): string[] {
  const plain = password.reveal()
  const pair = `${user}:${plain}`
  const texts = [
    ...(plain.length >= SHORTEST ? [plain, ...xmlForms(plain), ...uriForms(plain), base64(plain), hex(plain)] : []),
    ...(plain.length > 0 ? [pair, ...xmlForms(pair), base64(pair)] : []),
  ]
  const bytes = texts.map((text) => Buffer.from(text, 'utf8').toString('latin1'))
  return [...new Set(bytes)].filter((text) => text.length > 0).sort((a, b) => b.length - a.length)
}

function xmlForms(text: string): string[] {
  try {
    const escaped = escapeXml(text)
    return [escaped, escaped.replaceAll('&quot;', '"').replaceAll('&apos;', "'"), escaped.replaceAll('&apos;', '&#39;')]
  } catch {
    return []
  }
}

function uriForms(text: string): string[] {
  const encoded = encodeURIComponent(text.toWellFormed())
  return [encoded, encoded.toLowerCase(), encoded.replaceAll('%20', '+'), encodeURI(text.toWellFormed())]
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}

function hex(text: string): string {
  return Buffer.from(text, 'utf8').toString('hex')
}
