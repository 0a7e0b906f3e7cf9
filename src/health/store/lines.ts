/** Cuts bytes into lines that are no longer than they may be. */
import {createReadStream} from 'node:fs'
import {CitywatchError} from '../../lib/errors.ts'

const LF = 0x0a

/** Longest line that is ours, and longest file. */
const MAX_LINE_BYTES = 64 * 1024
const MAX_BYTES = 4 * 1024 * 1024 * 1024

/** Lines with something in them; undefined for one that is too long. Throws CW_TOO_LARGE. */
export async function* lines(path: string, input: AsyncIterable<Buffer>): AsyncGenerator<string | undefined> {
  const cutter = new LineCutter()
  let size = 0
  for await (const chunk of input) {
    size += chunk.length
    if (size > MAX_BYTES) throw new CitywatchError('CW_TOO_LARGE', {path, what: 'bytes', limit: MAX_BYTES})
    yield* cutter.push(chunk)
  }
  yield* cutter.end()
}

/** The bytes of a file. Throws CW_FILE_NOT_FOUND, CW_IO. */
export async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, {highWaterMark: 1024 * 1024}) as AsyncIterable<Buffer>
  } catch (cause) {
    const {code = 'unreadable'} = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
  }
}

class LineCutter {
  #held = Buffer.alloc(0)
  /** The line in hand is too long and was told of. */
  #skipping = false

  end(): Generator<string | undefined> {
    return this.#line(this.#held)
  }

  *push(chunk: Buffer): Generator<string | undefined> {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    let start = 0
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      yield* this.#line(bytes.subarray(start, end))
      this.#skipping = false
      start = end + 1
    }
    this.#held = Buffer.from(bytes.subarray(start))
    if (this.#held.length <= MAX_LINE_BYTES) return
    yield* this.#line(this.#held)
    this.#skipping = true
    this.#held = Buffer.alloc(0)
  }

  *#line(bytes: Buffer): Generator<string | undefined> {
    if (this.#skipping || bytes.length === 0) return
    yield bytes.length > MAX_LINE_BYTES ? undefined : bytes.toString('utf8')
  }
}
