/** How log rows look on the event stream. */
import type {Position} from '../../model/log-entry.ts'
import {RESET_EVENT} from '../contract.ts'
import {positionText} from '../position.ts'
import type {LogRow} from '../store/port.ts'

/** One server-sent event per row: id, CloudEvents type, and a CloudEvents 1.0 object (structured mode) around the entry. */
export function streamText(epoch: string, rows: readonly LogRow[]): string {
  return rows.map((row) => eventText(epoch, row)).join('')
}

export function heartbeatText(head: number): string {
  return `: hb ${head}\n\n`
}

/** Tells the client that the stream goes on from `position`, not from the one it asked for. */
export function resetText(position: Position): string {
  return `id: ${positionText(position)}\nevent: ${RESET_EVENT}\ndata: ${JSON.stringify(position)}\n\n`
}

function eventText(epoch: string, {seq, at, type, subject, entry}: LogRow): string {
  const id = positionText({epoch, seq})
  const time = new Date(at).toISOString()
  const event =
    `{"specversion":"1.0","id":"${id}","source":"/citywatch/${epoch}","type":"citywatch.${type}",` +
    `"subject":${JSON.stringify(subject)},"time":"${time}","datacontenttype":"application/json","data":${entry}}`
  return `id: ${id}\nevent: citywatch.${type}\ndata: ${event}\n\n`
}
