/** The wiring: which platform a command talks to, and with which token. */
import {readFile} from 'node:fs/promises'
import {CitywatchError} from '../lib/errors.ts'
import {Secret} from '../lib/secret.ts'
import {withoutLogin} from '../model/address.ts'
import type {PlatformClient} from '../platform/client.ts'
import {DEFAULT_PLATFORM_URL} from '../platform/contract.ts'
import type {Context} from './config.ts'

export interface PlatformChoice {
  /** Name of a context. */
  readonly context?: string | undefined
  /** Address that overrides every context. */
  readonly platform?: string | undefined
}

/** A client for: --platform, else --context, else the current context, else this machine. No connection is made yet. */
export async function platformClient(choice: PlatformChoice): Promise<PlatformClient> {
  const context = await chosen(choice)
  return clientFor(context, await tokenOf(context))
}

/** A client that says nothing of who asks, unless a token is given. */
export async function clientFor({url, fingerprint}: Context, token?: Secret): Promise<PlatformClient> {
  const {PlatformClient} = await import('../platform/client.ts')
  const pin = fingerprint === undefined ? {} : {fingerprint: await pinFor(url, fingerprint)}
  return new PlatformClient({url, ...(token ? {token} : {}), ...pin})
}

/** Who has logged in acts as that user until it runs out; else the token of the file, if there is one. */
async function tokenOf(context: Chosen): Promise<Secret | undefined> {
  const {sessionFor} = await import('./sessions.ts')
  const session = context.isFromVariables ? undefined : sessionFor(context, Date.now())
  if (session) return session.token
  return context.tokenFile === undefined ? undefined : secretFromFile(context.tokenFile)
}

/** The fingerprint in its one spelling. Throws CW_BAD_VALUE when it is none, and for an address without TLS. */
export async function pinFor(url: string, fingerprint: string): Promise<string> {
  const {parseFingerprint} = await import('../platform/pinned.ts')
  const pin = parseFingerprint(fingerprint)
  if (url.startsWith('https:')) return pin
  throw new CitywatchError('CW_BAD_VALUE', {field: 'platform', value: url, expected: 'https:// with a fingerprint'})
}

export interface Chosen extends Context {
  /** Absent: it has none. */
  readonly name?: string
  /** CITYWATCH_TOKEN_FILE names its token: no log-in goes before that. */
  readonly isFromVariables?: boolean
}

/** The platform that a command would use. Throws CW_NO_CONTEXT, CW_BAD_ADDRESS. */
export async function chosen({context, platform}: PlatformChoice): Promise<Chosen> {
  if (platform !== undefined) return {url: platformUrl(platform), ...fromVariables()}
  const {contexts} = await import('./config.ts')
  const {byName, current} = contexts()
  const name = context ?? current
  if (name === null) return {url: DEFAULT_PLATFORM_URL, ...fromVariables()}
  const known = byName.get(name)
  if (!known) throw new CitywatchError('CW_NO_CONTEXT', {name})
  return {...known, name}
}

/** What an address alone does not say. */
function fromVariables(): Omit<Chosen, 'url'> {
  const {CITYWATCH_TOKEN_FILE: tokenFile, CITYWATCH_FINGERPRINT: fingerprint} = process.env
  return {...(tokenFile ? {tokenFile, isFromVariables: true} : {}), ...(fingerprint ? {fingerprint} : {})}
}

/** `host:port` or an http(s) URL as the origin of a platform. Throws CW_BAD_ADDRESS; userinfo is refused. */
export function platformUrl(text: string): string {
  const bad = () => new CitywatchError('CW_BAD_ADDRESS', {value: withoutLogin(text), where: 'platform'})
  const candidate = /^https?:\/\//.test(text) ? text : `http://${text}`
  if (!URL.canParse(candidate)) throw bad()
  const url = new URL(candidate)
  if (url.username || url.password || (url.pathname !== '/' && url.pathname !== '') || url.search) throw bad()
  return url.origin
}

/** First line of a file as a secret. Throws CW_FILE_NOT_FOUND, CW_IO. */
export async function secretFromFile(path: string): Promise<Secret> {
  try {
    const text = await readFile(path, 'utf8')
    return new Secret(text.split(/\r?\n/, 1)[0] ?? '')
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code ?? 'unreadable'}, {cause})
  }
}
