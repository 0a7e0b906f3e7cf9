/** Where an inventory comes from: a file, or standard input held in memory. Both can be read more than once. */
import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {addAbortSignal, type Readable} from 'node:stream'
import {CitywatchError} from '../lib/errors.ts'
import {bounded, MAX_FILE_BYTES, MAX_PIPE_BYTES} from './limits.ts'

export interface Source {
  /** What messages call it: the path as given, or `standard input`. */
  readonly label: string
  /** The bytes from the beginning. Throws CW_IO, CW_TOO_LARGE. */
  bytes(): AsyncIterable<Uint8Array>
}

/** A file, or for `-` the given stream. An abort ends the reading with an AbortError. Throws CW_FILE_NOT_FOUND, CW_NOT_A_TABLE (a folder), CW_TOO_LARGE, CW_IO. */
export async function sourceOf(path: string, stdin: Readable, signal?: AbortSignal): Promise<Source> {
  if (path === '-') return held('standard input', signal ? addAbortSignal(signal, stdin) : stdin, signal)
  const facts = await stat(path).catch((cause) => {
    throw fileError(path, cause)
  })
  if (facts.isDirectory()) throw new CitywatchError('CW_NOT_A_TABLE', {path, detail: 'it is a folder'})
  if (!facts.isFile()) return held(path, fileBytes(path, signal), signal)
  bounded(facts.size, MAX_FILE_BYTES, path, 'bytes')
  return {label: path, bytes: () => limited(path, fileBytes(path, signal), MAX_FILE_BYTES, signal)}
}

/** A pipe can be read once, and telling the encoding needs two readings. */
async function held(label: string, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Source> {
  const chunks: Uint8Array[] = []
  for await (const chunk of limited(label, bytes, MAX_PIPE_BYTES, signal)) chunks.push(chunk)
  return sourceOfBytes(label, chunks)
}

/** Bytes that are already here. */
export function sourceOfBytes(label: string, chunks: readonly Uint8Array[]): Source {
  return {
    label,
    async *bytes() {
      yield* chunks
    },
  }
}

async function* limited(label: string, bytes: AsyncIterable<Uint8Array>, limit: number, signal?: AbortSignal) {
  let size = 0
  for await (const chunk of bytes) {
    signal?.throwIfAborted()
    size = bounded(size + chunk.length, limit, label, 'bytes')
    yield chunk
  }
}

async function* fileBytes(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, {highWaterMark: 256 * 1024, ...(signal && {signal})})) yield chunk
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw fileError(path, cause as NodeJS.ErrnoException)
  }
}

function fileError(path: string, cause: NodeJS.ErrnoException): CitywatchError {
  if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
    return new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
  return new CitywatchError('CW_IO', {path, detail: cause.code ?? cause.message}, {cause})
}

/** The first bytes of a source, `size` of them or all there are. */
export async function headOf(source: Source, size: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let got = 0
  for await (const chunk of source.bytes()) {
    chunks.push(chunk)
    got += chunk.length
    if (got >= size) break
  }
  return Buffer.concat(chunks).subarray(0, size)
}
