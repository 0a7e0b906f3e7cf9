/** How log rows look on the event stream. */
import type {Position} from '../../model/log-entry.ts'
import {RESET_EVENT, SKIP_EVENT} from '../contract.ts'
import type {SkippedRange} from '../filter.ts'
import {positionText} from '../position.ts'
import type {LogRow} from '../store/port.ts'

export function heartbeatText(head: number): string {
  return `: hb ${head}\n\n`
}

/** Tells the client that the stream goes on from `position`, not from the one it asked for. */
export function resetText(position: Position): string {
  return `id: ${positionText(position)}\nevent: ${RESET_EVENT}\ndata: ${JSON.stringify(position)}\n\n`
}

/**
 * What a filter has left out between what the client was told and the row that it gets next; empty when there is nothing.
 * Its id is the last of the range, so that a client resumes behind it.
 */
export function gapText(epoch: string, told: number, next: number): string {
  if (next <= told + 1) return ''
  const range: SkippedRange = {from: told + 1, to: next - 1}
  return `id: ${positionText({epoch, seq: range.to})}\nevent: ${SKIP_EVENT}\ndata: ${JSON.stringify(range)}\n\n`
}

/** One server-sent event: id, CloudEvents type, and a CloudEvents 1.0 object (structured mode) around the entry. */
export function eventText(epoch: string, {seq, at, type, subject, entry}: LogRow): string {
  const id = positionText({epoch, seq})
  const time = new Date(at).toISOString()
  const event =
    `{"specversion":"1.0","id":"${id}","source":"/citywatch/${epoch}","type":"citywatch.${type}",` +
    `"subject":${JSON.stringify(subject)},"time":"${time}","datacontenttype":"application/json","data":${entry}}`
  return `id: ${id}\nevent: citywatch.${type}\ndata: ${event}\n\n`
}
