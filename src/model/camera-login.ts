/** What workers tell each other of logins at cameras, so that many of them lock no camera. Nothing of the login itself is in it. */

/**
 * `go`: it may be tried, and counts as failed until its outcome is told. `busy`: another try is under way, or was when its
 * worker died. `refused`: as many failed as may fail.
 */
export const LOGIN_ANSWERS = ['go', 'busy', 'refused'] as const
export type LoginAnswer = (typeof LOGIN_ANSWERS)[number]

/** `untried`: it was allowed and not made. */
export const LOGIN_OUTCOMES = ['accepted', 'refused', 'untried'] as const
export type LoginOutcome = (typeof LOGIN_OUTCOMES)[number]

/** Failed logins of one camera that may be allowed within the window: the strictest known camera locks at 3. */
export const MAX_FAILED_LOGINS = 2
/** A failed login weighs this long, ms: the longest lock time known of cameras. */
export const LOGIN_WINDOW_MS = 30 * 60_000

export interface AskedLogin {
  /** Host and port of the camera. */
  readonly device: string
  /** Names this try: asked again, it is the same one. */
  readonly permit: string
  /** Failed logins that the camera may see within the window, this one included. */
  readonly allowed: number
}

export interface SettledLogin {
  readonly device: string
  readonly permit: string
  readonly outcome: LoginOutcome
}
