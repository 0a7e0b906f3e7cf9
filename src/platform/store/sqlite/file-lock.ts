/** A lock between processes that the system itself releases when its holder dies: SQLite's, on a file that stays empty. */
import {DatabaseSync} from 'node:sqlite'
import {storeFailure} from './failure.ts'

const SQLITE_BUSY = 5

export interface FileLock {
  /** False when another holds it. Throws CW_IO. */
  take(): boolean
  release(): void
  close(): void
}

/** Throws CW_IO when the file cannot be made. */
export function fileLock(path: string): FileLock {
  const db = opened(path)
  return {
    take() {
      try {
        db.exec('BEGIN EXCLUSIVE')
        return true
      } catch (error) {
        if (((error as {errcode?: number}).errcode ?? 0) % 256 === SQLITE_BUSY) return false
        throw storeFailure(error, path)
      }
    },
    release: () => db.exec('ROLLBACK'),
    close: () => db.close(),
  }
}

function opened(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, {timeout: 0})
  } catch (error) {
    throw storeFailure(error, path)
  }
}
