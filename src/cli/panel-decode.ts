/** `panel decode`: the frame from an argument or a pipe, the key in both of its forms, and what a receiver should do. */
import {isReadable} from 'node:stream'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {examineFrame} from '../panel/examine.ts'
import type {ExaminedField} from '../panel/examined.ts'
import {bytesOfPaste} from '../panel/paste.ts'
import {otherForm, parseKey} from '../protocol/dc09/key.ts'
import {type KeyFlags, writtenKeyOf} from './panel-keys.ts'

const MAX_INPUT_BYTES = 64 * 1024

/** The examined fields of `frame`, or of standard input for `-`. Throws CW_NO_TARGET, CW_BAD_VALUE and what keys throw. */
export async function decodedFields(
  frame: string | undefined,
  flags: KeyFlags & {readonly at?: string | undefined},
  now: number,
  warn: (text: string) => void,
): Promise<ExaminedField[]> {
  const written = await writtenKeyOf(flags, warn)
  const key = written && parseKey(written.text, written.form)
  const otherKey = written && otherForm(written.text, written.form)
  const text = frame === undefined || frame === '-' ? await pasted() : Buffer.from(frame).toString('latin1')
  return examineFrame(bytesOfPaste(text), {key, otherKey, receivedAt: timeOf(flags.at, now)})
}

/** Why a receiver should refuse the frame, in a line; undefined when it should not. */
export function refusalLine(fields: readonly ExaminedField[]): string | undefined {
  const first = fields.find(({verdict}) => verdict === 'wrong')
  if (!first) return undefined
  const {field, bytes, expected, likely} = first
  return `a receiver should refuse it: ${field}: expected ${expected}, got ${safeText(bytes, 60) || 'nothing'}${likely ? ` (${likely})` : ''}`
}

function timeOf(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  const at = text === 'now' ? now : Date.parse(text)
  if (Number.isFinite(at)) return at
  const expected = 'now, or a time such as 2026-11-23T10:20:30Z'
  throw new CitywatchError('CW_BAD_VALUE', {field: '--at', value: safeText(text, 40), expected})
}

async function pasted(): Promise<string> {
  if (process.stdin.isTTY || !isReadable(process.stdin))
    throw new CitywatchError('CW_NO_TARGET', {command: 'panel decode'})
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of process.stdin) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MAX_INPUT_BYTES)
      throw new CitywatchError('CW_TOO_LARGE', {path: '-', what: 'bytes', limit: MAX_INPUT_BYTES})
  }
  return Buffer.concat(chunks).toString('latin1')
}
