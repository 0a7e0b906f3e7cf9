/** Notes a backup in the platform's audit log. The backup is good also when that fails. */
import {basename} from 'node:path'
import {isCitywatchError} from '../lib/errors.ts'
import {noteInFolder} from '../platform/store/sqlite/audit-file.ts'
import type {BackupReport} from '../platform/store/sqlite/backup.ts'
import {operatorName} from './operator.ts'

/** What to warn of; undefined: it is noted. */
export function noteBackup(folder: string, {file, epoch, head}: BackupReport, now: number): string | undefined {
  const detail = `epoch ${epoch}, head ${head}`
  const note = {
    who: `shell ${operatorName()}`,
    from: 'shell',
    what: 'backup.made',
    on: `file/${basename(file)}`,
    detail,
  }
  try {
    noteInFolder(folder, note, now)
    return undefined
  } catch (error) {
    if (!isCitywatchError(error)) throw error
    return `the audit log could not note the backup: ${error.code}`
  }
}
