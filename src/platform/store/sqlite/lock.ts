/** One platform per data folder: a lock that the system itself releases when its holder dies. */
import {readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {DatabaseSync} from 'node:sqlite'
import {CitywatchError} from '../../../lib/errors.ts'
import {storeFailure} from './failure.ts'

const SQLITE_BUSY = 5

/**
 * Holds the folder until released. The lock is SQLite's on a file of its own, so kill -9 leaves nothing stale; the pid
 * beside it only names the holder. Throws CW_LOCKED, CW_IO.
 */
export function lockFolder(folder: string, pid: number): {release(): void} {
  const path = join(folder, 'lock')
  const pidPath = join(folder, 'lock.pid')
  const db = new DatabaseSync(path, {timeout: 0})
  try {
    db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    db.close()
    if (((error as {errcode?: number}).errcode ?? 0) % 256 !== SQLITE_BUSY) throw storeFailure(error, path)
    throw new CitywatchError('CW_LOCKED', {what: folder, holder: holderOf(pidPath)}, {cause: error})
  }
  try {
    writeFileSync(pidPath, `${pid}\n`)
  } catch (error) {
    db.close()
    throw storeFailure(error, pidPath)
  }
  return {
    release() {
      rmSync(pidPath, {force: true})
      db.close()
    },
  }
}

function holderOf(pidPath: string): string {
  try {
    const pid = readFileSync(pidPath, 'utf8').trim()
    return /^\d{1,10}$/.test(pid) ? `process ${pid}` : 'another process'
  } catch {
    return 'another process' // it holds the lock and has not written its pid yet
  }
}
