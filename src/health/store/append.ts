/** Appends observations: whole lines in one write and one sync a batch, so that a kill leaves at most one torn line, which no reader takes. */
import {mkdir, open} from 'node:fs/promises'
import {CitywatchError} from '../../lib/errors.ts'
import {type Observation, observationLine} from '../observation.ts'
import {dayFile} from './days.ts'

/**
 * Resolves with how many are on the disk now. Two processes may append at a time: each batch is one write to the end of the
 * file. Throws CW_DISK_FULL, CW_IO; what was written before stays.
 */
export async function appendObservations(folder: string, observations: readonly Observation[]): Promise<number> {
  const byFile = Map.groupBy(observations, ({at}) => dayFile(folder, at))
  try {
    await mkdir(folder, {recursive: true, mode: 0o700})
    for (const [path, day] of byFile) await appendLines(path, day.map(observationLine))
  } catch (cause) {
    const {code = 'not writable'} = cause as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new CitywatchError('CW_DISK_FULL', {path: folder}, {cause})
    throw new CitywatchError('CW_IO', {path: folder, detail: code}, {cause})
  }
  return observations.length
}

/**
 * A batch begins with a line end of its own: whatever a kill, a full disk or another writer has left half written before it,
 * now or a moment ago, its first line is not glued to it. Readers pass over empty lines.
 */
async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, 'a', 0o600)
  try {
    await file.appendFile(`\n${lines.join('\n')}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
}
