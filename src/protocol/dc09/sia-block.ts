/**
 * The data block of SIA-DCS: event packets with area, user, code, number and text.
 *
 *   N [ri area][id user][ti time][other modifiers] CODE [number] [^text^] { / … } { |A text }
 *
 * Seen: `Nri1BA3` · `Nri1/BA003` · `NRR|Atest` · `Nti20:50:26RP99` · `Nri01^TOTAL^/LX901^centrale^` · `Nri04/OP001NM`
 */

import {subjectOf} from '../../model/codes/meaning.ts'
import {siaQualifier} from '../../model/codes/sia-pairs.ts'
import type {Signal} from '../../model/signal.ts'

/** One event of a block. Texts are one character a byte. */
export interface BlockEvent {
  readonly scheme: Signal['scheme']
  readonly code: string
  readonly qualifier: Signal['qualifier']
  readonly partition?: string
  readonly zone?: string
  readonly text?: string
}

const PACKET =
  /(?<modifier>[a-z]{2})(?<value>[\d:.,-]*)|(?<code>[A-Z]{2})(?<number>\d*)|\^(?<text>[^^]*)\^|\*"(?<quoted>[^"]*)"(?:NM)?|(?<odd>[^/])|\//g
const MAX_EVENTS = 32
/** Between the texts of one event: the area's name, then the zone's. */
const BETWEEN = ' / '

/** `block`: what stands behind `#acct|`. An empty list when no code can be found in it. */
export function parseSiaBlock(block: string): BlockEvent[] {
  const [packets = '', ...more] = block.split('|')
  const reading = new Reading()
  // What is not N (new) or O (old event) has no function letter: `BA3` alone.
  for (const match of packets.replace(/^[NO](?=[a-z/]|[A-Z]{2}|$)/, '').matchAll(PACKET))
    reading.take(match.groups ?? {})
  for (const extra of more) if (extra.startsWith('A')) reading.text(extra.slice(1))
  return reading.events.slice(0, MAX_EVENTS)
}

type Groups = Readonly<Record<string, string | undefined>>

class Reading {
  readonly events: BlockEvent[] = []
  #area: string | undefined
  #user: string | undefined
  #texts: string[] = []

  take({modifier, value = '', code, number = '', text, quoted}: Groups): void {
    if (modifier === 'ri') this.#area = plain(value)
    else if (modifier === 'id') this.#user = plain(value)
    else if (code === 'NM' && number === '' && this.events.length > 0)
      return // "name follows", not the event NM
    else if (code !== undefined) this.#event(code, number)
    else if (text !== undefined || quoted !== undefined) this.text(text ?? quoted ?? '')
  }

  /** Text before the first code belongs to that code, text behind a code to it. */
  text(text: string): void {
    const last = this.events.pop()
    if (last) this.events.push({...last, text: last.text === undefined ? text : `${last.text}${BETWEEN}${text}`})
    else this.#texts.push(text)
  }

  #event(code: string, number: string): void {
    const named = plain(number)
    const isArea = subjectOf('sia', code) === 'area'
    const partition = this.#area ?? (isArea ? named : undefined)
    const zone = isArea ? this.#user : (named ?? this.#user)
    const text = this.#texts.splice(0).join(BETWEEN)
    this.events.push({
      scheme: 'sia',
      code,
      qualifier: siaQualifier(code),
      ...(partition === undefined ? {} : {partition}),
      ...(zone === undefined ? {} : {zone}),
      ...(text === '' ? {} : {text}),
    })
  }
}

/** Numbers without leading zeros, so that 003 and 3 are one zone; zero names none. */
export function plain(digits: string): string | undefined {
  return digits.replace(/^0+/, '') || undefined
}
