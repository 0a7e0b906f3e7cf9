/** The RTSP login of a simulated camera: Digest challenges, and the count of failures that locks the account. */
import {randomHex} from '../../../lib/secret.ts'
import {
  type DigestAnswer,
  type DigestChallenge,
  formatChallenge,
  parseAuthorization,
  verify,
} from '../../../protocol/http-auth/digest.ts'
import {type Header, headerOf, type RtspRequest} from '../../../protocol/rtsp/message.ts'
import type {SimCamera} from '../camera.ts'

/** Failed logins, over ONVIF and RTSP together, after which nobody is let in any more. */
export const LOCKS_AFTER = 5
const REALM = 'citywatch-sim'
const MAX_NONCES = 64
/** Strongest first, as RFC 7616 §3.7 has it; players that know only MD5 take the last one. */
const ALGORITHMS = ['SHA-256', 'MD5'] as const

export class RtspLogin {
  readonly #camera: SimCamera
  /** Nonces given out, oldest first, each with the highest count (nc) that it was used with. */
  readonly #nonces = new Map<string, number>()

  constructor(camera: SimCamera) {
    this.#camera = camera
  }

  /** Null when the request may go on; otherwise the headers of the 401. */
  judge(request: RtspRequest): readonly Header[] | null {
    if (this.#camera.isWeak('rtsp-open')) return null
    if (this.#camera.streamFault === 'basic-only') return this.#judgeBasic(headerOf(request, 'Authorization'))
    const answer = parseAuthorization(headerOf(request, 'Authorization') ?? '')
    if (!answer) return this.#challenges(false)
    if (this.#isLocked() || !this.#isTrue(answer, request.method)) {
      this.#camera.failedLogins += 1
      return this.#challenges(false)
    }
    if (!this.#isFresh(answer)) return this.#challenges(true)
    this.#camera.failedLogins = 0
    return null
  }

  #judgeBasic(header: string | undefined): readonly Header[] | null {
    const {user, password} = this.#camera.spec.credential
    const right = `Basic ${Buffer.from(`${user}:${password.reveal()}`, 'utf8').toString('base64')}`
    if (header === right && !this.#isLocked()) return null
    if (header !== undefined) this.#camera.failedLogins += 1
    return [['WWW-Authenticate', `Basic realm="${REALM}"`]]
  }

  #isLocked(): boolean {
    return this.#camera.has('locked-out') || this.#camera.failedLogins >= LOCKS_AFTER
  }

  /** The URI is not compared with the request's: VLC signs the stream's for every request. */
  #isTrue(answer: DigestAnswer, method: string): boolean {
    const {user, password} = this.#camera.spec.credential
    if (this.#camera.has('wrong-password') || answer.user !== user || answer.realm !== REALM) return false
    return verify(answer, {password: password.reveal(), method})
  }

  /** A nonce of ours, and not a request recorded and sent again. VLC sends no count at all. */
  #isFresh({nonce, nc}: DigestAnswer): boolean {
    const used = this.#nonces.get(nonce)
    if (used === undefined) return false
    if (nc === undefined) return true
    const count = Number.parseInt(nc, 16)
    if (!(count > used)) return false
    this.#nonces.set(nonce, count)
    return true
  }

  #challenges(stale: boolean): Header[] {
    const nonce = randomHex(16)
    this.#nonces.set(nonce, 0)
    const [oldest] = this.#nonces.keys()
    if (this.#nonces.size > MAX_NONCES && oldest !== undefined) this.#nonces.delete(oldest)
    const algorithms = this.#camera.isWeak('md5-only') ? (['MD5'] as const) : ALGORITHMS
    return algorithms.map((algorithm) => {
      const challenge: DigestChallenge = {realm: REALM, nonce, algorithm, qop: ['auth'], stale}
      return ['WWW-Authenticate', formatChallenge(challenge)] as const
    })
  }
}
