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

/** Of commands that work on the data folder: they must not take another folder for the data of a platform on PostgreSQL. */
export const folderOnlyFlag = Flags.string({
  description: 'where `platform serve` keeps its data when that is PostgreSQL: then its own tools copy them',
  helpValue: 'URL',
  helpGroup: 'STORE',
})

/** Throws CW_USAGE with what to do instead, when the data are in PostgreSQL. */
export async function requireFolder(store: string | undefined, what: 'backup' | 'restore'): Promise<void> {
  if (store === undefined) return
  const {parsePostgresUrl} = await import('../platform/store/postgres/target.ts')
  const {label} = parsePostgresUrl(store)
  const detail =
    what === 'backup'
      ? `the data are in PostgreSQL, which copies them while nodes run: pg_dump -Fc -f FILE ${label} (or pg_basebackup with WAL archiving, to go back to any instant)`
      : 'the data are in PostgreSQL: stop every node, pg_restore -d NEW-EMPTY-DATABASE FILE, then platform restore --store with the URL of that database and no file: it begins a new life there, so that watchers take a new snapshot'
  throw new CitywatchError('CW_USAGE', {detail})
}

/** What `platform restore` is to do. Throws CW_USAGE, and what storeChoice throws. */
export async function restoreChoice(
  file: string | undefined,
  flags: StoreFlags & {readonly data?: string | undefined},
  argv: readonly string[],
): Promise<{readonly file: string} | {readonly postgres: PostgresTarget}> {
  if (file !== undefined) await requireFolder(flags.store, 'restore')
  const {postgres} = await storeChoice(flags, argv)
  if (file !== undefined) return {file}
  if (postgres !== undefined && flags.data === undefined) return {postgres}
  const detail = 'a backup is restored into a folder: FILE [--data DIR]; a database is given a new epoch: --store URL'
  throw new CitywatchError('CW_USAGE', {detail})
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
