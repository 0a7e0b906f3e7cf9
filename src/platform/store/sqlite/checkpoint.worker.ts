/** A thread that folds the write-ahead log into the database while the writer goes on: what is left for the writer is short. */
import {DatabaseSync} from 'node:sqlite'
import {parentPort, workerData} from 'node:worker_threads'

/** Null ends the thread. Each fold is answered. */
export type CheckpointRequest = 'fold' | null

function serve(path: string): void {
  const port = parentPort
  if (port === null) return
  const db = new DatabaseSync(path)
  db.exec('PRAGMA synchronous = FULL') // the log is on the disk before the file is written, the file before the log starts anew
  const fold = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
  port.on('message', (request: CheckpointRequest) => {
    if (request === null) {
      db.close()
      port.close()
      return
    }
    try {
      fold.get()
    } catch {
      // The disk is full or broken: nothing is lost, and the writer, who finds the same, says so.
    }
    port.postMessage('folded')
  })
}

serve(String(workerData))
