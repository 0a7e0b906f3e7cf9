/** Which accounts a command is about: --account, a file or a pipe, or all panels of the inventory. */
import {createReadStream} from 'node:fs'
import {createInterface} from 'node:readline'
import {CitywatchError} from '../lib/errors.ts'
import {accountIn, parseAccount} from '../panel/receiver-address.ts'
import {type PlatformChoice, platformClient} from './context.ts'

export interface AccountFlags extends PlatformChoice {
  readonly account?: readonly string[] | undefined
  /** A file with one account a line, or `-`. */
  readonly accounts?: string | undefined
  readonly all?: boolean | undefined
}

/** More than any receiver of one machine serves. */
const MAX_ACCOUNTS = 100_000

/**
 * Each once, in upper case, in the order in which they are named. Throws CW_NO_TARGET when there is none, CW_BAD_VALUE,
 * CW_TOO_LARGE, CW_FILE_NOT_FOUND, CW_IO, and what the platform client throws.
 */
export async function accountsOf(flags: AccountFlags, command: string): Promise<string[]> {
  const accounts = new Set<string>((flags.account ?? []).map(parseAccount))
  const where = flags.accounts ?? 'inventory'
  for await (const account of rest(flags)) {
    accounts.add(account)
    if (accounts.size > MAX_ACCOUNTS) {
      throw new CitywatchError('CW_TOO_LARGE', {path: where, what: 'accounts', limit: MAX_ACCOUNTS})
    }
  }
  if (accounts.size === 0) throw new CitywatchError('CW_NO_TARGET', {command})
  return [...accounts]
}

async function* rest(flags: AccountFlags): AsyncGenerator<string> {
  if (flags.accounts !== undefined) yield* listed(flags.accounts)
  if (flags.all !== true) return
  const client = await platformClient(flags)
  for await (const panel of client.devices('panel')) yield panel.account
}

/** The first word of each line; empty lines and lines that start with # are passed over. */
async function* listed(path: string): AsyncGenerator<string> {
  const input = path === '-' ? process.stdin : createReadStream(path)
  let line = 0
  try {
    for await (const text of createInterface({input, crlfDelay: Number.POSITIVE_INFINITY})) {
      line += 1
      const [word = ''] = text.trim().split(/[\s,;]/, 1)
      if (word !== '' && !word.startsWith('#')) yield accountIn(`${path} line ${line}`, word)
    }
  } catch (cause) {
    if (cause instanceof CitywatchError) throw cause
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code ?? 'unreadable'}, {cause})
  }
}
