/** Reads a record back: every line that was ever written whole; what a kill has torn off at the end is dropped. */
import {type FileHandle, open, stat} from 'node:fs/promises'
import {CitywatchError} from '../../lib/errors.ts'
import {safeText} from '../../lib/safe-text.ts'
import type {LineHead} from './lines.ts'

/** A line of any test, not yet told apart. Every text in it is safe. */
export interface RecordedLine extends LineHead {
  readonly type: string
  readonly [member: string]: unknown
}

export interface ReadRecord {
  readonly lines: readonly RecordedLine[]
  /** Bytes up to the end of the last readable line. What lies behind is torn. */
  readonly soundBytes: number
  readonly tornBytes: number
  /** False when the last readable line has lost its line end. */
  readonly isEnded: boolean
}

const MAX_BYTES = 512 * 1024 * 1024
const MAX_DEPTH = 8
const MAX_CHARACTERS = 4_096
const LF = 0x0a

/** The lines of a record's file. Throws CW_FILE_NOT_FOUND, CW_IO, CW_TOO_LARGE, and CW_BAD_VALUE as `recordLines`. */
export async function readRecord(path: string): Promise<ReadRecord> {
  let file: FileHandle | undefined
  try {
    // Before it is opened: a pipe would wait for a writer, a device may never end.
    const facts = await stat(path)
    if (!facts.isFile()) throw new CitywatchError('CW_IO', {path, detail: 'it is no regular file'})
    if (facts.size > MAX_BYTES) throw new CitywatchError('CW_TOO_LARGE', {path, what: 'bytes', limit: MAX_BYTES})
    file = await open(path, 'r')
    return recordLines(await file.readFile(), path)
  } catch (cause) {
    if (cause instanceof CitywatchError) throw cause
    const {code = 'unreadable'} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
  } finally {
    await file?.close()
  }
}

/** `label` names the file in errors. Throws CW_BAD_VALUE for an unreadable line that is not the last. */
export function recordLines(bytes: Uint8Array, label: string): ReadRecord {
  const lines: RecordedLine[] = []
  let start = 0
  for (let number = 1; start < bytes.length; number++) {
    const end = bytes.indexOf(LF, start)
    const next = end < 0 ? bytes.length : end + 1
    const text = Buffer.from(bytes.subarray(start, end < 0 ? bytes.length : end)).toString('utf8')
    const line = lineOf(text)
    if (line) lines.push(line)
    else if (next >= bytes.length) return {lines, soundBytes: start, tornBytes: bytes.length - start, isEnded: true}
    else if (text.trim() !== '') throw unreadable(label, number, text)
    start = next
  }
  return {lines, soundBytes: bytes.length, tornBytes: 0, isEnded: bytes.length === 0 || bytes.at(-1) === LF}
}

/** The line with every text made safe; undefined for what is no line of a record. */
export function lineOf(text: string): RecordedLine | undefined {
  try {
    const value: unknown = JSON.parse(text, (_name, member) =>
      typeof member === 'string' ? safeText(member, MAX_CHARACTERS) : member,
    )
    return isLine(value) && depthOf(value) <= MAX_DEPTH ? value : undefined
  } catch {
    return undefined
  }
}

function isLine(value: unknown): value is RecordedLine {
  if (typeof value !== 'object' || value === null) return false
  const {type, at, account}: {type?: unknown; at?: unknown; account?: unknown} = value
  return typeof type === 'string' && typeof at === 'number' && Number.isFinite(at) && typeof account === 'string'
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  let deepest = 0
  for (const member of Object.values(value)) deepest = Math.max(deepest, depthOf(member))
  return deepest + 1
}

/** What to say of such a line. */
export function unreadable(label: string, number: number, text: string): CitywatchError {
  const expected = 'a line of a record: a JSON object with type, at and account'
  return new CitywatchError('CW_BAD_VALUE', {field: `${label} line ${number}`, value: safeText(text, 60), expected})
}
