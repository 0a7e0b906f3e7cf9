/** What a panel does that the protocol does not want: a sentence for each kind, said once for each panel. */
import type {Oddity} from './reception.ts'

const SENTENCES: Readonly<Record<Oddity, string>> = {
  'lower-case-hex': 'hex digits are in lower case (expected upper case)',
  'binary-crc': 'the check sum is two raw bytes (expected four hex digits); it is answered in kind',
  'no-line': 'there is no line prefix (expected L and 1 to 6 hex digits, L0 at least)',
  'line-before-receiver': 'L stands before R (expected the receiver number first)',
  'none-literal': 'the word None stands for an absent receiver number (expected nothing)',
  'account-not-hex': 'the account has letters beyond F (expected 3 to 16 hex digits)',
  'no-account': 'the header has no account (expected # and 3 to 16 hex digits)',
  'bytes-after-timestamp': 'bytes follow the time (expected the end of the message)',
  'pad-with-marks': 'the padding holds |, [ or ] (expected any other bytes)',
  'no-pad-mark': 'no | ends the padding (expected one, also before empty data)',
  'other-account': 'the data names another account than the header (expected the same)',
  'padded-account': 'the account in the data is padded with zeros (expected as in the header)',
  'no-timestamp': 'there is no time (allowed in clear; a repeated message cannot be told from an old one)',
  'unknown-code': 'no table knows the event code',
  'unreadable-data': 'no event can be read in the data',
  'zero-sequence': 'an event has number 0000 (expected 0001 to 9999; 0000 is for link tests)',
}

/** Panels and kinds that are remembered; the oldest is forgotten first. */
const MAX_REMEMBERED = 10_000

/** The sentence of an oddity: found, then what was expected. */
export function findingOf(oddity: Oddity): string {
  return SENTENCES[oddity]
}

export class Findings {
  readonly #told = new Set<string>()

  /** True the first time that this kind is found on this account of this host. */
  isNew(host: string, account: string, kind: string): boolean {
    const key = `${host} ${account} ${kind}`
    if (this.#told.has(key)) return false
    this.#told.add(key)
    if (this.#told.size > MAX_REMEMBERED) for (const oldest of this.#told) return this.#told.delete(oldest)
    return true
  }

  /** It was not told after all. */
  forget(host: string, account: string, kind: string): void {
    this.#told.delete(`${host} ${account} ${kind}`)
  }
}
