/** What each write does to the book. */
import {isCitywatchError} from '../../../lib/errors.ts'
import {UNROUTED} from '../../../model/jurisdiction.ts'
import {writeAccess} from './access.ts'
import {writeAdopt, writeResync} from './adopt.ts'
import type {Book} from './book.ts'
import {bookFor, confined, noteWrite} from './by.ts'
import {writeCamera} from './cameras.ts'
import {planDevices, putDevices} from './devices.ts'
import {writeEvents} from './events.ts'
import {writeEnd, writeExtension, writeStart, writeTime} from './on-test.ts'
import {writeAnswer} from './requests.ts'
import {writeRefusal, writeSignal} from './signals.ts'
import {writeSupervision, writeTestsOver} from './supervision.ts'
import type {Outcome, Write} from './write.ts'
import {performQueued} from './write-jobs.ts'
import {performLife} from './write-life.ts'

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
    case 'act':
    case 'mask-start':
    case 'mask-end':
    case 'mask-time':
    case 'handoff-hand':
    case 'handoff-answer':
    case 'handoff-drop':
      return performLife(book, write)
    case 'devices':
      return {type: write.type, result: putDevices(book, write.batch)}
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
    default:
      return performQueued(book, write)
  }
}
