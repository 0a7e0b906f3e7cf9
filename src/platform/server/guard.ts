/** What the platform asks of everybody: not to be reachable unguarded, and not to be a web page. */
import type {IncomingMessage} from 'node:http'
import {isIPv4} from 'node:net'
import {CitywatchError} from '../../lib/errors.ts'
import type {Secret} from '../../lib/secret.ts'
import {EVENT_BATCH_MEDIA_TYPE, EVENT_MEDIA_TYPE} from '../contract.ts'
import {refusal} from './refusal.ts'

export interface Access {
  /** Host that the platform listens on. */
  readonly host: string
  readonly token?: Secret
}

const EVENTS_PATH = '/v1/events'
const EVENT_TYPES: readonly string[] = [EVENT_MEDIA_TYPE, EVENT_BATCH_MEDIA_TYPE, 'application/json']
const TOKEN = /^[\x21-\x7e]{16,512}$/

/**
 * Throws CW_NOT_LOOPBACK when others could reach a platform that asks for nothing, CW_BAD_VALUE for a token that is none.
 * `hasAccounts`: there are users or tokens in the store.
 */
export function requireSafeListening({host, token}: Access, hasAccounts: boolean): void {
  if (token !== undefined && !TOKEN.test(token.reveal())) {
    const expected = '16 to 512 printable characters without spaces'
    throw new CitywatchError('CW_BAD_VALUE', {field: 'token', value: '[secret]', expected})
  }
  if (token === undefined && !hasAccounts && !isLoopback(host)) throw new CitywatchError('CW_NOT_LOOPBACK', {host})
}

/** Throws a Refusal (415) when a POST is not of a JSON type: any other kind a web page may send unasked. */
export function requireJsonType(request: IncomingMessage, pathname: string): void {
  if (request.method !== 'POST') return
  const types = pathname === EVENTS_PATH ? EVENT_TYPES : ['application/json']
  if (!types.includes(mediaType(request))) throw refusal(415, 'Content-Type', 'another type', types.join(' or '))
}

/** Throws a Refusal (403) when the Host header names another machine: a web page behind a rebound name. */
export function requireLoopbackHost(request: IncomingMessage): void {
  if (!isLoopback(hostName(request.headers.host ?? ''))) {
    throw refusal(403, 'Host', 'another machine', 'this machine by a loopback name, or a token')
  }
}

/** In lower case, without parameters; '' when there is none. */
export function mediaType(request: IncomingMessage): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** `localhost`, 127.0.0.0/8 and ::1; IPv6 with or without brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase()
  return name === 'localhost' || name === '::1' || name === '[::1]' || (isIPv4(name) && name.startsWith('127.'))
}

function hostName(header: string): string {
  return header.replace(/:\d{1,5}$/, '')
}
