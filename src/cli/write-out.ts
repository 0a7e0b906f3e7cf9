/** Writes a report: to a file that is whole or not there, or to standard output. */
import {once} from 'node:events'
import {createWriteStream} from 'node:fs'
import {rename, rm} from 'node:fs/promises'
import {finished} from 'node:stream/promises'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'

type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>

/** Absent `path`: standard output. Throws CW_IO, CW_DISK_FULL, and what the pieces throw. */
export function writeOut(pieces: Pieces, path: string | undefined): Promise<void> {
  return path === undefined ? print(pieces, process.stdout) : save(pieces, path)
}

/** `--made-at`: ms UTC, `now` where absent. Throws CW_BAD_VALUE. */
export function madeAt(text: string | undefined, now: number): number {
  if (text === undefined) return now
  const at = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isFinite(at)) return at
  const expected = 'a date and time with its zone, as in 2026-07-14T09:30:00Z'
  throw new CitywatchError('CW_BAD_VALUE', {field: '--made-at', value: safeText(text, 40), expected})
}

async function save(text: Pieces, path: string): Promise<void> {
  const fresh = `${path}.${process.pid}.part`
  try {
    const file = createWriteStream(fresh, {flags: 'wx', mode: 0o600})
    await print(text, file)
    file.end()
    await finished(file)
    await rename(fresh, path)
  } catch (cause) {
    await rm(fresh, {force: true})
    if (cause instanceof CitywatchError) throw cause
    const {code} = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    if (code === 'ENOSPC') throw new CitywatchError('CW_DISK_FULL', {path}, {cause})
    throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
  }
}

/** Waits for a slow reader; a file that breaks is noticed. */
async function print(text: Pieces, out: NodeJS.WritableStream): Promise<void> {
  let buffer = ''
  const flush = async () => {
    const full = !out.write(buffer)
    buffer = ''
    if (full) await once(out, 'drain')
  }
  for await (const piece of text) {
    if (typeof piece !== 'string') {
      await flush()
      if (!out.write(piece)) await once(out, 'drain')
      continue
    }
    buffer += piece
    if (buffer.length > 64 * 1024) await flush()
  }
  await flush()
}
