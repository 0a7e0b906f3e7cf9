/** A certificate that signs itself, made for one test: no key is kept in the repository. */
import {selfSigned as made} from '../../src/net/self-signed.ts'

/** PEM texts of a certificate for 127.0.0.1 that nobody trusts, and its key. */
export function selfSigned(): {readonly cert: string; readonly key: string} {
  return made(['127.0.0.1'], Date.now())
}
