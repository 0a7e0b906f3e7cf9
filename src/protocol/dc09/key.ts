/** The key that a panel and its receiver share: 16, 24 or 32 bytes that cannot be printed by accident. */
import {createHash} from 'node:crypto'
import {inspect} from 'node:util'
import {CitywatchError} from '../../lib/errors.ts'
import type {Secret} from '../../lib/secret.ts'
import {ZeroIvCbc} from './cbc.ts'

/** How a key is written. The same 32 characters are a 128-bit key in hex and a 256-bit key in ASCII: it is asked, never guessed. */
export type KeyForm = 'hex' | 'ascii'

/** AES-128, AES-192, AES-256. */
const KEY_BYTES: readonly number[] = [16, 24, 32]

export class AccountKey {
  readonly #bytes: Uint8Array
  readonly #cbc: ZeroIvCbc
  /** Eight hex digits that tell two keys apart and give neither away. */
  readonly fingerprint: string

  /** 16, 24 or 32 bytes; `parseKey` sees to it. */
  constructor(bytes: Uint8Array) {
    this.#bytes = Uint8Array.from(bytes)
    this.#cbc = new ZeroIvCbc(this.#bytes)
    this.fingerprint = createHash('sha256').update('citywatch dc09 key\0').update(bytes).digest('hex').slice(0, 8)
  }

  /** 128, 192 or 256. */
  get bits(): number {
    return this.#bytes.length * 8
  }

  /** Cipher text of whole blocks; `clear` is changed on the way. */
  encrypt(clear: Buffer): Buffer {
    return this.#cbc.encrypt(clear)
  }

  /** Clear text of whole blocks, whatever another key made of them. */
  decrypt(blocks: Uint8Array): Buffer {
    return this.#cbc.decrypt(blocks)
  }

  /** The key itself. */
  reveal(): Uint8Array {
    return this.#bytes
  }

  /** True when the key stands in `bytes`, as it is, in hex or in Base64: what must never be printed. */
  isIn(bytes: Uint8Array): boolean {
    const text = Buffer.from(bytes)
    const own = Buffer.from(this.#bytes)
    if (text.includes(own)) return true
    const hex = text.toString('latin1').toUpperCase().includes(own.toString('hex').toUpperCase())
    return hex || text.includes(own.toString('base64').replaceAll('=', ''), 0, 'latin1')
  }

  toString(): string {
    return '[key]'
  }

  toJSON(): string {
    return '[key]'
  }

  [inspect.custom](): string {
    return '[key]'
  }
}

/** The key in the form that was named; `where` is named in the error. Throws CW_BAD_VALUE, which says what would fit and never what was written. */
export function parseKey(text: Secret, form: KeyForm, where = 'key'): AccountKey {
  const written = text.reveal()
  const bytes = bytesOf(written, form)
  if (bytes) return new AccountKey(bytes)
  throw new CitywatchError('CW_BAD_VALUE', {
    field: `${where} (${form})`,
    value: `${written.length} characters`,
    expected: expectation(written, form),
  })
}

/** The same text read in the other form; undefined where it is no key in that form. */
export function otherForm(text: Secret, form: KeyForm): AccountKey | undefined {
  const bytes = bytesOf(text.reveal(), form === 'hex' ? 'ascii' : 'hex')
  return bytes && new AccountKey(bytes)
}

/** A key of the same length that is another one: what a panel with a wrong key would use. */
export function wrongKey(key: AccountKey): AccountKey {
  return new AccountKey(key.reveal().map((byte) => byte ^ 0xff))
}

function bytesOf(text: string, form: KeyForm): Uint8Array | undefined {
  if (!(form === 'hex' ? /^[0-9A-Fa-f]*$/ : /^[\x20-\x7e]*$/).test(text)) return undefined
  const bytes = Buffer.from(text, form === 'hex' ? 'hex' : 'latin1')
  const isWhole = form === 'ascii' || text.length % 2 === 0
  return isWhole && KEY_BYTES.includes(bytes.length) ? bytes : undefined
}

function expectation(text: string, form: KeyForm): string {
  const wanted = form === 'hex' ? '32, 48 or 64 hex digits' : '16, 24 or 32 printable ASCII characters'
  const other = form === 'hex' ? 'ascii' : 'hex'
  const fits = bytesOf(text, other)
  return fits
    ? `${wanted}; as ${other} it would be a ${fits.length * 8}-bit key`
    : `${wanted} for AES-128, -192 or -256`
}
