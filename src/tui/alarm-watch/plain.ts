/** The alarm monitor without a screen: one line a change, for pipes, logs, scripts and screen readers. Loads no Ink. */
import {once} from 'node:events'
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import type {Alarm} from '../../model/alarm.ts'
import {isWithin, type Jurisdiction} from '../../model/jurisdiction.ts'
import type {LogEntry, Position} from '../../model/log-entry.ts'
import type {EntryFilter} from '../../platform/filter.ts'
import {positionText} from '../../platform/position.ts'
import {type Feed, type FeedMessage, follow} from './feed.ts'
import {isPanic} from './filter.ts'
import {entryLine, snapshotLine} from './plain-line.ts'

export interface WatchPlainOptions {
  readonly feed: Feed
  readonly clock: Clock
  /** Ends the watch. */
  readonly signal: AbortSignal
  readonly out: NodeJS.WritableStream
  /** What a person should know and a program need not: the line was lost, the log was replaced. */
  readonly note: (text: string) => void
  readonly format: 'tsv' | 'jsonl'
  /** Ends after so many lines. Absent: never. */
  readonly count?: number | undefined
  /** Where to start; absent: with the open alarms. `now` follows only what comes. */
  readonly since?: Position
  /** Open alarms are not printed at the beginning. */
  readonly skipsSnapshot?: boolean
  /** Only this part of the hierarchy; panic passes. Absent: all. */
  readonly scope?: Jurisdiction
  /** What the platform is asked to send; absent: everything. */
  readonly filter?: EntryFilter
}

/**
 * Prints until `signal` aborts, the reader leaves, or `count` lines are out; waits for a slow reader. Returns the lines
 * printed. Throws CW_AUTH when the platform refuses the token: waiting would not help.
 */
export async function watchPlain(options: WatchPlainOptions): Promise<number> {
  const {feed, clock, signal, since} = options
  const stop = new AbortController()
  const end = () => stop.abort()
  options.out.once('close', end)
  options.out.once('error', end) // the reader has left: nothing is wrong
  try {
    return await printAll(
      follow(feed, {
        clock,
        signal: AbortSignal.any([signal, stop.signal]),
        isFinal: (error) => isCitywatchError(error, 'CW_AUTH'),
        ...(since === undefined ? {} : {after: since}),
        ...(options.filter === undefined ? {} : {filter: options.filter}),
      }),
      options,
      stop.signal,
    )
  } finally {
    stop.abort()
    options.out.off('close', end)
    options.out.off('error', end)
  }
}

async function printAll(messages: AsyncIterable<FeedMessage>, options: WatchPlainOptions, gone: AbortSignal) {
  const {count = Number.POSITIVE_INFINITY, out} = options
  let printed = 0
  for await (const line of allLines(messages, options)) {
    if (gone.aborted) break
    await write(out, line, gone)
    if (++printed >= count) break
  }
  return printed
}

async function* allLines(messages: AsyncIterable<FeedMessage>, options: WatchPlainOptions): AsyncGenerator<string> {
  const notes = new Notes(options)
  let epoch = options.since?.epoch ?? ''
  let isSilent = options.skipsSnapshot ?? false
  for await (const message of messages) {
    notes.see(message)
    if (message.type === 'snapshot') {
      ;({epoch} = message.position)
      if (!isSilent) yield* linesOf(message, epoch, options)
      isSilent = false // after a reset the picture starts anew, for everybody
    } else yield* linesOf(message, epoch, options)
  }
}

function linesOf(message: FeedMessage, epoch: string, {format, scope = ''}: WatchPlainOptions): string[] {
  if (message.type === 'snapshot') {
    const {alarms, position} = message
    const shown = alarms.filter((alarm) => isInScope(alarm, scope))
    return shown.map((alarm) => snapshotLine(alarm, positionText(position), format))
  }
  if (message.type !== 'entry' || !concerns(message.entry, scope)) return []
  return entryLine(message.entry, positionText({epoch, seq: message.entry.seq}), format)
}

function isInScope(alarm: Alarm, scope: Jurisdiction): boolean {
  return isPanic(alarm) || isWithin(alarm.jurisdiction, scope)
}

/** A refusal concerns everybody: nobody can tell whose alarm is behind it. */
function concerns(entry: LogEntry, scope: Jurisdiction): boolean {
  if (entry.type === 'refusal' || entry.type === 'child') return true
  if (entry.type === 'ontest') return isWithin(entry.window.jurisdiction, scope)
  if (entry.type === 'mask') return isWithin(entry.mask.jurisdiction, scope)
  if (entry.type === 'handoff') return isWithin(entry.handoff.jurisdiction, scope)
  if (entry.type === 'event') return scope === '' // nobody knows which part of the city it is about
  if (entry.type === 'supervision') return isWithin(entry.news.jurisdiction, scope)
  if (entry.alarm) return isInScope(entry.alarm, scope)
  // An older platform does not say where it belongs to.
  const place = entry.type === 'signal' || entry.type === 'camera' ? entry.jurisdiction : undefined
  return scope === '' || (place !== undefined && isWithin(place, scope))
}

/** Says once that the line is lost, and once that it is back. */
class Notes {
  readonly #options: WatchPlainOptions
  #isLost = false

  constructor(options: WatchPlainOptions) {
    this.#options = options
  }

  see(message: FeedMessage): void {
    if (message.type === 'reset') {
      this.#say('the platform has another log: what happened in between is not replayed, here are the open alarms')
    }
    if (message.type !== 'link') return
    if (message.link === 'lost' && !this.#isLost) this.#say(`line lost, trying again: ${message.detail}`)
    if (message.link === 'live' && this.#isLost) this.#say('line restored')
    if (message.link !== 'connecting') this.#isLost = message.link === 'lost'
  }

  #say(text: string): void {
    const {note, clock, feed} = this.#options
    note(`${new Date(clock.now()).toISOString()} ${feed.url} ${text}`)
  }
}

async function write(out: NodeJS.WritableStream, line: string, gone: AbortSignal): Promise<void> {
  if (!out.write(`${line}\n`)) await once(out, 'drain', {signal: gone}).catch(() => undefined)
}
