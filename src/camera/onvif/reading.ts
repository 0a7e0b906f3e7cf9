/** What an HTTP answer of a camera amounts to: content, a fault, a refused login — or no ONVIF at all. */
import {isCitywatchError} from '../../lib/errors.ts'
import {type DigestChallenge, offeredSchemes, parseChallenges} from '../../protocol/http-auth/digest.ts'
import type {Element} from '../../protocol/soap/element.ts'
import {type Envelope, readEnvelope} from '../../protocol/soap/envelope.ts'
import {type Fault, faultOf, lockOf} from '../../protocol/soap/fault.ts'
import {DeviceFailure} from '../failure.ts'
import type {Answer} from './transport.ts'

export type Reading =
  | {readonly kind: 'content'; readonly content: Element}
  | {readonly kind: 'fault'; readonly failure: DeviceFailure}
  | Denied

/** The camera wants a login, or another one. */
export interface Denied {
  readonly kind: 'denied'
  readonly status: number
  readonly challenges: readonly DigestChallenge[]
  /** What it said, for a person. */
  readonly words: string
  readonly locked: boolean
  /** Logins that it says are left. */
  readonly attemptsLeft?: number
}

const NOT_LOGGED_IN = new Set([
  'NotAuthorized',
  'Unauthorized',
  'FailedAuthentication',
  'InvalidSecurity',
  'InvalidSecurityToken',
  'SecurityTokenUnavailable',
  'FailedCheck',
])
const NOT_PERMITTED = new Set(['OperationProhibited', 'OperationNotPermitted'])
const NOT_SUPPORTED = new Set(['ActionNotSupported', 'NoSuchService', 'OptionalActionNotImplemented'])
/** No room for one more of something: users, profiles, subscriptions. */
const QUOTA = /^(?:TooMany|Max)[A-Z]/
const LOCK_TEXT_BYTES = 4_096

/** Throws DeviceFailure `not-onvif` or `malformed-xml`. */
export function readAnswer(answer: Answer): Reading {
  const {status} = answer
  const challenges = status === 401 ? parseChallenges(answer.wwwAuthenticate) : []
  if (challenges.length > 0) return digestDenied(answer, challenges)
  const {content} = envelopeOf(answer)
  const fault = faultOf(content)
  if (fault) return readFault(fault, status)
  if (status !== 200 || !content)
    throw new DeviceFailure('not-onvif', `HTTP ${status}${content ? '' : ', an empty envelope'}`)
  return {kind: 'content', content}
}

function digestDenied({status, body}: Answer, challenges: readonly DigestChallenge[]): Denied {
  const text = body.subarray(0, LOCK_TEXT_BYTES).toString('utf8')
  const fault = tryFault(body)
  const {locked, attemptsLeft} = fault ?? lockOf(text.replace(/<[^>]*>/g, ' '))
  const words = wordsOf(fault?.reason || `HTTP ${status}`, attemptsLeft)
  return {kind: 'denied', status, challenges, words, locked: locked || attemptsLeft === 0, ...left(attemptsLeft)}
}

function left(attemptsLeft: number | undefined): Pick<Denied, 'attemptsLeft'> {
  return attemptsLeft === undefined ? {} : {attemptsLeft}
}

function tryFault(body: Buffer): Fault | undefined {
  try {
    return faultOf(readEnvelope(body).content)
  } catch {
    return undefined
  }
}

function envelopeOf(answer: Answer): Envelope {
  const {status, contentType, wwwAuthenticate, body} = answer
  try {
    return readEnvelope(body)
  } catch (cause) {
    if (!isCitywatchError(cause, 'CW_PROTOCOL_REMOTE')) throw cause
    if (meantAsSoap(answer) && cause.params.protocol === 'XML') {
      throw new DeviceFailure('malformed-xml', `${cause.params.detail} (${body.length} bytes)`, {cause})
    }
    const schemes = offeredSchemes(wwwAuthenticate)
    const login = schemes.length > 0 ? `, offers ${schemes.join(', ')}` : ''
    throw new DeviceFailure('not-onvif', `HTTP ${status} ${contentType || 'without a type'}${login}`, {cause})
  }
}

function meantAsSoap({contentType, body}: Answer): boolean {
  if (/html/i.test(contentType)) return false
  return /xml/i.test(contentType) || body.subarray(0, 1_024).includes('Envelope')
}

function readFault(fault: Fault, status: number): Reading {
  const {codes, reason, attemptsLeft, locked} = fault
  const words = wordsOf(reason || codes.join(' '), attemptsLeft)
  const has = (names: ReadonlySet<string>) => codes.some((code) => names.has(code))
  if (has(NOT_LOGGED_IN) || status === 401) {
    const isLocked = locked || attemptsLeft === 0
    return {kind: 'denied', status, challenges: [], words, locked: isLocked, ...left(attemptsLeft)}
  }
  if (has(NOT_PERMITTED)) return {kind: 'fault', failure: new DeviceFailure('not-permitted', words)}
  if (has(NOT_SUPPORTED)) return {kind: 'fault', failure: new DeviceFailure('unsupported-op', words)}
  if (codes.some((code) => QUOTA.test(code))) return {kind: 'fault', failure: new DeviceFailure('quota', words)}
  if (locked) return {kind: 'denied', status, challenges: [], words, locked}
  return {kind: 'fault', failure: new DeviceFailure('soap-fault', `${codes.join('/')}: ${reason}`)}
}

function wordsOf(reason: string, attemptsLeft: number | undefined): string {
  return attemptsLeft === undefined || reason.includes(String(attemptsLeft))
    ? reason
    : `${reason} (${attemptsLeft} attempts left)`
}
