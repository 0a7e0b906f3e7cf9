/** A frame taken apart for people: every byte with the field that it belongs to and what it says. */
import {meaningOf} from '../model/codes/meaning.ts'
import type {Signal} from '../model/signal.ts'
import {decode, type Frame} from '../protocol/dc09/frame.ts'
import {signalsOf} from '../protocol/dc09/signals.ts'

export interface FrameField {
  readonly bytes: string
  readonly field: string
  readonly meaning: string
}

const TOKENS: Readonly<Record<string, string>> = {
  'SIA-DCS': 'an event with SIA codes (DC-03)',
  'ADM-CID': 'an event in Contact ID (DC-05)',
  NULL: 'link test',
}

/** The fields in wire order; their bytes joined are the frame, LF and CR written out. Throws CW_PROTOCOL_REMOTE. */
export function explainFrame(bytes: Uint8Array): FrameField[] {
  const whole = decode(bytes)
  if (!whole) return []
  const {frame} = whole
  const text = Buffer.from(bytes).toString('latin1')
  const {seq, receiver, line, account, timestamp} = frame
  const fields: readonly (readonly [bytes: string | undefined, field: string, meaning: string])[] = [
    ['LF', 'start', 'a frame begins'],
    [text.slice(1, 5), 'CRC', 'CRC-16/ARC over the bytes from the first quote to before CR'],
    [text.slice(5, 9), 'length', `${Number.parseInt(text.slice(5, 9), 16)} of these bytes, in hex`],
    [`"${frame.token}"`, 'token', TOKENS[frame.token] ?? 'a vendor token'],
    [
      String(seq).padStart(4, '0'),
      'sequence',
      seq === 0 ? 'link tests are not counted' : `message ${seq} of this account`,
    ],
    [receiver === undefined ? undefined : `R${receiver}`, 'receiver', 'receiver number'],
    [line === undefined ? undefined : `L${line}`, 'line', 'account prefix'],
    [`#${account}`, 'account', 'the panel'],
    [`[${frame.data}]`, 'data', dataMeaning(frame)],
    [timestamp === undefined ? undefined : `_${timestamp}`, 'time', 'UTC, month before day'],
    ['CR', 'end', 'the frame ends'],
  ]
  return fields.flatMap(([part, field, meaning]) => (part === undefined ? [] : [{bytes: part, field, meaning}]))
}

function dataMeaning(frame: Frame): string {
  return signalsOf(frame).signals.map(describeSignal).join('; ') || 'empty'
}

/** `BA new: Burglary alarm, partition 1, zone 3, "Front door"`. */
export function describeSignal(signal: Signal): string {
  const {code, qualifier, partition, zone, text} = signal
  const parts = [
    `${code} ${qualifier}: ${meaningOf(signal).name}`,
    partition === undefined ? '' : `partition ${partition}`,
    zone === undefined ? '' : `zone ${zone}`,
    text === undefined ? '' : `"${text}"`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}
