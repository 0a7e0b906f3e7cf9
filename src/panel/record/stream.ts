/** Reads a record of any size line by line, each with its place; what a kill left half written at its end is not part of it. */
import {createReadStream} from 'node:fs'
import {CitywatchError} from '../../lib/errors.ts'
import {lineOf, type RecordedLine, unreadable} from './read.ts'

/** A line and where it stands in its file. */
export interface Placed {
  readonly line: RecordedLine
  /** From 1. */
  readonly number: number
  /** As written, without its line end. */
  readonly bytes: Buffer
  /** Bytes before it. */
  readonly offset: number
}

/** Longest line. A suite's is some 20 kB, a checklist of 1,000 zones 150 kB. */
export const MAX_LINE_BYTES = 8 * 1024 * 1024

/**
 * Every line; empty ones are passed over. Throws CW_FILE_NOT_FOUND, CW_IO, CW_TOO_LARGE, and CW_BAD_VALUE for a line that
 * cannot be read although it has its end, which names it.
 */
export async function* placedLines(path: string): AsyncGenerator<Placed> {
  let number = 0
  for await (const {bytes, offset, isEnded} of rawLines(path)) {
    number += 1
    const text = bytes.toString('utf8')
    if (text.trim() === '') continue
    const line = lineOf(text)
    if (line) yield {line, number, bytes, offset}
    else if (isEnded) throw unreadable(path, number, text)
  }
}

const LF = 0x0a

interface RawLine extends Pick<Placed, 'bytes' | 'offset'> {
  /** It has its line end: only a last line can lack it. */
  readonly isEnded: boolean
}

async function* rawLines(path: string): AsyncGenerator<RawLine> {
  let held: Buffer[] = []
  let heldBytes = 0
  let offset = 0
  for await (const chunk of chunks(path)) {
    let from = 0
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, from)) {
      const bytes = Buffer.concat([...held, chunk.subarray(from, at)])
      yield {bytes, offset, isEnded: true}
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
  if (heldBytes > 0) yield {bytes: Buffer.concat(held), offset, isEnded: false}
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
