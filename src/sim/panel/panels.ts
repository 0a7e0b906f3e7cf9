/** Simulated alarm panels: many accounts that signal to one receiver, over TCP and UDP, and count what became of every signal. */
import type {Clock} from '../../lib/clock.ts'
import {seededRandom} from '../../lib/random.ts'
import type {Audit} from '../../panel/audit/entry.ts'
import type {TestCover} from '../../panel/dispatch-guard.ts'
import {type PanelEvent, parseEvent} from '../../panel/event.ts'
import {type Delivery, type SendOptions, sendEvents, WAIT_MS} from '../../panel/send.ts'
import {memorySequence} from '../../panel/sequence.ts'
import {script} from './script.ts'

export interface SimPanel {
  /** 3 to 16 hex digits. */
  readonly account: string
  readonly zones: number
}

export interface PanelsOptions {
  readonly receiver: {readonly host: string; readonly port: number}
  /** The same seed gives the same signals. */
  readonly seed: number
  /** Signals of each panel; Infinity: until `signal` aborts. Link tests come on top. */
  readonly events: number
  /** Mean time between two signals of a panel, ms; 0: one right after the other. */
  readonly intervalMs: number
  readonly clock: Clock
  readonly signal?: AbortSignal
  /** How long an answer is waited for, ms. */
  readonly waitMs?: number
  /** Signal to a receiver that is not this machine all the same. */
  readonly iKnow?: boolean
  /** Who knows what is on test, and where messages are noted; absent: nothing is, nowhere. */
  readonly cover?: TestCover | undefined
  readonly audit?: Audit | undefined
  readonly onDelivery?: (delivery: Delivery) => void
}

/** sent = acked + refused + lost. Link tests are not counted. */
export interface Accounting {
  readonly sent: number
  readonly acked: number
  /** NAK or DUH. */
  readonly refused: number
  /** No answer, or nobody there. */
  readonly lost: number
}

/** Resolves when every panel has sent its events, or when `signal` aborts and what is on its way has come to an end. Throws CW_DISPATCH_GUARD. */
export async function runPanels(panels: readonly SimPanel[], options: PanelsOptions): Promise<Accounting> {
  const tally = {sent: 0, acked: 0, refused: 0, lost: 0}
  await Promise.all(panels.map((panel, index) => play(panel, index, options, tally)))
  return tally
}

/** How long a panel that runs for ever waits before it tries a receiver again that was not there, ms. */
const DEAD_RECEIVER_MS = 1_000

type Tally = {-readonly [Name in keyof Accounting]: number}

async function play(panel: SimPanel, index: number, options: PanelsOptions, tally: Tally): Promise<void> {
  const random = seededRandom(options.seed * 7_919 + index)
  const sending = sendingOf(panel, index, options)
  let left = options.events
  await rest(options.intervalMs * random(), options)
  for (const text of script(panel.zones, random)) {
    if (left <= 0 || options.signal?.aborted) return
    const event = parseEvent(text)
    const verdict = await signalOnce(event, sending, options, tally)
    if (verdict === 'unreachable' && left === Number.POSITIVE_INFINITY) await rest(DEAD_RECEIVER_MS, options)
    if (verdict === 'withheld') return
    if (event.token === 'NULL') continue
    left -= 1
    await rest(options.intervalMs * (0.5 + random()), options)
  }
}

async function signalOnce(event: PanelEvent, sending: SendOptions, options: PanelsOptions, tally: Tally) {
  for await (const delivery of sendEvents([event], sending, options.clock)) {
    options.onDelivery?.(delivery)
    const begun = delivery.attempts > 0 || !options.signal?.aborted
    const isCounted = event.token !== 'NULL' && delivery.verdict !== 'withheld'
    if (isCounted && begun) count(tally, delivery.verdict)
    return delivery.verdict
  }
  return undefined
}

/** Every third panel uses UDP. Numbers start where a panel that is started again would not repeat what it sent a minute ago. */
function sendingOf({account}: SimPanel, index: number, options: PanelsOptions): SendOptions {
  const {receiver, clock, signal, iKnow = false, waitMs = WAIT_MS, cover, audit} = options
  return {
    ...receiver,
    transport: index % 3 === 2 ? 'udp' : 'tcp',
    account,
    sequence: memorySequence(1 + (Math.floor(clock.now() / 100) % 9_999)),
    iKnow,
    cover,
    audit,
    waitMs,
    ...(signal ? {signal} : {}),
  }
}

function count(tally: Tally, verdict: Delivery['verdict']): void {
  tally.sent += 1
  if (verdict === 'acked') tally.acked += 1
  else if (verdict === 'refused' || verdict === 'unsupported') tally.refused += 1
  else tally.lost += 1
}

async function rest(ms: number, {clock, signal}: PanelsOptions): Promise<void> {
  if (ms > 0) await clock.sleep(ms, signal).catch(() => {})
}
