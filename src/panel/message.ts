/** The frame of an event, as a panel with this account, line and extended data writes it. */
import {seal} from '../protocol/dc09/cipher.ts'
import {encodeFrame, type Frame} from '../protocol/dc09/frame.ts'
import type {AccountKey} from '../protocol/dc09/key.ts'
import {formatTimestamp} from '../protocol/dc09/timestamp.ts'
import type {PanelEvent} from './event.ts'
import {padding} from './pad.ts'

/** What all messages of a panel have in common. */
export interface MessageForm {
  /** 3 to 16 hex digits. */
  readonly account: string
  /** Digits after R; absent: there is no R field. */
  readonly receiverNumber?: string | undefined
  /** Digits after L; absent: 0. */
  readonly line?: string | undefined
  /** Extended data blocks, one character a byte, as `extendedBlock` makes them. */
  readonly xdata?: readonly string[] | undefined
  /** How the check sum is written; absent: in hex. */
  readonly crcForm?: Frame['crcForm'] | undefined
}

/** The clear frame without its time. */
export function messageOf({token, block}: PanelEvent, form: MessageForm, seq: number): Frame {
  const {account, receiverNumber, line = '0', xdata = [], crcForm = 'hex'} = form
  const inner = block.startsWith('#') || block.startsWith('|') ? block : `#${account}|${block}`
  return {
    token,
    encrypted: false,
    seq,
    ...(receiverNumber === undefined ? {} : {receiver: receiverNumber}),
    line,
    account: account.toUpperCase(),
    data: block === '' ? '' : inner,
    xdata,
    crcForm,
  }
}

/** The bytes of an event at a time, as its first attempt would send them. Throws CW_PROTOCOL_LOCAL. */
export function frameBytes(
  event: PanelEvent,
  form: MessageForm & {readonly key?: AccountKey | undefined},
  seq: number,
  now: number,
): Uint8Array {
  const number = event.token === 'NULL' ? 0 : seq
  const frame = {...messageOf(event, form, number), timestamp: formatTimestamp(now)}
  return encodeFrame(form.key ? seal(frame, form.key, padding()()) : frame)
}
