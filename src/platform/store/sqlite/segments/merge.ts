/** Puts the log's segments into a copy of the database, so that a backup is one file with everything in it. */
import {DatabaseSync} from 'node:sqlite'
import {setImmediate} from 'node:timers/promises'
import {pathToFileURL} from 'node:url'
import {CitywatchError} from '../../../../lib/errors.ts'
import {LOG_TABLE} from '../schema.ts'
import {type Segment, segmentsOf} from './catalogue.ts'
import {digestOf, segmentPath} from './file.ts'

export interface MergeOptions {
  /** Copy of the database, which nobody else has open. */
  readonly copy: string
  /** Data folder that it is a copy of. */
  readonly dataFolder: string
  /** Whether the platform still has this segment; one that retention took in the meantime is left out, and all before it. */
  readonly isKept: (segment: Segment) => boolean
  /** Called before each segment, with the bytes of those that are done. May throw to end it. */
  readonly step: (doneBytes: number) => void
}

/** Each file is compared with its check sum first. Throws CW_IO for one that is damaged or gone, and SQLite's errors. */
export async function mergeSegments({copy, dataFolder, isKept, step}: MergeOptions): Promise<void> {
  const db = new DatabaseSync(copy)
  try {
    const segments = segmentsOf(db)
    if (segments.length === 0) return
    // A copy that is cut off half-way is thrown away whole.
    db.exec(`PRAGMA journal_mode = DELETE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
      ALTER TABLE log RENAME TO open_log; ${LOG_TABLE}`)
    let done = 0
    for (const segment of segments) {
      step(done)
      await setImmediate()
      addSegment(db, segment, segmentPath(dataFolder, segment.first), isKept)
      done += segment.sizeBytes
    }
    step(done)
    db.prepare('INSERT INTO log SELECT * FROM open_log WHERE seq > ?').run(segments.at(-1)?.last ?? 0)
    db.exec('DROP TABLE open_log; DELETE FROM segment; PRAGMA incremental_vacuum')
  } finally {
    db.close()
  }
}

function addSegment(db: DatabaseSync, segment: Segment, path: string, isKept: MergeOptions['isKept']): void {
  try {
    if (digestOf(path) !== segment.sha256) throw damaged(path, 'it is not what was sealed')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if (isKept(segment)) throw damaged(path, 'it is gone')
    db.exec('DELETE FROM log')
    return
  }
  db.prepare('ATTACH ? AS sealed').run(`${pathToFileURL(path).href}?immutable=1`)
  try {
    const {changes} = db
      .prepare(
        'INSERT INTO main.log (seq, at, type, subject, entry) SELECT seq, at, type, subject, entry FROM sealed.log ORDER BY seq',
      )
      .run()
    const rows = segment.last - segment.first + 1
    if (Number(changes) !== rows) throw damaged(path, `${changes} entries instead of ${rows}`)
  } finally {
    db.exec('DETACH sealed')
  }
}

function damaged(path: string, detail: string): CitywatchError {
  return new CitywatchError('CW_IO', {path, detail: `a segment of the log is damaged: ${detail}`})
}
