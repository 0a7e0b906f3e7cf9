/** What the log's keeper has the writer do: changes of the list of segments, each a transaction of its own. */
import type {DatabaseSync} from 'node:sqlite'
import {drop, register, type Segment} from './catalogue.ts'

export type UpkeepTask =
  | {readonly type: 'register'; readonly segment: Segment}
  | {readonly type: 'drop'; readonly last: number}

/** Durable when it returns. Throws SQLite's errors; nothing has changed then. */
export function perform(db: DatabaseSync, task: UpkeepTask): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    if (task.type === 'register') register(db, task.segment)
    else drop(db, task.last)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}
