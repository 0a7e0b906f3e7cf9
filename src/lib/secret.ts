/** A password or key that cannot be printed by accident: every way of turning it into text says `[secret]`. */
import {createHash, randomBytes} from 'node:crypto'
import {inspect} from 'node:util'

export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** The secret itself. Only for the line that puts it on the wire. */
  reveal(): string {
    return this.#text
  }

  /** Twelve hex digits that tell two secrets apart without giving either away; salted, so equal only under one salt. */
  fingerprint(salt: string): string {
    return createHash('sha256').update(salt).update('\0').update(this.#text).digest('hex').slice(0, 12)
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }
}

/** A user name with its password. */
export interface Credential {
  readonly user: string
  readonly password: Secret
}

/** `bytes` random bytes from the system's generator, as hex. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}
