/** The keys of panels: from files only, in the form that is named; never from an argument, never printed. */
import {type FileHandle, open} from 'node:fs/promises'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {Secret} from '../lib/secret.ts'
import {parseAccount} from '../panel/receiver-address.ts'
import {type AccountKey, type KeyForm, parseKey} from '../protocol/dc09/key.ts'

export interface KeyFlags {
  readonly 'key-file'?: string | undefined
  readonly 'key-form'?: KeyForm | undefined
}

/** A key as its file has it, not yet read in any form. */
export interface WrittenKey {
  readonly text: Secret
  readonly form: KeyForm
}

const MAX_FILE_BYTES = 1024 * 1024
/** Rights of the group and of others. */
const NOT_OWNER = 0o077

/**
 * The first line of --key-file; undefined without the flag. Throws CW_USAGE when its form is not named,
 * CW_FILE_NOT_FOUND and CW_IO. `warn` is told of a file that others can read.
 */
export async function writtenKeyOf(flags: KeyFlags, warn: (text: string) => void): Promise<WrittenKey | undefined> {
  const {'key-file': path, 'key-form': form} = flags
  if (path === undefined) return undefined
  if (form === undefined) {
    const detail =
      '--key-file needs --key-form hex or --key-form ascii: the same characters are another key in the other form'
    throw new CitywatchError('CW_USAGE', {detail})
  }
  const text = await readPrivate(path, warn)
  return {text: new Secret((text.split('\n', 1)[0] ?? '').trim()), form}
}

/** The key of --key-file. Throws as `writtenKeyOf`, and CW_BAD_VALUE for a length that no key has. */
export async function keyOf(flags: KeyFlags, warn: (text: string) => void): Promise<AccountKey | undefined> {
  const written = await writtenKeyOf(flags, warn)
  return written && parseKey(written.text, written.form)
}

/**
 * Keys by account. The file is JSON, `{"1234": {"form": "hex", "key": "…"}}`, or has one `ACCOUNT FORM KEY` a line.
 * Throws CW_FILE_NOT_FOUND, CW_IO, CW_TOO_LARGE and CW_BAD_VALUE, which names the place and never the key.
 */
export async function keysOf(path: string, warn: (text: string) => void): Promise<ReadonlyMap<string, AccountKey>> {
  const text = await readPrivate(path, warn)
  const keys = new Map<string, AccountKey>()
  for (const {where, account, form, key} of text.trimStart().startsWith('{')
    ? fromJson(text, path)
    : fromLines(text, path)) {
    const name = accountAt(account, where)
    if (keys.has(name)) throw bad(where, `account ${name} again`, 'each account once')
    keys.set(name, parseKey(new Secret(key), formAt(form, where), `${where}, key`))
  }
  if (keys.size === 0) throw bad(path, 'empty', 'at least one line: ACCOUNT hex|ascii KEY')
  return keys
}

interface Entry {
  readonly where: string
  readonly account: string
  readonly form: string
  readonly key: string
}

/** An ASCII key may hold blanks: it is the rest of the line. */
function fromLines(text: string, path: string): Entry[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return []
    const where = `${path} line ${index + 1}`
    const [, account, form, key] = /^\s*(\S+)\s+(\S+)\s(.+)$/.exec(line) ?? []
    if (account === undefined || form === undefined || key === undefined) throw bad(where, '…', 'ACCOUNT hex|ascii KEY')
    return [{where, account, form, key: key.trim()}]
  })
}

function fromJson(text: string, path: string): Entry[] {
  return Object.entries(parsed(text, path)).map(([account, value]) => {
    const where = `${path} ${safeText(account, 20)}`
    const {form, key}: {form?: unknown; key?: unknown} = typeof value === 'object' && value !== null ? value : {}
    if (typeof form !== 'string' || typeof key !== 'string')
      throw bad(where, '…', '{"form": "hex" or "ascii", "key": "…"}')
    return {where, account, form, key}
  })
}

/** The parser's own message would quote the file. */
function parsed(text: string, path: string): object {
  try {
    return JSON.parse(text)
  } catch {
    throw bad(path, 'broken JSON', '{"ACCOUNT": {"form": "hex", "key": "…"}}')
  }
}

function accountAt(text: string, where: string): string {
  if (!/^[0-9A-Fa-f]{3,16}$/.test(text))
    throw bad(where, 'no account', '3 to 16 hex digits, then hex or ascii, then the key')
  return parseAccount(text)
}

function formAt(text: string, where: string): KeyForm {
  if (text === 'hex' || text === 'ascii') return text
  throw bad(where, 'another form', 'hex or ascii between account and key')
}

function bad(field: string, value: string, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field, value, expected})
}

async function readPrivate(path: string, warn: (text: string) => void): Promise<string> {
  let file: FileHandle | undefined
  try {
    file = await open(path, 'r')
    const {mode, size} = await file.stat()
    if (size > MAX_FILE_BYTES) throw new CitywatchError('CW_TOO_LARGE', {path, what: 'bytes', limit: MAX_FILE_BYTES})
    if (process.platform !== 'win32' && (mode & NOT_OWNER) !== 0)
      warn(`${path} can be read by others: chmod 600 ${path}`)
    return await file.readFile('utf8')
  } catch (cause) {
    if (cause instanceof CitywatchError) throw cause
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code ?? 'unreadable'}, {cause})
  } finally {
    await file?.close()
  }
}
