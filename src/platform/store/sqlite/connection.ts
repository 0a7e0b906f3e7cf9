/** The one writing connection, with what it has prepared and what it remembers: thrown away whole after a failed commit. */
import type {DatabaseSync, StatementSync} from 'node:sqlite'
import {MAX_SEEN} from '../book/events.ts'
import {openForWriting} from './schema.ts'
import {SeenLog} from './seen-log.ts'

/** Messages of panels that are recognised when they come again: more than come in a minute. */
export const MAX_MESSAGES = 200_000

export interface Connection {
  readonly db: DatabaseSync
  readonly statements: Map<string, StatementSync>
  readonly events: SeenLog
  readonly messages: SeenLog
}

/** Throws CW_IO for a file of another layout, and SQLite's own errors. */
export function connectForWriting(path: string, maxPages?: number): Connection {
  const db = openForWriting(path, maxPages)
  return {
    db,
    statements: new Map(),
    events: new SeenLog(db, 'event', MAX_SEEN),
    messages: new SeenLog(db, 'message', MAX_MESSAGES),
  }
}
