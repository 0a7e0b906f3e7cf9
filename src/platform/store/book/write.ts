/** The one list of what a store is asked to write, and what becomes of each, whatever engine keeps it. */
import {type ErrorCode, type ErrorParams, isCitywatchError} from '../../../lib/errors.ts'
import type {Alarm} from '../../../model/alarm.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AckRequest, DeviceBatch, DeviceBatchResult, OnTestEnd} from '../../contract.ts'
import type {Json} from '../../json.ts'
import type {AdoptWrite, AnswerWrite, ChildState, ResyncWrite} from '../child.ts'
import type {
  CameraOutcome,
  CameraWrite,
  EventsOutcome,
  EventsWrite,
  LogRow,
  OnTestExtendWrite,
  OnTestStartWrite,
  RefusalWrite,
  SignalWrite,
  SupervisionWrite,
} from '../port.ts'
import {type AccessWrite, writeAccess} from './access.ts'
import {writeAdopt, writeResync} from './adopt.ts'
import type {Book} from './book.ts'
import {type By, bookFor, confined, noteWrite} from './by.ts'
import {writeCamera} from './cameras.ts'
import {planDevices, putDevices} from './devices.ts'
import {writeEvents} from './events.ts'
import {writeEnd, writeExtension, writeStart, writeTime} from './on-test.ts'
import {writeAnswer} from './requests.ts'
import {writeAck, writeRefusal, writeSignal} from './signals.ts'
import {writeSupervision, writeTestsOver} from './supervision.ts'

/** What a caller asks the store to write. */
export type Write = AnyWrite & {
  /** On whose behalf; absent: the platform's own. */
  readonly by?: By
}

type AnyWrite =
  | ({readonly type: 'signal'} & SignalWrite)
  | ({readonly type: 'events'} & EventsWrite)
  | ({readonly type: 'refusal'} & RefusalWrite)
  | ({readonly type: 'camera'} & CameraWrite)
  | {readonly type: 'ack'; readonly request: AckRequest; readonly at: number}
  | {readonly type: 'devices'; readonly batch: DeviceBatch}
  | {readonly type: 'devices-plan'; readonly batch: DeviceBatch}
  | ({readonly type: 'ontest-start'} & OnTestStartWrite)
  | ({readonly type: 'ontest-extend'} & OnTestExtendWrite)
  | {readonly type: 'ontest-end'; readonly request: OnTestEnd; readonly at: number}
  | {readonly type: 'ontest-time'; readonly at: number}
  | ({readonly type: 'supervision'} & SupervisionWrite)
  | {readonly type: 'supervision-tests'; readonly at: number}
  | ({readonly type: 'adopt'} & AdoptWrite)
  | ({readonly type: 'resync'} & ResyncWrite)
  | ({readonly type: 'answer'} & AnswerWrite)
  | {readonly type: 'trial'}
  | ({readonly type: 'access'} & AccessWrite)
  | {readonly type: 'audit'}

/** What became of one write. A refused one leaves no trace; the others of its batch stand. */
export type Outcome =
  | {readonly type: 'signal'; readonly result: 'stored' | 'unknown-account'}
  | {readonly type: 'events'; readonly outcome: EventsOutcome}
  | {readonly type: 'refusal'}
  | {readonly type: 'camera'; readonly result: CameraOutcome}
  | {readonly type: 'ack'; readonly alarm: Json<Alarm>}
  | {readonly type: 'devices'; readonly result: DeviceBatchResult}
  | {readonly type: 'devices-plan'; readonly result: DeviceBatchResult}
  | {readonly type: 'ontest-start'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-extend'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-end'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-time'; readonly next: number | undefined}
  | {readonly type: 'supervision'}
  | {readonly type: 'supervision-tests'}
  | {readonly type: 'adopt'; readonly child: ChildState}
  | {readonly type: 'resync'; readonly child: ChildState}
  | {readonly type: 'answer'}
  | {readonly type: 'trial'}
  | {readonly type: 'access'}
  | {readonly type: 'audit'}
  | {readonly type: 'refused'; readonly error: Failure}

export interface Failure {
  readonly code: ErrorCode
  readonly params: ErrorParams
}

/** `failed`: nothing of the batch is promised; the disk may hold it all the same. */
export type Commit =
  | {readonly type: 'committed'; readonly outcomes: readonly Outcome[]; readonly rows: readonly LogRow[]}
  | {readonly type: 'failed'; readonly error: Failure}

/** A write that breaks a rule of ours is refused alone; what the engine throws goes through and fails the whole batch. */
export function perform(book: Book, write: Write): Outcome {
  try {
    const before = book.head
    const outcome = performed(bookFor(book, write.by), confined(write))
    noteWrite(book, write, outcome, before)
    return outcome
  } catch (error) {
    if (!isCitywatchError(error)) throw error
    return {type: 'refused', error: {code: error.code, params: error.params}}
  }
}

function performed(book: Book, write: Write): Outcome {
  switch (write.type) {
    case 'signal':
      return {type: 'signal', result: writeSignal(book, write)}
    case 'events':
      return {type: 'events', outcome: writeEvents(book, write)}
    case 'refusal':
      writeRefusal(book, write)
      return {type: 'refusal'}
    case 'camera':
      return {type: write.type, result: writeCamera(book, write)}
    case 'ack':
      return {type: 'ack', alarm: writeAck(book, write.request, write.at)}
    case 'devices':
      return {type: write.type, result: book.atomically(() => putDevices(book, write.batch))}
    case 'devices-plan':
      return {type: write.type, result: planDevices(book, write.batch)}
    case 'ontest-start':
      return {type: write.type, window: writeStart(book, write)}
    case 'ontest-extend':
      return {type: write.type, window: writeExtension(book, write)}
    case 'ontest-end':
      return {type: write.type, window: writeEnd(book, write.request, write.at)}
    case 'ontest-time':
      return {type: write.type, next: writeTime(book, write.at)}
    case 'supervision':
      writeSupervision(book, write)
      return {type: write.type}
    case 'supervision-tests':
      writeTestsOver(book, write.at)
      return {type: write.type}
    case 'adopt':
      return {type: write.type, child: writeAdopt(book, write)}
    case 'resync':
      return {type: write.type, child: writeResync(book, write)}
    case 'answer':
      writeAnswer(book, write)
      return {type: write.type}
    case 'trial':
      book.tryRoom()
      return {type: write.type}
    case 'access':
      book.atomically(() => writeAccess(book, write, write.by?.scope ?? UNROUTED))
      return {type: write.type}
    case 'audit':
      return {type: write.type} // its note is all of it
  }
}
