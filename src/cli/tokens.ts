/** Making a token: until when, and where it goes. */
import {closeSync, fsyncSync, openSync, rmSync, writeSync} from 'node:fs'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import type {Role} from '../model/role.ts'
import type {MadeToken} from '../platform/contract.ts'
import {type AccessChoice, addToken, nameOf, prefixOf, withAccess} from './access.ts'
import {momentOf} from './time-flag.ts'

interface TokenFlags extends AccessChoice {
  readonly role: Role
  readonly jurisdiction: string
  readonly expires: string
  readonly out?: string | undefined
}

/**
 * The file is made before the token is, so that no token is made that nobody gets to see. Throws CW_BAD_VALUE, CW_CONFLICT,
 * CW_FILE_EXISTS, CW_IO.
 */
export async function makeToken(
  name: string,
  flags: TokenFlags,
  clock: Clock,
): Promise<{readonly made: MadeToken; readonly isFirst: boolean}> {
  const asked = {
    ...{name: nameOf(name), role: flags.role, jurisdiction: prefixOf(flags.jurisdiction)},
    ...(flags.expires === 'never' ? {} : {expiresAt: momentOf('--expires', flags.expires, clock.now(), 1)}),
  }
  const file = flags.out === undefined ? undefined : newFile(flags.out)
  try {
    const result = await withAccess(flags, clock, (admin) => addToken(admin, asked), true)
    file?.keep(result.made.token)
    return result
  } catch (error) {
    file?.drop()
    throw error
  }
}

function newFile(path: string) {
  const descriptor = opened(path)
  return {
    keep(token: string): void {
      writeSync(descriptor, `${token}\n`)
      fsyncSync(descriptor)
      closeSync(descriptor)
    },
    drop(): void {
      closeSync(descriptor)
      rmSync(path, {force: true})
    },
  }
}

function opened(path: string): number {
  try {
    return openSync(path, 'wx', 0o600)
  } catch (cause) {
    const {code = 'not writable'} = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') throw new CitywatchError('CW_FILE_EXISTS', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
  }
}
