/** Being many panels at once: presses a receiver at a rate, and says what became of every message. */
import type {Clock} from '../../lib/clock.ts'
import {CitywatchError} from '../../lib/errors.ts'
import {dialTcp} from '../../net/byte-stream.ts'
import {dialUdp} from '../../net/udp.ts'
import type {AccountKey} from '../../protocol/dc09/key.ts'
import type {Transport} from '../attempt.ts'
import type {TestCover} from '../dispatch-guard.ts'
import type {PanelEvent} from '../event.ts'
import {messageOf} from '../message.ts'
import {padding} from '../pad.ts'
import {Lane, type LaneOptions, type Outgoing} from './lane.ts'
import {parseMix} from './mix.ts'
import {type MayGoOn, permissionFor} from './permission.ts'
import {Reconciliation} from './reconcile.ts'
import type {LoadReport} from './report.ts'
import {dueAt, planned, type Shape} from './shape.ts'
import {type Fate, Tally} from './tally.ts'

export interface LoadOptions extends Shape {
  readonly host: string
  readonly port: number
  readonly transport: Transport
  /** Upper case, each once. */
  readonly accounts: readonly string[]
  readonly keys?: ReadonlyMap<string, AccountKey> | undefined
  /** Connections (or UDP sockets) that the accounts share; each has one message under way. */
  readonly connections: number
  readonly mix: string
  readonly seed: number
  readonly attempts: number
  readonly waitMs: number
  /** The receiver's capture file, to compare with. */
  readonly capture?: string | undefined
  readonly iKnow: boolean
  /** Who knows what is on test; absent: nothing is. */
  readonly cover?: TestCover | undefined
  readonly clock: Clock
  /** Fine time, ms. */
  readonly stopwatch: () => number
  /** Ends the offering; what is under way gets its answer. */
  readonly signal: AbortSignal
}

type Phase = 'ramp' | 'hold' | 'drain'

/** Called several times a second. */
export type LoadEar = (at: {
  readonly phase: Phase
  readonly planned: number
  readonly sent: number
  readonly acked: number
  readonly lost: number
}) => void

/** Faster, an account's numbers would come round within the minute in which a receiver takes them for repetitions. */
const MAX_RATE_EACH = 100
const MAX_MESSAGES = 10_000_000
/** With a capture, each message is kept in mind. */
const MAX_RECONCILED = 2_000_000
const LAST_SEQ = 9_999
/** Numbers go on by themselves at the highest rate, so that the next run does not repeat this one's. */
const SEQ_MS = 1_000 / MAX_RATE_EACH
const TICK_MS = 2
/** How long messages that are due are still sent after the hold, ms. */
const CATCH_UP_MS = 10_000

/** Throws CW_USAGE, CW_BAD_VALUE, CW_DISPATCH_GUARD, CW_FILE_NOT_FOUND, CW_UNREACHABLE and CW_TIMEOUT before a message is sent. */
export async function loadReceiver(options: LoadOptions, ear: LoadEar): Promise<LoadReport> {
  const mix = parseMix(options.mix, options.seed)
  const mayGoOn = await permissionFor(mix.events, options)
  requireBounds(options)
  const {capture, accounts, transport, host, port, waitMs} = options
  const books = capture === undefined ? undefined : await Reconciliation.with(capture, accounts)
  if (transport === 'tcp') (await dialTcp(host, port, waitMs)).close()
  const run = new Run({...options, mayGoOn}, mix.event, books)
  await run.offer(ear)
  await run.drain(ear)
  return run.report()
}

function requireBounds({capture, rate, accounts, ...shape}: LoadOptions): void {
  const messages = planned({...shape, rate})
  const most = capture === undefined ? MAX_MESSAGES : MAX_RECONCILED
  const detail =
    messages < 1
      ? 'no message is due in that time at that rate'
      : messages > most
        ? `${messages} messages are more than ${most}${capture === undefined ? '' : ' with --capture'}: a lower rate or a shorter hold`
        : rate > MAX_RATE_EACH * accounts.length
          ? `more than ${MAX_RATE_EACH} messages a second of each account would repeat their numbers within a minute: more accounts or a lower rate`
          : undefined
  if (detail !== undefined) throw new CitywatchError('CW_USAGE', {detail})
}

interface Sender {
  readonly account: string
  readonly index: number
  /** Of this account alone. */
  seq: number
  nth: number
}

type RunOptions = LoadOptions & {readonly mayGoOn: MayGoOn}

class Run {
  readonly #options: RunOptions
  readonly #event: (account: number, nth: number) => PanelEvent
  readonly #books: Reconciliation | undefined
  readonly #tally = new Tally()
  /** The accounts of each lane take turns. */
  readonly #senders = new Map<Lane, {readonly of: Sender[]; turn: number}>()
  readonly #free: Lane[] = []
  readonly #startedAt: number
  #offering = true
  #heldFrom = 0
  #heldSent = 0
  #endedAt = 0

  constructor(options: RunOptions, event: (account: number, nth: number) => PanelEvent, books?: Reconciliation) {
    this.#options = options
    this.#event = event
    this.#books = books
    this.#startedAt = options.clock.now()
    const lanes = Math.min(options.connections, options.accounts.length)
    const first = 1 + (Math.floor(this.#startedAt / SEQ_MS) % LAST_SEQ)
    const senders = options.accounts.map((account, index): Sender => ({account, index, seq: first, nth: 0}))
    const common = laneOptions(options, this.#tally, (lane, message, fate) => this.#done(lane, message, fate))
    for (let lane = 0; lane < lanes; lane++) this.#free.push(new Lane(common))
    for (const lane of this.#free) this.#senders.set(lane, {of: [], turn: 0})
    const shares = [...this.#senders.values()]
    for (const sender of senders) shares[sender.index % lanes]?.of.push(sender)
  }

  /** Ramp and hold, until everything is due or it is told to stop. */
  async offer(ear: LoadEar): Promise<void> {
    const {clock, signal, rampMs, holdMs} = this.#options
    for (let ms = 0; ms < rampMs + holdMs && this.#mayOffer(); ms = clock.now() - this.#startedAt) {
      if (ms >= rampMs && this.#heldFrom === 0) this.#hold()
      this.#step(ear, ms < rampMs ? 'ramp' : 'hold')
      await clock.sleep(TICK_MS, signal).catch(() => {})
    }
    if (this.#heldFrom === 0) this.#hold()
    this.#endedAt = clock.now()
    this.#heldSent = this.#tally.sent - this.#heldSent
  }

  /** Sends what is still due, unless told to stop, and waits for every answer. */
  async drain(ear: LoadEar): Promise<void> {
    const {clock} = this.#options
    const until = clock.now() + CATCH_UP_MS
    while (this.#offering || this.#free.length < this.#senders.size) {
      this.#offering &&= this.#mayOffer() && clock.now() < until && this.#tally.sent < planned(this.#options)
      this.#step(ear, 'drain')
      await clock.sleep(TICK_MS).catch(() => {})
    }
    for (const lane of this.#senders.keys()) lane.close()
  }

  async report(): Promise<LoadReport> {
    const {host, port, transport, accounts, keys, rate, rampMs, holdMs, seed, mix, clock} = this.#options
    const all = planned(this.#options)
    const heldMs = this.#endedAt - this.#heldFrom
    const seconds = (clock.now() - this.#startedAt) / 1_000
    return {
      receiver: host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`,
      transport,
      accounts: accounts.length,
      encrypted: accounts.filter((account) => keys?.has(account)).length,
      connections: this.#senders.size,
      seed,
      mix,
      rate,
      rampMs,
      holdMs,
      planned: all,
      notSent: all - this.#tally.sent,
      seconds,
      heldRate: heldMs > 0 ? Math.round((this.#heldSent * 1_000) / heldMs) : 0,
      interrupted: !this.#mayOffer(),
      ...this.#tally.books(),
      ...(this.#books ? {capture: await this.#books.reconcile()} : {}),
    }
  }

  #mayOffer(): boolean {
    return !this.#options.signal.aborted && this.#options.mayGoOn()
  }

  #hold(): void {
    this.#heldFrom = this.#options.clock.now()
    this.#heldSent = this.#tally.sent
  }

  #step(ear: LoadEar, phase: Phase): void {
    const now = this.#options.clock.now()
    for (const lane of this.#senders.keys()) lane.sweep(now)
    this.#pump()
    const {sent, acked, lost} = this.#tally
    ear({phase, planned: planned(this.#options), sent, acked, lost})
  }

  /** Starts what is due while there are free lanes, the longest free first. */
  #pump(): void {
    if (!this.#offering || !this.#mayOffer()) return
    const due = dueAt(this.#options, this.#options.clock.now() - this.#startedAt)
    while (this.#tally.sent < due) {
      const lane = this.#free.shift()
      if (!lane) return
      lane.start(this.#next(lane))
    }
  }

  #next(lane: Lane): Outgoing {
    const senders = this.#senders.get(lane)
    const sender = senders?.of[senders.turn]
    if (!senders || !sender) throw new Error('a lane without an account')
    senders.turn = (senders.turn + 1) % senders.of.length
    const event = this.#event(sender.index, sender.nth)
    sender.nth += 1
    this.#tally.begin(event)
    return {frame: this.#frame(event, sender), key: this.#options.keys?.get(sender.account)}
  }

  #frame(event: PanelEvent, sender: Sender) {
    if (event.token === 'NULL') return messageOf(event, {account: sender.account}, 0)
    const frame = messageOf(event, {account: sender.account}, sender.seq)
    this.#books?.sent(sender.account, sender.seq)
    sender.seq = (sender.seq % LAST_SEQ) + 1
    return frame
  }

  #done(lane: Lane, {frame}: Outgoing, fate: Fate): void {
    if (fate === 'acked' && frame.token !== 'NULL') this.#books?.acked(frame.account, frame.seq)
    this.#free.push(lane)
    this.#pump()
  }
}

function laneOptions(options: LoadOptions, tally: Tally, done: LaneOptions['done']): LaneOptions {
  const {host, port, transport, waitMs, attempts, clock, stopwatch} = options
  const datagrams = transport === 'udp'
  return {
    dial: () => (datagrams ? dialUdp(host, port) : dialTcp(host, port, waitMs)),
    datagrams,
    attempts,
    waitMs,
    pad: padding(),
    tally,
    now: () => clock.now(),
    stopwatch,
    done,
  }
}
