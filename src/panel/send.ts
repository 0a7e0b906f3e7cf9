/** Being a panel: sends events to a receiver, one message each, and says what became of every one. */
import type {Clock} from '../lib/clock.ts'
import {isCitywatchError} from '../lib/errors.ts'
import {type SafeText, safeText} from '../lib/safe-text.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {readText} from '../protocol/dc09/text.ts'
import type {AttemptResult, ReceiverAddress, Transport} from './attempt.ts'
import type {Audit, AuditEntry} from './audit/entry.ts'
import {DispatchGuard, type Permit, staysHere, type TestCover} from './dispatch-guard.ts'
import {eventName, type PanelEvent} from './event.ts'
import {type MessageForm, messageOf} from './message.ts'
import {padding} from './pad.ts'
import {carrying, type PathName, Paths, type Trip} from './paths.ts'
import {receiverText} from './receiver-address.ts'
import type {Sequence} from './sequence.ts'

export interface SendOptions extends MessageForm, ReceiverAddress {
  /** The other receiver: it gets the same message with the same number when the first one gives no answer. */
  readonly backup?: ReceiverAddress | undefined
  readonly transport: Transport
  readonly sequence: Sequence
  /** Messages go out encrypted with it. Absent: in clear. */
  readonly key?: AccountKey | undefined
  /** Send events that may send out the police, to a receiver that is not this machine. */
  readonly iKnow: boolean
  /** Who knows what is on test; absent: nothing is. */
  readonly cover?: TestCover | undefined
  /** Where every message and every refusal is noted first; absent: nowhere. */
  readonly audit?: Audit | undefined
  /** How often a message is sent over a path in all; absent: ATTEMPTS. */
  readonly attempts?: number | undefined
  /** How long each attempt waits, ms. */
  readonly waitMs: number
  /** Stops before the next event. */
  readonly signal?: AbortSignal
}

/** What there is to know about an answer beside its verdict; in words in cli/render. */
export type Finding =
  | 'answered-in-clear'
  | 'not-supported'
  | 'nak-without-time'
  | 'nak-although-clock-set'
  | 'clock-set'
  | 'answer-not-opened'
  | 'answers-ignored'
  | 'main-path-failed'

/** What became of a message on one path. */
export interface PathDelivery {
  readonly path: PathName
  /** `host:port`. */
  readonly receiver: string
  readonly verdict: AttemptResult['verdict']
  readonly attempts: number
  /** From the last sending to the answer, ms. */
  readonly rttMs?: number
  /** How far the receiver's clock is ahead of ours, ms; absent when it sent none. */
  readonly clockOffsetMs?: number
  /** Why it could not be reached: the system's word. */
  readonly detail?: string
}

export interface Delivery extends Omit<PathDelivery, 'verdict'> {
  readonly account: string
  /** `withheld`: the test ended before it was sent. */
  readonly verdict: PathDelivery['verdict'] | 'withheld'
  /** The event as it was written. */
  readonly event: string
  readonly name: string
  readonly seq: number
  readonly findings: readonly Finding[]
  /** What an RSP carried; key material is not shown. */
  readonly data?: SafeText
  /** Every path that was tried; absent when there is only one. */
  readonly paths?: readonly PathDelivery[]
}

/** Sends in all: a datagram may get lost, a connection loses nothing. */
export const ATTEMPTS: Readonly<Record<Transport, number>> = {udp: 3, tcp: 2}
/** How long an answer is waited for, ms. */
export const WAIT_MS = 5_000

/**
 * A delivery for each event, in order; a failed one is data. Throws CW_DISPATCH_GUARD before anything is sent. When the test
 * that covered an event ends on the way, that one and all behind it are withheld.
 */
export async function* sendEvents(
  events: readonly PanelEvent[],
  options: SendOptions,
  clock: Clock,
): AsyncGenerator<Delivery> {
  const {host, port, backup, key, transport, waitMs, signal} = options
  const book = auditBook(options)
  const guard = await guardFor(events, options, book, clock)
  const cipher = key && {key, pad: padding()}
  const attempts = options.attempts ?? ATTEMPTS[transport]
  const paths = new Paths({main: {host, port}, backup, transport, waitMs, signal, cipher, attempts}, clock)
  let isOver = false
  for (const event of events) {
    if (signal?.aborted) return
    const permit = isOver ? null : await guard.permit(event)
    if (permit) {
      yield await deliver(event, permit, {paths, book, options})
      continue
    }
    if (!isOver) await book('refusal', {event: event.text, detail: 'the test is over'})
    isOver = true
    yield withheld(event, options)
  }
}

interface Desk {
  readonly paths: Paths
  readonly book: Book
  readonly options: SendOptions
}

/** Noted first, then sent. */
async function deliver(event: PanelEvent, permit: Permit, {paths, book, options}: Desk): Promise<Delivery> {
  const seq = event.token === 'NULL' ? 0 : await options.sequence.next()
  await book(permit.by === 'override' ? 'override' : 'send', {event: event.text, seq, ...windowIn(permit)})
  const trips = await paths.deliver(messageOf(event, options, seq))
  return deliveryOf(event, seq, carrying(trips), {trips, options})
}

type Book = (what: AuditEntry['what'], more: Partial<AuditEntry>) => Promise<void>

/** A message may take either path: what leaves this machine over one of them is guarded as leaving it. */
async function guardFor(
  events: readonly PanelEvent[],
  {host, backup, account, iKnow, cover}: SendOptions,
  book: Book,
  clock: Clock,
): Promise<DispatchGuard> {
  const farthest = backup && staysHere(host) ? backup.host : host
  const guard = new DispatchGuard({host: farthest, account: account.toUpperCase(), iKnow, cover}, clock)
  await guard.require(events).catch(async (error) => {
    await book('refusal', {detail: isCitywatchError(error) ? `event ${error.params.code}` : String(error)})
    throw error
  })
  return guard
}

/** Notes what happens to a message, with its account and receiver. */
function auditBook({audit, account, ...receiver}: SendOptions): Book {
  const where = {account: account.toUpperCase(), receiver: receiverText(receiver)}
  return async (what, more) => audit?.note({...where, ...more, what})
}

function windowIn(permit: Permit): {readonly window?: number} {
  return permit.by === 'on-test' ? {window: permit.window} : {}
}

function withheld(event: PanelEvent, options: SendOptions): Delivery {
  return {
    account: options.account.toUpperCase(),
    event: event.text,
    name: eventName(event),
    seq: 0,
    path: 'main',
    receiver: receiverText(options),
    verdict: 'withheld',
    attempts: 0,
    detail: 'the account is no longer on test',
    findings: [],
  }
}

function deliveryOf(
  event: PanelEvent,
  seq: number,
  carried: Trip,
  {trips, options}: {readonly trips: readonly Trip[]; readonly options: SendOptions},
): Delivery {
  const {data} = carried.result
  return {
    account: options.account.toUpperCase(),
    event: event.text,
    name: eventName(event),
    seq,
    ...pathDelivery(carried),
    findings: [...(carried.path === 'backup' ? ['main-path-failed' as const] : []), ...findingsOf(carried.result)],
    ...(data === undefined ? {} : {data: shownData(data)}),
    ...(options.backup ? {paths: trips.map(pathDelivery)} : {}),
  }
}

function pathDelivery({path, receiver, result}: Trip): PathDelivery {
  const {verdict, attempts, rttMs, offsetMs, detail} = result
  return {
    path,
    receiver,
    verdict,
    attempts,
    ...(rttMs === undefined ? {} : {rttMs}),
    ...(offsetMs === 0 ? {} : {clockOffsetMs: offsetMs}),
    ...(detail === undefined ? {} : {detail}),
  }
}

function findingsOf({verdict, clearAnswer, clockSet, untimedNak, unopened = 0, ignored}: AttemptResult): Finding[] {
  const found: readonly (readonly [boolean, Finding])[] = [
    [verdict === 'unsupported', 'not-supported'],
    [untimedNak === true, 'nak-without-time'],
    [verdict === 'refused' && clockSet === true && !untimedNak, 'nak-although-clock-set'],
    [verdict !== 'refused' && clockSet === true, 'clock-set'],
    [clearAnswer === true, 'answered-in-clear'],
    [unopened > 0, 'answer-not-opened'],
    [ignored > unopened, 'answers-ignored'],
  ]
  return found.filter(([holds]) => holds).map(([, finding]) => finding)
}

/** An RSP may carry a key: what looks like one is not shown. */
function shownData(data: string): SafeText {
  const isKey = data.startsWith('K') || data.includes('[K') || /[0-9A-Fa-f]{32}/.test(data)
  return isKey ? safeText(`(${data.length} characters that may be a key, not shown)`) : readText(data)
}
