/** Files that a flag names. */
import {readFile} from 'node:fs/promises'
import {CitywatchError} from '../lib/errors.ts'

/** The certificates (PEM) of a file. Throws CW_FILE_NOT_FOUND, CW_IO. */
export async function certificates(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code ?? 'unreadable'}, {cause})
  }
}
