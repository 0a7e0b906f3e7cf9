/** The one writing connection, with what it has prepared and what it remembers: thrown away whole after a failed commit. */
import type {DatabaseSync, StatementSync} from 'node:sqlite'
import {MAX_SEEN} from '../book/events.ts'
import {MAX_MESSAGES} from '../book/signals.ts'
import {openForWriting} from './schema.ts'
import {SeenLog} from './seen-log.ts'
import {Trimmer} from './segments/trim.ts'

export interface Connection {
  readonly db: DatabaseSync
  readonly statements: Map<string, StatementSync>
  readonly events: SeenLog
  readonly messages: SeenLog
  readonly trimmer: Trimmer
}

/** Throws CW_IO for a file of another layout, and SQLite's own errors. */
export function connectForWriting(path: string, maxPages?: number): Connection {
  const db = openForWriting(path, maxPages)
  return {
    db,
    statements: new Map(),
    events: new SeenLog(db, 'event', MAX_SEEN),
    messages: new SeenLog(db, 'message', MAX_MESSAGES),
    trimmer: new Trimmer(db),
  }
}
