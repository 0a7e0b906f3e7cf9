/** Appends to a record: a line is on the disk before the next step is taken, and never behind half a line. */
import {type FileHandle, open} from 'node:fs/promises'
import {CitywatchError} from '../../lib/errors.ts'
import {Capture} from '../capture.ts'
import type {LineHead} from './lines.ts'
import {holdRecord} from './lock.ts'
import {lineOf} from './read.ts'
import {MAX_LINE_BYTES} from './stream.ts'

export interface Appending {
  /** Resolves once the lines are on the disk, in this order. Rejects with CW_DISK_FULL or CW_IO. */
  append<Line extends LineHead & {readonly type: string}>(...lines: readonly Line[]): Promise<void>
  close(): Promise<void>
}

/**
 * The record, made when it is not there, readable by its owner only. What a kill left half written at its end is cut off
 * first. Nothing of it is kept in memory. Throws CW_LOCKED, CW_IO, and CW_BAD_VALUE for a file that is no record.
 */
export async function appendTo(path: string): Promise<Appending> {
  const release = await holdRecord(path)
  try {
    await mend(path)
    const file = await Capture.open(path)
    return {
      append: (...lines) => file.append(lines.map(({type, ...line}) => JSON.stringify({type, ...line})).join('\n')),
      close: () => file.close().finally(release),
    }
  } catch (error) {
    await release()
    throw error
  }
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
    const start = (await part(file, 0, Math.min(size, 16))).toString('latin1')
    if (!LINE_STARTS.some((known) => start.startsWith(known) || known.startsWith(start))) throw notARecord(path)
    const from = Math.max(0, size - MAX_LINE_BYTES)
    const tail = await part(file, from, size - from)
    const begin = tail.lastIndexOf('\n') + 1
    if (begin === tail.length) return
    if (begin === 0 && from > 0) throw notARecord(path)
    if (lineOf(tail.toString('utf8', begin))) await file.write('\n', size)
    else await file.truncate(from + begin)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** What a line may begin with: nothing is cut off a file that begins otherwise. */
const LINE_STARTS = ['{"type":', '{"at":', '{"account":']

async function part(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const {buffer, bytesRead} = await file.read(Buffer.alloc(length), 0, length, from)
  return buffer.subarray(0, bytesRead)
}

function notARecord(path: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field: 'record', value: path, expected: 'a new file or a record'})
}
