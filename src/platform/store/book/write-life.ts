/** What a store is asked to write of the life of alarms: what people do to them, and what time does to masks. */
import type {HandoverRecord} from '../../../alarm/handoff.ts'
import type {Alarm} from '../../../model/alarm.ts'
import type {Handoff} from '../../../model/handoff.ts'
import type {Mask} from '../../../model/mask.ts'
import type {AckRequest, AlarmActRequest, HandoffAnswer, HandoffDrop, MaskEnd, MaskRequest} from '../../contract.ts'
import type {Json} from '../../json.ts'
import {writeAck, writeAct} from './act.ts'
import type {Book} from './book.ts'
import {writeDrop, writeAnswer as writeHandoffAnswer, writeHandover} from './handoffs.ts'
import {writeMask, writeMaskEnd, writeMaskTime} from './masks.ts'

export type LifeWrite =
  | {readonly type: 'ack'; readonly request: AckRequest; readonly at: number}
  | {readonly type: 'act'; readonly request: AlarmActRequest; readonly at: number}
  | {readonly type: 'mask-start'; readonly request: MaskRequest; readonly at: number}
  | {readonly type: 'mask-end'; readonly request: MaskEnd; readonly at: number}
  | {readonly type: 'mask-time'; readonly at: number}
  | {readonly type: 'handoff-hand'; readonly request: HandoverRecord; readonly at: number}
  | {readonly type: 'handoff-answer'; readonly request: HandoffAnswer; readonly at: number}
  | {readonly type: 'handoff-drop'; readonly request: HandoffDrop; readonly at: number}

export type LifeOutcome =
  | {readonly type: 'ack'; readonly alarm: Json<Alarm>}
  | {readonly type: 'act'; readonly alarm: Json<Alarm>}
  | {readonly type: 'mask-start'; readonly mask: Json<Mask>}
  | {readonly type: 'mask-end'; readonly mask: Json<Mask>}
  | {readonly type: 'mask-time'; readonly next: number | undefined}
  | {readonly type: 'handoff-hand'; readonly handoff: Json<Handoff>}
  | {readonly type: 'handoff-answer'; readonly handoff: Json<Handoff>}
  | {readonly type: 'handoff-drop'; readonly handoff: Json<Handoff>}

/** Throws CW_BAD_VALUE, CW_CONFLICT, CW_FORBIDDEN, before anything was changed. */
export function performLife(book: Book, write: LifeWrite): LifeOutcome {
  switch (write.type) {
    case 'ack':
      return {type: 'ack', alarm: writeAck(book, write.request, write.at)}
    case 'act':
      return {type: write.type, alarm: writeAct(book, write.request, write.at)}
    case 'mask-start':
      return {type: write.type, mask: writeMask(book, write.request, write.at)}
    case 'mask-end':
      return {type: write.type, mask: writeMaskEnd(book, write.request, write.at)}
    case 'mask-time':
      return {type: write.type, next: writeMaskTime(book, write.at)}
    case 'handoff-hand':
      return {type: write.type, handoff: writeHandover(book, write.request, write.at)}
    case 'handoff-answer':
      return {type: write.type, handoff: writeHandoffAnswer(book, write.request, write.at)}
    case 'handoff-drop':
      return {type: write.type, handoff: writeDrop(book, write.request, write.at)}
  }
}
