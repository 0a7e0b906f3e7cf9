/** HTTP Digest, both sides: read a challenge, answer it, check an answer (RFC 7616, and RFC 2617 as older cameras speak it). */
import {createHash, timingSafeEqual} from 'node:crypto'
import {CitywatchError} from '../../lib/errors.ts'
import {parseAuthHeader} from './auth-header.ts'

/** Strongest first. */
export const DIGEST_ALGORITHMS = ['SHA-256', 'SHA-256-sess', 'MD5-sess', 'MD5'] as const
type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number]

export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque?: string
  /** Absent: the challenge named none and means MD5. */
  readonly algorithm?: DigestAlgorithm
  /** Lower case, as offered: `['auth', 'auth-int']`. Empty: the form of RFC 2069, without cnonce and nc. */
  readonly qop: readonly string[]
  /** The nonce was too old, the password was not judged: answer again, it is no failed login. */
  readonly stale: boolean
}

/** What a client's Authorization header says. */
export interface DigestAnswer {
  readonly user: string
  readonly realm: string
  readonly nonce: string
  readonly uri: string
  /** Lower-case hex. */
  readonly response: string
  readonly algorithm?: DigestAlgorithm
  readonly opaque?: string
  readonly qop?: 'auth'
  readonly nc?: string
  readonly cnonce?: string
}

export interface DigestRequest {
  readonly challenge: DigestChallenge
  readonly credential: {readonly user: string; readonly password: string}
  readonly method: string
  /** Request target as it stands in the request line. */
  readonly uri: string
  /** Random text of the client. With a `-sess` algorithm the same for as long as the nonce is used. */
  readonly cnonce: string
  /** How many requests were made with this nonce, this one included: from 1. */
  readonly nc: number
}

/** The Digest challenges among WWW-Authenticate values that we can answer; other schemes and algorithms are left out. */
export function parseChallenges(headerValues: readonly string[]): DigestChallenge[] {
  return parseAuthHeader(headerValues).flatMap(({scheme, params}) => {
    const nonce = params.get('nonce')
    const realm = params.get('realm') ?? ''
    const named = params.get('algorithm')
    const algorithm = algorithmOf(named)
    if (scheme !== 'digest' || nonce === undefined || (named && !algorithm)) return []
    const opaque = params.get('opaque')
    // What cannot be written back cannot be answered.
    if ([realm, nonce, opaque].some((text) => text !== undefined && CONTROL.test(text))) return []
    return [
      {
        realm,
        nonce,
        ...(opaque === undefined ? {} : {opaque}),
        ...(algorithm ? {algorithm} : {}),
        qop: (params.get('qop') ?? '')
          .toLowerCase()
          .split(/[\s,]+/)
          .filter(Boolean),
        stale: params.get('stale')?.toLowerCase() === 'true',
      },
    ]
  })
}

/** The schemes that header values offer, in lower case: `['digest', 'basic']`. */
export function offeredSchemes(headerValues: readonly string[]): string[] {
  return [...new Set(parseAuthHeader(headerValues).map(({scheme}) => scheme))]
}

/** The strongest challenge that can be answered; undefined when there is none (`auth-int` alone is not answered). */
export function chooseChallenge(challenges: readonly DigestChallenge[]): DigestChallenge | undefined {
  const rank = ({algorithm = 'MD5'}: DigestChallenge) => DIGEST_ALGORITHMS.indexOf(algorithm)
  return challenges
    .filter(({qop}) => qop.length === 0 || qop.includes('auth'))
    .toSorted((a, b) => rank(a) - rank(b))
    .at(0)
}

/** WWW-Authenticate value of a challenge. */
export function formatChallenge({realm, nonce, opaque, algorithm, qop, stale}: DigestChallenge): string {
  const fields = [`realm=${quote(realm)}`, `nonce=${quote(nonce)}`]
  if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`)
  if (algorithm) fields.push(`algorithm=${algorithm}`)
  if (qop.length > 0) fields.push(`qop=${quote(qop.join(','))}`)
  if (stale) fields.push('stale=true')
  return `Digest ${fields.join(', ')}`
}

/**
 * Authorization value that answers a challenge. Text beyond ASCII stays as it is: the caller sends the header as UTF-8.
 * Throws CW_PROTOCOL_LOCAL when the user or URI has control characters.
 */
export function authorization({challenge, credential, method, uri, cnonce, nc}: DigestRequest): string {
  const {realm, nonce, opaque, algorithm} = challenge
  const protection = challenge.qop.includes('auth')
    ? ({qop: 'auth', nc: nc.toString(16).padStart(8, '0'), cnonce} as const)
    : {}
  const base = {user: credential.user, realm, nonce, uri, ...(algorithm ? {algorithm} : {}), ...protection}
  // A `-sess` key needs the client's nonce even where no qop was offered.
  const response = responseOf({...base, cnonce}, credential.password, method)
  const fields = [
    `username=${quote(base.user)}`,
    `realm=${quote(realm)}`,
    `nonce=${quote(nonce)}`,
    `uri=${quote(uri)}`,
    `response="${response}"`,
  ]
  if (algorithm) fields.push(`algorithm=${algorithm}`)
  if (protection.qop) fields.push('qop=auth', `nc=${protection.nc}`)
  if (protection.qop || algorithm?.endsWith('-sess')) fields.push(`cnonce=${quote(cnonce)}`)
  if (opaque !== undefined) fields.push(`opaque=${quote(opaque)}`)
  return `Digest ${fields.join(', ')}`
}

/** An Authorization value; null when it is no Digest answer, lacks a field, or uses what we did not offer. */
export function parseAuthorization(header: string): DigestAnswer | null {
  const params = parseAuthHeader([header]).find(({scheme}) => scheme === 'digest')?.params
  const [user, realm, nonce, uri, response] = ['username', 'realm', 'nonce', 'uri', 'response'].map((name) =>
    params?.get(name),
  )
  if (!params || user === undefined || realm === undefined || nonce === undefined || uri === undefined) return null
  const named = params.get('algorithm')
  const algorithm = algorithmOf(named)
  const qop = params.get('qop')?.toLowerCase()
  if (!response || (named && !algorithm) || (qop !== undefined && qop !== 'auth')) return null
  const rest = Object.fromEntries(
    ['opaque', 'nc', 'cnonce'].flatMap((name) => (params.has(name) ? [[name, params.get(name)]] : [])),
  )
  return {
    user,
    realm,
    nonce,
    uri,
    response: response.toLowerCase(),
    ...(algorithm ? {algorithm} : {}),
    ...(qop ? {qop} : {}),
    ...rest,
  }
}

/**
 * True when the answer was made with this password for this method. Realm, nonce (freshness, reuse of nc), URI and user are
 * the server's to check. Takes the same time for every wrong answer of the right length.
 */
export function verify(answer: DigestAnswer, {password, method}: {password: string; method: string}): boolean {
  const expected = Buffer.from(responseOf(answer, password, method))
  const given = Buffer.from(answer.response)
  return expected.length === given.length && timingSafeEqual(expected, given)
}

function responseOf(answer: Omit<DigestAnswer, 'response'>, password: string, method: string): string {
  const {user, realm, nonce, uri, algorithm = 'MD5', qop, nc = '', cnonce = ''} = answer
  const hash = (text: string) =>
    createHash(algorithm.startsWith('MD5') ? 'md5' : 'sha256')
      .update(text, 'utf8')
      .digest('hex')
  const secret = hash(`${user}:${realm}:${password}`)
  const key = algorithm.endsWith('-sess') ? hash(`${secret}:${nonce}:${cnonce}`) : secret
  const request = hash(`${method}:${uri}`)
  return hash(qop ? `${key}:${nonce}:${nc}:${cnonce}:${qop}:${request}` : `${key}:${nonce}:${request}`)
}

function algorithmOf(name: string | undefined): DigestAlgorithm | undefined {
  return DIGEST_ALGORITHMS.find((known) => known.toLowerCase() === name?.toLowerCase())
}

const CONTROL = /[\u0000-\u001F\u007F]/

function quote(text: string): string {
  if (CONTROL.test(text)) {
    throw new CitywatchError('CW_PROTOCOL_LOCAL', {protocol: 'Digest', detail: 'control characters in a header field'})
  }
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
