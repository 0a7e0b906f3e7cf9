/** Appends observations: whole lines in one write and one sync a batch, so that a kill leaves at most one torn line, which no reader takes. */
import {type FileHandle, mkdir, open} from 'node:fs/promises'
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

async function appendLines(path: string, lines: readonly string[]): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    const before = (await isTorn(file)) ? '\n' : ''
    await file.appendFile(`${before}${lines.join('\n')}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** A kill, or a full disk, has left half a line at the end: the next must not be glued to it. */
async function isTorn(file: FileHandle): Promise<boolean> {
  const {size} = await file.stat()
  if (size === 0) return false
  const {buffer} = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] !== 0x0a
}
