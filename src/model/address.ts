/** Addresses as people write them, and the one form that the inventory keeps. */

const HOST = /^(?:\[[0-9A-Fa-f:.]+(?:%[\w.]+)?\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?)$/
const DEVICE_SERVICE = '/onvif/device_service'

/**
 * The ONVIF device service URL for `host`, `host:port`, `[IPv6]:port` or an http(s) URL; undefined for anything else,
 * such as `999.1.1.1`, `10.0.0`, or text with spaces. Userinfo is dropped. A single word needs a port or a dot, so that
 * an inventory key is not taken for a host.
 */
export function deviceServiceUrl(text: string): string | undefined {
  const trimmed = text.trim()
  if (/^https?:\/\//i.test(trimmed)) return fromUrl(trimmed)
  const [, host = '', port] = /^(\[[^\]]*\]|[^:[\]/]*)(?::(\d{1,5}))?$/.exec(trimmed) ?? []
  if (!isHost(host) || (port === undefined && !/[.[]/.test(host) && host !== 'localhost')) return undefined
  const url = `http://${host}${port === undefined ? '' : `:${port}`}${DEVICE_SERVICE}`
  return URL.canParse(url) ? new URL(url).href : undefined
}

function fromUrl(text: string): string | undefined {
  // The host as written: URL reads 010.1.1.1 as octal and 10.1 as 10.0.0.1, which nobody means.
  const [, host = ''] = /^https?:\/\/(?:[^/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(text) ?? []
  if (!isHost(host) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  url.username = ''
  url.password = ''
  url.hash = ''
  if (url.pathname === '/') url.pathname = DEVICE_SERVICE
  return url.href
}

function isHost(host: string): boolean {
  if (!HOST.test(host) || host.includes('..')) return false
  return /^[\d.]+$/.test(host) ? isIPv4(host) : true
}

/** An address of one host: 0.0.0.0, multicast and broadcast are none. */
function isIPv4(text: string): boolean {
  const parts = text.split('.')
  const first = Number(parts[0])
  if (parts.length !== 4 || first < 1 || first > 223) return false
  return parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)
}

const URL_LOGIN = /(:\/\/)\S*@/g
const BARE_LOGIN = /[^\s/]+:\S+@(?=\S)/g
const QUERY_PASSWORD = /((?:password|passwd|pwd|pass)=)[^&\s]*/gi

/** The text without logins (`rtsp://user:pw@host`, `user:pw@host`, `…&password=pw`): they are kept and printed nowhere. */
export function withoutLogin(text: string): string {
  if (!text.includes('@') && !text.includes('=')) return text
  return text.replace(URL_LOGIN, '$1').replace(BARE_LOGIN, '').replace(QUERY_PASSWORD, '$1…')
}
