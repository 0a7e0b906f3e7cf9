/** What `panel supervise` writes into the record of its panels: the run, every event as it happens, a line a path at the end. */
import type {Clock} from '../lib/clock.ts'
import type {LineHead} from '../panel/record/lines.ts'
import type {SupervisionEvent} from '../panel/supervision/event.ts'
import type {RaisedEvent} from '../panel/supervision/raise.ts'
import {linesOf, type SupervisionReport} from '../panel/supervision/report.ts'
import type {SuperviseOptions} from '../panel/supervision/supervise.ts'
import {recordAt, runLine} from './panel-record.ts'

export interface SupervisionRecord {
  event(event: SupervisionEvent | RaisedEvent): void
  /** Rejects with CW_DISK_FULL or CW_IO, also for an event that could not be written. */
  end(report: SupervisionReport): Promise<void>
}

/** Writes nothing without a path. Throws CW_IO and CW_DISK_FULL. */
export async function supervisionRecord(
  path: string | undefined,
  options: Omit<SuperviseOptions, 'clock' | 'signal'>,
  tool: string,
  clock: Clock,
): Promise<SupervisionRecord> {
  const record = await recordAt(path)
  if (!record) return {event: () => {}, end: async () => {}}
  let failure: {readonly error: unknown} | undefined
  const append = (line: LineHead & {readonly type: string}) =>
    record.append(line).catch((error: unknown) => {
      failure ??= {error}
    })
  for (const account of options.accounts) {
    const key = options.keys?.get(account)?.fingerprint ?? null
    const receiver = `${options.host}:${options.port}`
    void append(runLine({test: 'supervision', at: clock.now(), account, tool, receiver, key}))
  }
  return {
    event(event) {
      if (event.kind !== 'blind') void append({type: 'supervision-event', ...event})
    },
    async end(report) {
      await Promise.all(linesOf(report, clock.now()).map(append))
      await record.close()
      if (failure) throw failure.error
    },
  }
}
