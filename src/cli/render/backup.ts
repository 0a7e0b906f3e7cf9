/** What a backup and a restore say of themselves. */

import type {NewLifeReport} from '../../platform/store/postgres/new-life.ts'
import type {BackupOptions, BackupReport} from '../../platform/store/sqlite/backup.ts'
import type {RestoreReport} from '../../platform/store/sqlite/restore.ts'
import {progress} from '../progress.ts'

const PAGES_A_MIB = 256

/** A line on standard error that follows the copy. `now` in ms. */
export function backupProgress(now: () => number): {
  readonly step: NonNullable<BackupOptions['progress']>
  readonly end: () => void
} {
  const line = progress(now)
  return {
    step(at) {
      if (at === 'checking') line.step('reading the backup back')
      else line.step(`copied ${Math.floor(at.done / PAGES_A_MIB)} of ${Math.ceil(at.total / PAGES_A_MIB)} MiB`)
    },
    end: () => line.end(),
  }
}

export function backupLine({file, sizeBytes, epoch, head}: BackupReport): string {
  const mib = (sizeBytes / 1024 / 1024).toFixed(1)
  return `backup ok: ${file}, ${mib} MiB, entries up to ${head} (epoch ${epoch}), read back and sound`
}

export function restoreLines({dataFolder, epoch, head, madeAt, replaced}: RestoreReport): string {
  const restored = `restored: ${dataFolder} has entries up to ${head}, as of ${new Date(madeAt).toISOString()}`
  const before = replaced === null ? 'there were no data before' : `the data of before are in ${replaced}`
  return `${restored}\nnew epoch ${epoch}: watchers take a new snapshot\n${before}`
}

export function newLifeLines({store, head, epoch, before}: NewLifeReport): string {
  return `${store} has entries up to ${head}\nnew epoch ${epoch} in the place of ${before}: watchers take a new snapshot`
}
