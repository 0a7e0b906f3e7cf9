/** Probe reports from a file or a pipe, in either of the forms that `camera probe` prints. */

import {bytesOf} from '../health/store/lines.ts'
import {CitywatchError} from '../lib/errors.ts'

const MAX_BYTES = 256 * 1024 * 1024

/**
 * The values in it, not yet looked at: the members of `cameras` of one JSON object, those of one JSON list, or one value a
 * line; undefined for a line that is no JSON. Throws CW_FILE_NOT_FOUND, CW_IO, CW_TOO_LARGE, CW_BAD_VALUE, CW_NO_TARGET.
 */
export async function* readReports(path: string): AsyncGenerator<unknown> {
  const text = await textOf(path)
  const whole = jsonOf(text)
  if (whole !== undefined) {
    yield* membersOf(whole, path)
    return
  }
  for (const line of text.split('\n')) if (line.trim() !== '') yield jsonOf(line)
}

async function textOf(path: string): Promise<string> {
  if (path === '-' && process.stdin.isTTY) throw new CitywatchError('CW_NO_TARGET', {command: 'health run --from -'})
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of path === '-' ? process.stdin : bytesOf(path)) {
    size += chunk.length
    if (size > MAX_BYTES) throw new CitywatchError('CW_TOO_LARGE', {path, what: 'bytes', limit: MAX_BYTES})
    chunks.push(Buffer.from(chunk))
  }
  return Buffer.concat(chunks).toString('utf8')
}

function membersOf(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  if (typeof value === 'object' && value !== null) {
    const cameras: unknown = Object.hasOwn(value, 'cameras') ? (value as {cameras: unknown}).cameras : [value]
    if (Array.isArray(cameras)) return cameras
  }
  throw new CitywatchError('CW_BAD_VALUE', {field: '--from', value: path, expected: 'reports of camera probe'})
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
