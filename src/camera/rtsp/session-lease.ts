/** The session that a camera has granted us: its name, and when it must be renewed (RFC 2326 §12.37). */

/** What a camera grants that does not say (RFC 2326 §12.37), s; and the shortest that we believe. */
const DEFAULT_TIMEOUT_S = 60
const MIN_TIMEOUT_S = 4

/** What can be sent back in a header. */
const SESSION_ID = /^[^\u0000-\u001f\u007f]{1,1024}$/

export class SessionLease {
  #id: string | undefined
  #timeoutMs = DEFAULT_TIMEOUT_S * 1_000
  #renewedAt = Number.POSITIVE_INFINITY
  #method: 'GET_PARAMETER' | 'OPTIONS' = 'OPTIONS'

  get id(): string | undefined {
    return this.#id
  }

  /** What renews it: GET_PARAMETER where the camera knows it. */
  get method(): string {
    return this.#method
  }

  /** When half of its time is over, ms. */
  get renewAt(): number {
    return this.#renewedAt + this.#timeoutMs / 2
  }

  /** The methods of a Public header. */
  offered(methods: string): void {
    if (/\bGET_PARAMETER\b/i.test(methods)) this.#method = 'GET_PARAMETER'
  }

  /** A Session header: `A1;timeout=60`. False when it names no session, or one that cannot be named in turn. */
  granted(header: string): boolean {
    const [id = '', ...fields] = header.split(';').map((field) => field.trim())
    if (!SESSION_ID.test(id)) return false
    this.#id = id
    const [, seconds] = fields.map((field) => /^timeout\s*=\s*(\d{1,6})$/i.exec(field)).find(Boolean) ?? []
    if (seconds !== undefined) this.#timeoutMs = Math.max(MIN_TIMEOUT_S, Number(seconds)) * 1_000
    return true
  }

  renewed(now: number): void {
    this.#renewedAt = now
  }
}
