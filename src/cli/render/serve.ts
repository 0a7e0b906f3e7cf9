/** What a platform says of itself when it has started. */
import {isLoopback} from '../../platform/server/guard.ts'
import type {Platform} from '../../platform/server/platform.ts'

const DAY_MS = 86_400_000
/** Days before its end at which a certificate is warned of. */
const SOON_DAYS = 30

/** Addresses and data; with TLS the fingerprint that clients are to be told. One line of JSON, or text. */
export function readyText(
  platform: Platform,
  host: string,
  {dataFolder, postgres}: {readonly dataFolder: string; readonly postgres?: {readonly label: string}},
  isJson: boolean,
): string {
  const {url, dc09Port, certificate} = platform
  const fingerprint = certificate?.fingerprint
  const store = postgres?.label
  if (isJson) {
    const extra = {...(store ? {store} : {}), ...(fingerprint ? {fingerprint} : {})}
    return `${JSON.stringify({url, dc09Port, dataFolder, ...extra})}\n`
  }
  const ready = `platform ready: ${url}, DC-09 on ${host}:${dc09Port} (TCP and UDP), data in ${store ?? dataFolder}\n`
  return fingerprint === undefined ? ready : `${ready}certificate SHA-256 ${fingerprint}\n`
}

/** What to warn of: an open line, or a certificate that has run out or soon will. */
export function tlsWarning(
  host: string,
  {certificate}: Pick<Platform, 'certificate'>,
  now: number,
): string | undefined {
  if (certificate === undefined) {
    if (isLoopback(host)) return undefined
    return 'HTTP in clear: token and alarms can be read on the way; give --tls-self-signed, or --tls-cert and --tls-key'
  }
  const days = Math.floor((certificate.validTo - now) / DAY_MS)
  if (days >= SOON_DAYS) return undefined
  return days < 0 ? 'the certificate has run out' : `the certificate runs out in ${days} days`
}
