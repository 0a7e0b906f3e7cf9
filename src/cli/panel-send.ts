/** `panel send`: events from arguments or a pipe, all understood before the first is sent. */
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import type {Transport} from '../panel/attempt.ts'
import {type PanelEvent, parseEvent} from '../panel/event.ts'
import {examineFrame} from '../panel/examine.ts'
import {extendedBlock} from '../panel/extended-data.ts'
import {frameBytes, type MessageForm} from '../panel/message.ts'
import {digitsIn, parseAccount, parseReceiver} from '../panel/receiver-address.ts'
import {type Delivery, type SendOptions, sendEvents} from '../panel/send.ts'
import {fileSequence, upcomingSequence} from '../panel/sequence.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import type {Safety} from './guard.ts'
import {stateFolder} from './paths.ts'
import type {ExplainedField} from './render/panel.ts'
import {targetsOf} from './targets.ts'

export interface PanelSendFlags {
  readonly account: string
  readonly transport: Transport
  readonly timeout: number
  readonly attempts?: number | undefined
  readonly 'i-know': boolean
  readonly backup?: string | undefined
  readonly 'receiver-number'?: string | undefined
  readonly line?: string | undefined
  readonly xdata?: readonly string[] | undefined
  readonly crc?: MessageForm['crcForm']
  /** Messages go out encrypted with it. */
  readonly key?: AccountKey | undefined
  /** Absent: nothing is on test, nothing is noted. */
  readonly safety?: Safety
}

/** Words that go on with the event before them, so that `BA zone 3` needs no quotes. */
const DETAIL = /^(?:restored?|zone|user|partition|area|text)\b/i
const NUMBERED = /\b(?:zone|user|partition|area)$/i
const MAX_EVENTS = 100_000

/** The events of `args`, or one a line from a pipe. Throws CW_BAD_VALUE, CW_NO_TARGET and CW_USAGE. */
export async function eventsOf(args: readonly string[]): Promise<PanelEvent[]> {
  const events: PanelEvent[] = []
  for await (const text of await targetsOf(joined(args), 'panel send')) {
    if (events.length >= MAX_EVENTS) throw new CitywatchError('CW_USAGE', {detail: `more than ${MAX_EVENTS} events`})
    events.push(parseEvent(text))
  }
  return events
}

function joined(args: readonly string[]): string[] {
  const events: string[] = []
  for (const arg of args) {
    const last = events.at(-1)
    const isText = last !== undefined && /\btext\b/i.test(last)
    if (last !== undefined && (isText || DETAIL.test(arg) || NUMBERED.test(last))) events.push(`${events.pop()} ${arg}`)
    else events.push(arg)
  }
  return events
}

/** Throws CW_BAD_VALUE. */
function formOf({account, 'receiver-number': receiver, line, xdata = [], crc}: PanelSendFlags): MessageForm {
  return {
    account: parseAccount(account),
    receiverNumber: receiver === undefined ? undefined : digitsIn('--receiver-number', receiver),
    line: line === undefined ? undefined : digitsIn('--line', line),
    xdata: xdata.map(extendedBlock),
    crcForm: crc,
  }
}

/** A delivery for each event. Numbers are kept in the state folder, so that no message repeats an earlier one's. */
export function deliveriesOf(
  receiver: string,
  events: readonly PanelEvent[],
  flags: PanelSendFlags,
  clock: Clock,
  signal: AbortSignal,
): AsyncIterable<Delivery> {
  const form = formOf(flags)
  const options: SendOptions = {
    ...parseReceiver(receiver),
    ...form,
    backup: flags.backup === undefined ? undefined : parseReceiver(flags.backup),
    transport: flags.transport,
    sequence: fileSequence(stateFolder(), form.account),
    iKnow: flags['i-know'],
    cover: flags.safety?.cover,
    audit: flags.safety?.audit,
    waitMs: flags.timeout,
    signal,
    key: flags.key,
    attempts: flags.attempts,
  }
  return sendEvents(events, options, clock)
}

/** What would be sent now, byte by byte; nothing is sent and no number used. */
export async function* fieldsOf(
  events: readonly PanelEvent[],
  flags: PanelSendFlags,
  clock: Clock,
): AsyncGenerator<ExplainedField> {
  const form = formOf(flags)
  let seq = await upcomingSequence(stateFolder(), form.account)
  const {key} = flags
  for (const event of events) {
    const bytes = frameBytes(event, {...form, key}, seq, clock.now())
    for (const {field, bytes: part, meaning} of examineFrame(bytes, {key})) {
      yield {event: event.text, bytes: part, field, meaning}
    }
    if (event.token !== 'NULL') seq = (seq % 9_999) + 1
  }
}

/** The deliveries as they come, each also put into `seen`. */
export async function* keep(deliveries: AsyncIterable<Delivery>, seen: Delivery[]): AsyncGenerator<Delivery> {
  for await (const delivery of deliveries) {
    seen.push(delivery)
    yield delivery
  }
}

/** 0 all acknowledged over the main path · 5 none was and none refused: nobody there · 3 anything between, and when some were withheld. */
export function sendExit(deliveries: readonly Delivery[]): 0 | 3 | 5 {
  const has = (...verdicts: readonly Delivery['verdict'][]) =>
    deliveries.some(({verdict}) => verdicts.includes(verdict))
  if (has('withheld')) return 3
  const detoured = deliveries.some(({path}) => path === 'backup')
  if (!has('refused', 'unsupported', 'no-reply', 'closed', 'unreachable')) return detoured ? 3 : 0
  return has('acked', 'refused', 'unsupported') ? 3 : 5
}
