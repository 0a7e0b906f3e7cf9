/** Where observations are kept: a file of JSON lines a day (UTC), named after it. */
import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {CitywatchError} from '../../lib/errors.ts'
import {DAY_MS} from '../book.ts'

const FORM = /^(\d{4}-\d\d-\d\d)\.jsonl$/

export interface DayFile {
  /** First moment of the day, ms since the epoch, UTC. */
  readonly from: number
  readonly path: string
}

export function dayFile(folder: string, at: number): string {
  return join(folder, `${new Date(Math.floor(at / DAY_MS) * DAY_MS).toISOString().slice(0, 10)}.jsonl`)
}

/** The days that there are, oldest first; other files in the folder are none of ours. No folder: no days. Throws CW_IO. */
export async function dayFiles(folder: string): Promise<readonly DayFile[]> {
  const names = await readdir(folder, {withFileTypes: true}).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return []
    throw new CitywatchError('CW_IO', {path: folder, detail: cause.code ?? 'unreadable'}, {cause})
  })
  return names
    .flatMap((entry) => {
      const from = entry.isFile() ? Date.parse(FORM.exec(entry.name)?.[1] ?? '') : Number.NaN
      return Number.isNaN(from) ? [] : [{from, path: join(folder, entry.name)}]
    })
    .sort((one, other) => one.from - other.from)
}
