/** Drops old observations, whole days at a time; nothing is dropped unless somebody says so. */
import {rm} from 'node:fs/promises'
import {CitywatchError} from '../../lib/errors.ts'
import {DAY_MS} from '../book.ts'
import {dayFiles} from './days.ts'

/** Days that ended before `now − keepMs` are gone afterwards; resolves with their number. Throws CW_IO. */
export async function retain(folder: string, keepMs: number, now: number): Promise<number> {
  const old = (await dayFiles(folder)).filter(({from}) => from + DAY_MS <= now - keepMs)
  for (const {path} of old) {
    await rm(path, {force: true}).catch((cause: NodeJS.ErrnoException) => {
      throw new CitywatchError('CW_IO', {path, detail: cause.code ?? 'not removable'}, {cause})
    })
  }
  return old.length
}
