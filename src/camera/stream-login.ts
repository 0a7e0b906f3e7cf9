/** The login of a stream, kept within what the ledger allows: the camera is the one that ONVIF was asked at. */
import type {Credential} from '../lib/secret.ts'
import type {LoginLedger} from './login-ledger.ts'
import type {WatchOptions} from './rtsp/stream-watch.ts'

export interface StreamLogin extends Pick<WatchOptions, 'mayLogin' | 'loginResult'> {
  /** To be called at the end: where the camera never asked for a login, nothing was risked. */
  leave(): void
}

/**
 * Asked before the conversation begins: once the camera wants a login, it does not wait. A login is written down before it is
 * made, so that a crash in between counts as a failure. `device`: `host:port`.
 */
export async function streamLogin(
  ledger: LoginLedger,
  device: string,
  credential: Credential | undefined,
): Promise<StreamLogin> {
  if (!credential || !(await ledger.mayTry(device, credential))) {
    return {mayLogin: () => false, loginResult: () => {}, leave: () => {}}
  }
  let isMade = false
  return {
    mayLogin() {
      isMade = true
      ledger.trying(device, credential)
      return true
    },
    loginResult: (ok) => ledger[ok ? 'succeeded' : 'failed'](device, credential),
    leave() {
      if (!isMade) ledger.untried?.(device, credential)
    },
  }
}
