/** Tokens: made of the system's randomness, shown once, kept as their digest alone. */
import {hash, randomBytes} from 'node:crypto'
import {Secret} from '../../lib/secret.ts'

/** 256 bits: nobody guesses one, so a plain digest is enough to keep. */
const TOKEN_BYTES = 32
const PREFIX = 'cw_'
const FORM = /^cw_[A-Za-z0-9_-]{43}$/

/** `cw_` and 43 characters. */
export function newToken(): Secret {
  return new Secret(PREFIX + randomBytes(TOKEN_BYTES).toString('base64url'))
}

/** SHA-256, base64url: what is kept, and what a token is looked up by. */
export function digestOf(token: string): string {
  return hash('sha256', token, 'base64url')
}

/** Whether a text can be one of ours at all. */
export function isToken(text: string): boolean {
  return FORM.test(text)
}
