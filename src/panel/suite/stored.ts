/** How often a receiver kept a message, by the capture file that `panel listen --capture` writes. */
import {createReadStream} from 'node:fs'
import {stat} from 'node:fs/promises'
import {createInterface} from 'node:readline'
import {CitywatchError} from '../../lib/errors.ts'

/** How often message `seq` of the account has been stored since the run began. */
export type Stored = (seq: number) => Promise<number>

/** Counts what is appended to the file from now on. Throws CW_FILE_NOT_FOUND; the counting throws CW_IO. */
export async function storedIn(path: string, account: string): Promise<Stored> {
  const before = await stat(path).catch((cause: unknown) => {
    throw new CitywatchError('CW_FILE_NOT_FOUND', {path}, {cause})
  })
  return async (seq) => {
    let times = 0
    try {
      const lines = createInterface({
        input: createReadStream(path, {start: before.size}),
        crlfDelay: Number.POSITIVE_INFINITY,
      })
      for await (const line of lines) if (holds(line, seq, account)) times += 1
    } catch (cause) {
      throw new CitywatchError('CW_IO', {path, detail: 'not readable'}, {cause})
    }
    return times
  }
}

/** A line that is still being written is no JSON yet. */
function holds(line: string, seq: number, account: string): boolean {
  try {
    const heard: {seq?: unknown; signal?: {account?: unknown} | null} | null = JSON.parse(line)
    return heard?.seq === seq && heard.signal?.account === account
  } catch {
    return false
  }
}
