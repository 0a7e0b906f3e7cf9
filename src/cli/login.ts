/** Logging in at a platform, and out. */
import {CitywatchError} from '../lib/errors.ts'
import {Secret} from '../lib/secret.ts'
import type {PasswordRequest} from '../platform/access-client.ts'
import {type Chosen, chosen, clientFor, type PlatformChoice} from './context.ts'
import {type PasswordFlags, platformPassword} from './password.ts'
import {forgetSession, keepSession, sessionFor} from './sessions.ts'

export interface LoginReport {
  readonly url: string
  readonly user: string
  readonly role: string
  readonly jurisdiction: string
  readonly expiresAt: number
}

interface LoginFlags extends PlatformChoice, PasswordFlags {
  readonly user: string
  readonly 'allow-clear': boolean
}

/** Throws CW_USAGE where others could read the password, CW_AUTH, CW_TOO_MANY_TRIES, and what the client throws. */
export async function logIn(flags: LoginFlags, now: number): Promise<LoginReport> {
  const context = await chosen(flags)
  if (!flags['allow-clear']) await requireCovered(context)
  const password = await platformPassword(flags, `password of ${flags.user} at ${context.url}`)
  const client = await clientFor(context)
  const {token, user, role, jurisdiction, expiresAt} = await client.login(flags.user, password)
  keepSession(context, {user, token: new Secret(token), expiresAt}, now)
  return {url: context.url, user, role, jurisdiction, expiresAt}
}

/** Forgets the token first: whatever the platform does, it opens nothing from here any more. */
export async function logOut(
  choice: PlatformChoice,
  now: number,
): Promise<{url: string; wasLoggedIn: boolean; ended: boolean}> {
  const context = await chosen(choice)
  const session = sessionFor(context, now)
  forgetSession(context)
  if (session === undefined) return {url: context.url, wasLoggedIn: false, ended: false}
  const client = await clientFor(context, session.token)
  const ended = await client.logout().then(
    () => true,
    () => false,
  )
  return {url: context.url, wasLoggedIn: true, ended}
}

interface PasswdFlags extends PlatformChoice, PasswordFlags {
  readonly data?: string | undefined
  readonly 'current-file'?: string | undefined
}

/** The request for a new password; with the present one when it is the asker's own. */
export async function newPassword(name: string, flags: PasswdFlags, now: number): Promise<PasswordRequest> {
  const own = flags.data === undefined && sessionFor(await chosen(flags), now)?.user === name
  const currentFile = flags['current-file']
  const current = currentFile === undefined ? {} : {'password-file': currentFile}
  const present = own || currentFile !== undefined ? {current: await platformPassword(current, 'present password')} : {}
  return {name, password: await platformPassword(flags, `new password of ${name}`, true), ...present}
}

async function requireCovered({url}: Chosen): Promise<void> {
  const {protocol, hostname} = new URL(url)
  const {isLoopback} = await import('../platform/server/guard.ts')
  if (protocol === 'https:' || isLoopback(hostname)) return
  const detail = `${url} is not covered: others on the network could read the password; use https://, or pass --allow-clear`
  throw new CitywatchError('CW_USAGE', {detail})
}
