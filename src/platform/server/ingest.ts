/** What panels and other systems send: into the store before it is acknowledged, and refused frames where operators see them. */
import {hash} from 'node:crypto'
import type {Clock} from '../../lib/clock.ts'
import {bad} from '../../lib/fields.ts'
import {type SafeText, safeText} from '../../lib/safe-text.ts'
import {meaningOf, raisesAlarm} from '../../model/codes/meaning.ts'
import type {Signal} from '../../model/signal.ts'
import type {Incoming} from '../parse/event.ts'
import type {EventItem, EventsResult, SignalWrite, Store} from '../store/port.ts'
import {RefusalGate} from './refusal-gate.ts'

export interface IngestOptions {
  readonly store: Store
  readonly clock: Clock
  /** Store signals of accounts that no panel has, as unrouted. */
  readonly acceptUnknown: boolean
}

export class Ingest {
  readonly #options: IngestOptions
  readonly #gate = new RefusalGate()
  readonly #events = {stored: 0, repeated: 0}

  constructor(options: IngestOptions) {
    this.#options = options
  }

  /** Frames refused that no log entry counts yet. */
  get pendingRefusals(): number {
    return this.#gate.pending
  }

  /** Foreign events taken since the start. */
  get events(): {readonly stored: number; readonly repeated: number} {
    return this.#events
  }

  /**
   * Resolves once the signal is on the disk, or is known to have no place there. `message` tells the panel's message from
   * its others: the same one again is acknowledged and not stored again, also after a restart. Rejects with
   * CW_DISK_FULL, CW_IO.
   */
  async accept(signal: Signal, message?: string): Promise<'stored' | 'unknown-account'> {
    const {store, clock} = this.#options
    const key = message === undefined ? {} : {message: partKey(message, signal)}
    const result = await store.signal({...this.#signalWrite(signal, clock.now()), ...key})
    if (result === 'unknown-account') this.refused(`account ${signal.account}`, `unknown account: ${signal.raw}`)
    return result
  }

  /**
   * All of them or none. Resolves once all are on the disk. Rejects with CW_BAD_VALUE for a signal of an unknown account,
   * which is refused where operators see it, as the panel's own would be; CW_DISK_FULL, CW_IO.
   */
  async acceptEvents(incoming: readonly Incoming[]): Promise<EventsResult> {
    const {store, clock} = this.#options
    const at = clock.now()
    const items = incoming.map((item): EventItem => {
      return item.type === 'event' ? item : {type: 'signal', via: item.via, write: this.#signalWrite(item.signal, at)}
    })
    const result = await store.events({at, items})
    if (result.type === 'stored') {
      this.#events.stored += result.result.stored
      this.#events.repeated += result.result.repeated
      return result.result
    }
    const item = incoming[result.index]
    if (item?.type === 'signal') {
      this.refused(`account ${item.signal.account}`, `unknown account, from ${item.via.source}: ${item.signal.raw}`)
    }
    const field = `${incoming.length > 1 ? `events[${result.index}].` : ''}data.account`
    throw bad(field, item?.type === 'signal' ? item.signal.account : undefined, 'the account of a panel')
  }

  #signalWrite(signal: Signal, at: number): SignalWrite {
    const meaning = meaningOf(signal)
    return {at, signal, meaning, raises: raisesAlarm(meaning, signal), acceptUnknown: this.#options.acceptUnknown}
  }

  /** Notes that a frame was refused; a flood of them becomes few entries that say how many they stand for. */
  refused(from: string, reason: string): void {
    const at = this.#options.clock.now()
    const frames = this.#gate.admit(from, at)
    if (frames > 0) void this.#log(safeText(from, 128), reason, frames, at)
  }

  async #log(from: SafeText, reason: string, frames: number, at: number): Promise<void> {
    const count = frames > 1 ? ` (${frames} frames)` : ''
    try {
      await this.#options.store.refusal({at, from, reason: safeText(`${reason}${count}`), frames})
    } catch {
      this.#gate.giveBack(frames) // the disk is full or broken: the next entry counts these too
    }
  }
}

/** One message may bring several signals. */
function partKey(message: string, {code, qualifier, partition = '', zone = ''}: Signal): string {
  return hash('sha256', [message, code, qualifier, partition, zone].join('\n'), 'base64url')
}

/** Who a refused frame is from: the account, or the peer's host where the header was not readable. Its port changes too often. */
export function senderOf({account, peer}: {readonly account?: string; readonly peer: string}): string {
  return account === undefined ? peer.replace(/:\d+$/, '') : `account ${account}`
}
