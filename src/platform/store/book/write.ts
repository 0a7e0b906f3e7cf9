/** The one list of what a store is asked to write, and what becomes of each, whatever engine keeps it. */
import {type ErrorCode, type ErrorParams, isCitywatchError} from '../../../lib/errors.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {OnTestWindow} from '../../../model/on-test.ts'
import type {AckRequest, DeviceBatch, DeviceBatchResult, OnTestEnd} from '../../contract.ts'
import type {Json} from '../../json.ts'
import type {
  EventsOutcome,
  EventsWrite,
  LogRow,
  OnTestExtendWrite,
  OnTestStartWrite,
  RefusalWrite,
  SignalWrite,
  SupervisionWrite,
} from '../port.ts'
import type {Book} from './book.ts'
import {planDevices, putDevices} from './devices.ts'
import {writeEvents} from './events.ts'
import {writeEnd, writeExtension, writeStart, writeTime} from './on-test.ts'
import {writeAck, writeRefusal, writeSignal} from './signals.ts'
import {writeSupervision, writeTestsOver} from './supervision.ts'
import {performQueued, type QueueOutcome, type QueueWrite} from './write-jobs.ts'

/** What a caller asks the store to write. */
export type Write =
  | ({readonly type: 'signal'} & SignalWrite)
  | ({readonly type: 'events'} & EventsWrite)
  | ({readonly type: 'refusal'} & RefusalWrite)
  | {readonly type: 'ack'; readonly request: AckRequest; readonly at: number}
  | {readonly type: 'devices'; readonly batch: DeviceBatch}
  | {readonly type: 'devices-plan'; readonly batch: DeviceBatch}
  | ({readonly type: 'ontest-start'} & OnTestStartWrite)
  | ({readonly type: 'ontest-extend'} & OnTestExtendWrite)
  | {readonly type: 'ontest-end'; readonly request: OnTestEnd; readonly at: number}
  | {readonly type: 'ontest-time'; readonly at: number}
  | ({readonly type: 'supervision'} & SupervisionWrite)
  | QueueWrite
  | {readonly type: 'supervision-tests'; readonly at: number}
  | {readonly type: 'trial'}

/** What became of one write. A refused one leaves no trace; the others of its batch stand. */
export type Outcome =
  | {readonly type: 'signal'; readonly result: 'stored' | 'unknown-account'}
  | {readonly type: 'events'; readonly outcome: EventsOutcome}
  | {readonly type: 'refusal'}
  | {readonly type: 'ack'; readonly alarm: Json<Alarm>}
  | {readonly type: 'devices'; readonly result: DeviceBatchResult}
  | {readonly type: 'devices-plan'; readonly result: DeviceBatchResult}
  | {readonly type: 'ontest-start'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-extend'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-end'; readonly window: Json<OnTestWindow>}
  | {readonly type: 'ontest-time'; readonly next: number | undefined}
  | {readonly type: 'supervision'}
  | QueueOutcome
  | {readonly type: 'supervision-tests'}
  | {readonly type: 'trial'}
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
    return performed(book, write)
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
    case 'trial':
      book.tryRoom()
      return {type: write.type}
    default:
      return performQueued(book, write)
  }
}
