/** The login of one session: learnt from what the camera asks for, remembered, and refused at most once. */
import {randomBytes} from 'node:crypto'
import {type Credential, randomHex} from '../../lib/secret.ts'
import {authorization, chooseChallenge, type DigestChallenge} from '../../protocol/http-auth/digest.ts'
import {writeUsernameToken} from '../../protocol/soap/username-token.ts'
import type {Xml} from '../../protocol/soap/xml.ts'
import type {Denied} from './reading.ts'

const NONCE_BYTES = 16

/** One way of logging in, ready for the next request. */
export type Scheme = Digest | UsernameTokens

/**
 * Digest where it was asked for; else the UsernameToken that every ONVIF device takes. Basic is never answered: it would hand
 * the password to whoever listens.
 */
export function schemeFor({challenges}: Denied, credential: Credential): Scheme {
  return digestFor(challenges, credential) ?? new UsernameTokens(credential)
}

/** The strongest Digest among the challenges; undefined when none can be answered. */
export function digestFor(challenges: readonly DigestChallenge[], credential: Credential): Digest | undefined {
  const challenge = chooseChallenge(challenges)
  return challenge && new Digest(challenge, credential)
}

export class Digest {
  readonly kind = 'digest'
  readonly challenge: DigestChallenge
  readonly #credential: Credential
  readonly #cnonce = randomHex(NONCE_BYTES)
  #nc = 0

  constructor(challenge: DigestChallenge, credential: Credential) {
    this.challenge = challenge
    this.#credential = credential
  }

  /** Authorization header of the next request, UTF-8 as the bytes of a header. */
  header(path: string, method: 'POST' | 'GET' = 'POST'): string {
    this.#nc += 1
    const value = authorization({
      challenge: this.challenge,
      credential: {user: this.#credential.user, password: this.#credential.password.reveal()},
      method,
      uri: path,
      cnonce: this.#cnonce,
      nc: this.#nc,
    })
    return Buffer.from(value, 'utf8').toString('latin1')
  }

  /** The same login for a new nonce; undefined when the camera's answer asks for nothing new. */
  renewed({challenges}: Pick<Denied, 'challenges'>): Digest | undefined {
    const challenge = chooseChallenge(challenges)
    if (!challenge || challenge.nonce === this.challenge.nonce) return undefined
    return new Digest(challenge, this.#credential)
  }
}

class UsernameTokens {
  readonly kind = 'token'
  readonly #credential: Credential

  constructor(credential: Credential) {
    this.#credential = credential
  }

  /** Security header of the next request. `now` by the camera's clock. */
  header(now: number): Xml {
    const {user, password} = this.#credential
    return writeUsernameToken({user, password: password.reveal()}, randomBytes(NONCE_BYTES), now)
  }
}
