/** Appends to a record: a line is on the disk before the next step is taken, and never behind half a line. */
import {type FileHandle, open} from 'node:fs/promises'
import {CitywatchError} from '../../lib/errors.ts'
import {Capture} from '../capture.ts'
import type {RecordLine} from './lines.ts'
import {lineOf, MAX_LINE_BYTES} from './read.ts'

export interface RecordFile {
  /** Resolves once the line is on the disk. Rejects with CW_DISK_FULL or CW_IO. */
  append(line: RecordLine): Promise<void>
  close(): Promise<void>
}

/**
 * The record, made when it is not there, readable by its owner only. What a kill left half written at its end is cut off
 * first. Throws CW_IO, and CW_BAD_VALUE for a file that is no record.
 */
export async function appendTo(path: string): Promise<RecordFile> {
  await mend(path)
  const file = await Capture.open(path)
  return {append: (line) => file.append(JSON.stringify(line)), close: () => file.close()}
}

/** A whole last line gets its line end; half a line goes. A file that is no record is left alone. */
async function mend(path: string): Promise<void> {
  const file = await open(path, 'r+').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw new CitywatchError('CW_IO', {path, detail: cause.code ?? 'unreadable'}, {cause})
  })
  if (!file) return
  try {
    const {size} = await file.stat()
    const start = await part(file, 0, Math.min(size, LINE_START.length))
    if (!LINE_START.startsWith(start.toString('latin1'))) throw notARecord(path)
    const from = Math.max(0, size - MAX_LINE_BYTES)
    const tail = await part(file, from, size - from)
    const begin = tail.lastIndexOf('\n') + 1
    if (begin === tail.length) return
    if (begin === 0 && from > 0) throw notARecord(path)
    if (isLine(tail.subarray(begin))) await file.write('\n', size)
    else await file.truncate(from + begin)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What every line begins with. */
const LINE_START = '{"type":"'

async function part(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const {buffer, bytesRead} = await file.read(Buffer.alloc(length), 0, length, from)
  return buffer.subarray(0, bytesRead)
}

function notARecord(path: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field: 'record', value: path, expected: 'a new file or a record'})
}

function isLine(bytes: Buffer): boolean {
  try {
    lineOf(bytes)
    return true
  } catch {
    return false
  }
}
