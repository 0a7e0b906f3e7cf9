/** The login of a stream, kept within what the ledger allows: the camera is the one that ONVIF was asked at. */
import type {Credential} from '../lib/secret.ts'
import type {LoginLedger} from './login-ledger.ts'
import type {WatchOptions} from './rtsp/stream-watch.ts'

export type StreamLogin = Pick<WatchOptions, 'mayLogin' | 'loginResult'>

/** A login is written down before it is made, so that a crash in between counts as a failure. `device`: `host:port`. */
export function streamLogin(ledger: LoginLedger, device: string, credential: Credential | undefined): StreamLogin {
  return {
    mayLogin() {
      if (!credential || !ledger.mayTry(device, credential)) return false
      ledger.trying(device, credential)
      return true
    },
    loginResult(ok) {
      if (credential) ledger[ok ? 'succeeded' : 'failed'](device, credential)
    },
  }
}
