/** Where a platform keeps its data: the flags, and how the password of a PostgreSQL gets in without being an argument. */
import * as Flags from '@oclif/core/flags'
import {CitywatchError} from '../lib/errors.ts'
import {withoutLogin} from '../model/address.ts'
import type {PostgresTarget} from '../platform/store/postgres/target.ts'
import {secretFromFile} from './context.ts'

export const storeFlags = {
  store: Flags.string({
    description: 'keep the data in PostgreSQL 15 or newer instead of a folder, shared by any number of nodes',
    helpValue: 'postgres://USER@HOST/DATABASE',
    helpGroup: 'STORE',
  }),
  'store-password-file': Flags.string({
    description:
      "file whose first line is PostgreSQL's password; else PGPASSWORD, PGPASSFILE, or the URL in CITYWATCH_STORE",
    helpValue: 'FILE',
    helpGroup: 'STORE',
  }),
}

interface StoreFlags {
  readonly store?: string | undefined
  readonly 'store-password-file'?: string | undefined
}

/**
 * Nothing for the data folder. Everybody on the machine can read `argv`, so a URL with a password is taken from the
 * environment only. Throws CW_BAD_VALUE, CW_USAGE, CW_FILE_NOT_FOUND.
 */
export async function storeChoice(
  {store, 'store-password-file': passwordFile}: StoreFlags,
  argv: readonly string[],
): Promise<{readonly postgres?: PostgresTarget}> {
  if (store === undefined) {
    if (passwordFile === undefined) return {}
    throw new CitywatchError('CW_USAGE', {detail: '--store-password-file goes with --store'})
  }
  const {hasPassword, parsePostgresUrl} = await import('../platform/store/postgres/target.ts')
  if (hasPassword(store) && argv.some((argument) => argument.includes(store))) {
    const expected =
      'a URL without a password: everybody here can read arguments; use --store-password-file, PGPASSFILE or CITYWATCH_STORE'
    throw new CitywatchError('CW_BAD_VALUE', {field: 'store', value: withoutLogin(store), expected})
  }
  const password = passwordFile === undefined ? undefined : await secretFromFile(passwordFile)
  return {postgres: parsePostgresUrl(store, password)}
}
