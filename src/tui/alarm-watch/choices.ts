/** The questions that a letter answers: for how long an alarm is shelved, and what it was. */
import {safeText} from '../../lib/safe-text.ts'
import type {Disposition} from '../../model/alarm.ts'
import type {Wish} from './acks.ts'

export interface Choice {
  readonly key: string
  /** As the footer says it; the key is its first letter or stands before it. */
  readonly shown: string
  readonly wish: Wish
}

const MINUTE = 60_000
const REASON = safeText('shelved at the monitor')

const shelf = (key: string, shown: string, forMs: number): Choice => ({
  key,
  shown: `${key} ${shown}`,
  wish: {verb: 'shelve', reason: REASON, forMs},
})
const closing = (key: string, as: Disposition): Choice => ({key, shown: `${key} ${as}`, wish: {verb: 'close', as}})

export const CHOICES: Readonly<Record<'shelve' | 'close', readonly Choice[]>> = {
  shelve: [
    shelf('1', '15 min', 15 * MINUTE),
    shelf('2', '30 min', 30 * MINUTE),
    shelf('3', '1 h', 60 * MINUTE),
    shelf('4', '2 h', 120 * MINUTE),
    shelf('5', '8 h', 480 * MINUTE),
    {key: 'o', shown: 'o once', wish: {verb: 'shelve', reason: REASON, once: true}},
  ],
  close: [
    closing('g', 'genuine'),
    closing('f', 'false'),
    closing('t', 'test'),
    closing('d', 'duplicate'),
    closing('u', 'fault'),
  ],
}
