/** Reads a record line by line, however long it is; what a kill left half written at its end is not part of it. */
import {createReadStream} from 'node:fs'
import {CitywatchError, isCitywatchError} from '../../lib/errors.ts'
import type {RecordLine} from './lines.ts'
import {parseRecordLine} from './parse.ts'

/** A line and where it stands in its file, bytes. */
export interface Placed {
  /** Undefined: a type that this version does not know. */
  readonly line: RecordLine | undefined
  /** As written, without its line end. */
  readonly bytes: Buffer
  readonly offset: number
}

/** Longest line: a walk test of a large panel stays far below. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024

/** The lines that this version knows. Throws as `placedLines`. */
export async function* readRecord(path: string): AsyncGenerator<RecordLine> {
  for await (const {line} of placedLines(path)) if (line) yield line
}

/**
 * Every line with its place. A last line without a line end that is no line either is dropped. Throws CW_FILE_NOT_FOUND, CW_IO,
 * CW_TOO_LARGE, and CW_BAD_VALUE for a line that cannot be read, which names it.
 */
export async function* placedLines(path: string): AsyncGenerator<Placed> {
  let number = 0
  for await (const {bytes, offset, ended} of rawLines(path)) {
    number += 1
    if (bytes.length === 0 || (bytes.length === 1 && bytes[0] === CR)) continue
    try {
      yield {line: lineOf(bytes), bytes, offset}
    } catch (cause) {
      if (!ended) return
      throw unreadable(cause, path, number)
    }
  }
}

/** One line of a record. Throws SyntaxError and CW_BAD_VALUE. */
export function lineOf(bytes: Buffer): RecordLine | undefined {
  return parseRecordLine(JSON.parse(bytes.toString('utf8')))
}

const LF = 0x0a
const CR = 0x0d

interface RawLine {
  readonly bytes: Buffer
  readonly offset: number
  /** It has a line end. */
  readonly ended: boolean
}

async function* rawLines(path: string): AsyncGenerator<RawLine> {
  let held: Buffer[] = []
  let heldBytes = 0
  let offset = 0
  for await (const chunk of chunks(path)) {
    let from = 0
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      const bytes = Buffer.concat([...held, chunk.subarray(from, at)])
      yield {bytes, offset, ended: true}
      offset += bytes.length + 1
      held = []
      heldBytes = 0
      from = at + 1
    }
    held.push(chunk.subarray(from))
    heldBytes += chunk.length - from
    if (heldBytes > MAX_LINE_BYTES) {
      throw new CitywatchError('CW_TOO_LARGE', {path, what: 'bytes in one line', limit: MAX_LINE_BYTES})
    }
  }
  if (heldBytes > 0) yield {bytes: Buffer.concat(held), offset, ended: false}
}

async function* chunks(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, {highWaterMark: 256 * 1024}) as AsyncIterable<Buffer>
  } catch (cause) {
    const {code} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code ?? 'unreadable'}, {cause})
  }
}

function unreadable(cause: unknown, path: string, number: number): CitywatchError {
  const field = `${path} line ${number}`
  if (isCitywatchError(cause, 'CW_BAD_VALUE')) {
    const {field: member, value, expected} = cause.params
    const what = {field: `${field}, ${member}`, value: value ?? '…', expected: expected ?? 'another value'}
    return new CitywatchError('CW_BAD_VALUE', what, {cause})
  }
  return new CitywatchError(
    'CW_BAD_VALUE',
    {field, value: 'what is no JSON', expected: 'one JSON object a line'},
    {cause},
  )
}
