/** Who acknowledges when nobody is named: the user of this machine. */
import {userInfo} from 'node:os'

/** Login name of the user; `operator` where the system has none, as in some containers. */
export function operatorName(): string {
  try {
    return userInfo().username
  } catch {
    return 'operator'
  }
}
