/** Where a receiver listens, as people write it: HOST, HOST:PORT, [IPv6]:PORT. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'

/** The protocol names no port; this is the one of `panel listen` and of the platform. */
const DC09_PORT = 8031

const FORM =
  /^(?:\[(?<six>[0-9A-Fa-f:.]+)\]|(?<name>[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?))(?::(?<port>\d{1,5}))?$/

/** Throws CW_BAD_ADDRESS. */
export function parseReceiver(text: string): {readonly host: string; readonly port: number} {
  const {six, name, port} = FORM.exec(text.trim())?.groups ?? {}
  const host = six ?? name
  const number = port === undefined ? DC09_PORT : Number(port)
  if (host === undefined || number < 1 || number > 65_535) {
    throw new CitywatchError('CW_BAD_ADDRESS', {value: safeText(text, 80), where: 'receiver'})
  }
  return {host, port: number}
}

/** `host:port`, IPv6 in brackets. */
export function receiverText({host, port}: {readonly host: string; readonly port: number}): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** R or L: 1 to 6 hex digits, in upper case. Throws CW_BAD_VALUE. */
export function digitsIn(field: string, text: string): string {
  if (/^[0-9A-Fa-f]{1,6}$/.test(text)) return text.toUpperCase()
  throw new CitywatchError('CW_BAD_VALUE', {field, value: safeText(text, 40), expected: '1 to 6 hex digits'})
}

/** The account in upper case. Throws CW_BAD_VALUE for what is not 3 to 16 hex digits. */
export function parseAccount(text: string): string {
  return accountIn('--account', text)
}

/** The same for another flag, which the error names. */
export function accountIn(field: string, text: string): string {
  if (/^[0-9A-Fa-f]{3,16}$/.test(text)) return text.toUpperCase()
  throw new CitywatchError('CW_BAD_VALUE', {field, value: safeText(text, 40), expected: '3 to 16 hex digits'})
}
