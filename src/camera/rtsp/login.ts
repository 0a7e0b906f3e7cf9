/** Our side of an RTSP login: answers a challenge once — Digest, or Basic inside TLS — and never puts a password in the clear. */
import type {Credential} from '../../lib/secret.ts'
import {
  authorization,
  chooseChallenge,
  type DigestChallenge,
  offeredSchemes,
  parseChallenges,
} from '../../protocol/http-auth/digest.ts'
import {type Header, headerValues, type RtspResponse} from '../../protocol/rtsp/message.ts'
import {DeviceFailure} from '../failure.ts'
import type {WatchOptions} from './stream-watch.ts'

/** Fresh nonces that we follow in one session; none of them is a failed login. */
const MAX_RENEWALS = 3

export class RtspClientLogin {
  readonly #credential: Credential | undefined
  readonly #options: Pick<WatchOptions, 'mayLogin' | 'loginResult'>
  readonly #cnonce: string
  readonly #secure: boolean
  #challenge: DigestChallenge | 'basic' | undefined
  #count = 0
  #renewals = 0
  /** The camera has accepted the credential in this session. */
  #proven = false

  /** `cnonce`: random text of ours, the same for the whole session. `secure`: the connection is TLS, its certificate verified. */
  constructor(
    credential: Credential | undefined,
    options: Pick<WatchOptions, 'mayLogin' | 'loginResult'>,
    cnonce: string,
    secure = false,
  ) {
    this.#credential = credential
    this.#options = options
    this.#cnonce = cnonce
    this.#secure = secure
  }

  /** The Authorization header for a request; none before the camera has asked. */
  headersFor(method: string, uri: string): Header[] {
    if (!this.#challenge || !this.#credential) return []
    const {user, password} = this.#credential
    if (this.#challenge === 'basic') return [['Authorization', basic(user, password.reveal())]]
    this.#count += 1
    const value = authorization({
      challenge: this.#challenge,
      credential: {user, password: password.reveal()},
      method,
      uri,
      cnonce: this.#cnonce,
      nc: this.#count,
    })
    return [['Authorization', value]]
  }

  /** The camera went on with an authorised request. */
  accepted(): void {
    if (!this.#challenge || this.#proven) return
    this.#proven = true
    this.#options.loginResult(true)
  }

  /**
   * A 401 came: returns when the request is to be sent again. Throws DeviceFailure: `no-credential`, `login-withheld`, or
   * `rtsp-auth` when the credential was refused or only clear text is offered.
   */
  challenged(response: RtspResponse): void {
    const values = headerValues(response, 'WWW-Authenticate')
    const next = chooseChallenge(parseChallenges(values)) ?? this.#basicOf(values)
    if (this.#challenge && !this.#isRenewal(next)) {
      if (!this.#proven) this.#options.loginResult(false)
      throw new DeviceFailure('rtsp-auth', `${response.status} after a login`)
    }
    if (!next) throw new DeviceFailure('rtsp-auth', unanswerable(offeredSchemes(values)))
    if (!this.#credential) throw new DeviceFailure('no-credential', 'RTSP asks for a login and none was given')
    if (!this.#challenge && !this.#options.mayLogin()) {
      throw new DeviceFailure('login-withheld', 'another failed login could lock the account')
    }
    this.#challenge = next
    this.#count = 0
  }

  /** Basic where nothing better is offered and nobody can listen. */
  #basicOf(values: readonly string[]): 'basic' | undefined {
    return this.#secure && offeredSchemes(values).includes('basic') ? 'basic' : undefined
  }

  /** A nonce that was too old, or a new nonce for one whose password was already accepted: no failed login. */
  #isRenewal(next: DigestChallenge | 'basic' | undefined): boolean {
    const known = this.#challenge
    if (!next || next === 'basic' || known === 'basic') return false
    if (!next.stale && !(this.#proven && next.nonce !== known?.nonce)) return false
    this.#renewals += 1
    return this.#renewals <= (this.#proven ? MAX_RENEWALS : 1)
  }
}

/** User and password in UTF-8 (RFC 7617). */
function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`
}

function unanswerable(schemes: readonly string[]): string {
  if (schemes.includes('basic')) return 'offers only Basic, which would send the password in the clear'
  return schemes.length > 0
    ? `asks for ${schemes.join(', ')}, which citywatch does not know`
    : '401 without a challenge'
}
