/** On whose behalf something is written: what it may touch, and what the audit log says of it. */
import {CitywatchError} from '../../../lib/errors.ts'
import {isWithin, type Jurisdiction, UNROUTED} from '../../../model/jurisdiction.ts'
import type {DeviceBatchResult} from '../../contract.ts'
import type {By} from '../behalf.ts'
import {writeAudit} from './audit.ts'
import type {Book} from './book.ts'
import {ConfinedBook} from './confined.ts'
import type {Outcome, Write} from './write.ts'

/** The book as they see it. */
export function bookFor(book: Book, by: By | undefined): Book {
  return by === undefined || by.scope === UNROUTED ? book : new ConfinedBook(book, by.scope)
}

/** Who is cut to a jurisdiction cannot bring in what belongs to none. */
export function confined(write: Write): Write {
  if (write.by === undefined || write.by.scope === UNROUTED) return write
  if (write.type === 'ontest-start' || write.type === 'signal') return {...write, acceptUnknown: false}
  if (write.type === 'act' && write.request.verb === 'route') requireWithin(write.request.jurisdiction, write.by.scope)
  if (write.type !== 'events') return write
  const items = write.items.map((item) =>
    item.type === 'signal' ? {...item, write: {...item.write, acceptUnknown: false}} : item,
  )
  return {...write, items}
}

/** Nobody sends an alarm where he may not see it. Throws CW_FORBIDDEN. */
function requireWithin(jurisdiction: Jurisdiction | undefined, scope: Jurisdiction): void {
  if (jurisdiction === undefined || isWithin(jurisdiction, scope)) return
  throw new CitywatchError('CW_FORBIDDEN', {what: `jurisdiction ${jurisdiction}`, detail: `it is not within ${scope}`})
}

/** Adds the line that tells of the write, in its transaction; none for what changed nothing. `before` is the log's head before it. */
export function noteWrite(book: Book, {by}: Write, outcome: Outcome, before: number): void {
  if (by?.note === undefined) return
  const told = tellingOf(outcome)
  if (told === null || (told.onlyIfLogged && book.head === before)) return
  const {onlyIfLogged: _, ...more} = told
  writeAudit(book, {...by.note, ...more}, by.at)
}

interface Telling {
  /** What the write changed is in the log too: no new entry, no change. */
  readonly onlyIfLogged: boolean
  readonly on?: string
  readonly place?: Jurisdiction
  readonly detail?: string
}

/** What the outcome adds to the note; null: nothing has changed. */
function tellingOf(outcome: Outcome): Telling | null {
  switch (outcome.type) {
    case 'act':
    case 'ack': {
      const {id, jurisdiction, handling} = JSON.parse(outcome.alarm) as {
        id: number
        jurisdiction: string
        handling: string
      }
      return {onlyIfLogged: true, on: `alarm/${id}`, ...placed(jurisdiction), detail: handling}
    }
    case 'mask-start':
    case 'mask-end': {
      const {id, jurisdiction, as} = JSON.parse(outcome.mask) as {id: number; jurisdiction: string; as: string}
      return {onlyIfLogged: true, on: `mask/${id}`, ...placed(jurisdiction), detail: as}
    }
    case 'handoff-hand':
    case 'handoff-answer':
    case 'handoff-drop': {
      const {id, jurisdiction, state} = JSON.parse(outcome.handoff) as {id: number; jurisdiction: string; state: string}
      return {onlyIfLogged: true, on: `handoff/${id}`, ...placed(jurisdiction), detail: state}
    }
    case 'ontest-start':
    case 'ontest-extend':
    case 'ontest-end': {
      const {id, jurisdiction, account} = JSON.parse(outcome.window) as {
        id: number
        jurisdiction: string
        account: string
      }
      return {onlyIfLogged: true, on: `ontest/${id}`, ...placed(jurisdiction), detail: `account ${account}`}
    }
    case 'job-create':
    case 'job-cancel':
    case 'job-retry': {
      const {id, work, tasks} = outcome.job
      return {onlyIfLogged: false, on: `job/${id}`, detail: `${work.kind}, ${tasks} tasks`}
    }
    case 'devices':
      return devicesTelling(outcome.result)
    default:
      return {onlyIfLogged: false}
  }
}

function devicesTelling({created, updated, revision}: DeviceBatchResult): Telling | null {
  if (created + updated === 0) return null
  return {onlyIfLogged: false, on: `inventory/${revision}`, detail: `${created} created, ${updated} updated`}
}

function placed(place: Jurisdiction): {readonly place?: Jurisdiction} {
  return place === UNROUTED ? {} : {place}
}
