/** A record that is being written: read back first, torn ends cut off, held by one process, each line safe before the next step. */
import {mkdir, open, rename, stat} from 'node:fs/promises'
import {dirname} from 'node:path'
import {CitywatchError, isCitywatchError} from '../../lib/errors.ts'
import {Capture} from '../capture.ts'
import {holdRecord} from './lock.ts'
import {type RecordedLine, readRecord} from './read.ts'

export class RecordFile {
  readonly path: string
  /** What was in it when it was opened. */
  readonly lines: readonly RecordedLine[]
  /** What the record had that `fresh` has put aside; empty for what nobody can read. */
  readonly aside: readonly RecordedLine[]
  /** Bytes of a half-written line that were cut off. */
  readonly tornBytes: number
  readonly #capture: Capture
  readonly #release: () => Promise<void>

  private constructor(path: string, opened: Opened, aside: readonly RecordedLine[], release: () => Promise<void>) {
    this.path = path
    this.lines = opened.lines
    this.aside = aside
    this.tornBytes = opened.tornBytes
    this.#capture = opened.capture
    this.#release = release
  }

  /**
   * Opens, and makes when it is not there; `fresh` begins a new one and keeps the old one beside it, named after `now`.
   * Throws CW_LOCKED while another process writes it, CW_IO, CW_TOO_LARGE, CW_BAD_VALUE for a line that nobody can read.
   */
  static async open(path: string, options: {readonly fresh: boolean; readonly now: number}): Promise<RecordFile> {
    await guarded(path, () => mkdir(dirname(path), {recursive: true, mode: 0o700}))
    const release = await holdRecord(path)
    try {
      const aside = options.fresh ? await linesOf(path) : []
      if (options.fresh) await guarded(path, () => putAside(path, options.now))
      return new RecordFile(path, await opened(path), aside, release)
    } catch (error) {
      await release()
      throw error
    }
  }

  /** Resolves once the line is on the disk. Rejects with CW_DISK_FULL or CW_IO, from then on always. */
  append(line: object): Promise<void> {
    return this.#capture.append(JSON.stringify(line))
  }

  async close(): Promise<void> {
    await this.#capture.close()
    await this.#release()
  }
}

interface Opened {
  readonly lines: readonly RecordedLine[]
  readonly tornBytes: number
  readonly capture: Capture
}

async function linesOf(path: string): Promise<readonly RecordedLine[]> {
  const before = await readRecord(path).catch(() => undefined)
  return before?.lines ?? []
}

async function opened(path: string): Promise<Opened> {
  const before = await readRecord(path).catch((error: unknown) => {
    if (isCitywatchError(error, 'CW_FILE_NOT_FOUND')) return undefined
    throw error
  })
  if (before) await guarded(path, () => mend(path, before.soundBytes, before.isEnded))
  const capture = await Capture.open(path)
  return {lines: before?.lines ?? [], tornBytes: before?.tornBytes ?? 0, capture}
}

/** What is appended must begin on a line of its own. */
async function mend(path: string, soundBytes: number, isEnded: boolean): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.truncate(soundBytes)
    if (!isEnded) await file.write('\n', soundBytes)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function putAside(path: string, now: number): Promise<void> {
  const stamp = new Date(now).toISOString().replace(/[:.]/g, '-')
  const aside = path.replace(/(?:\.jsonl)?$/, `.${stamp}.jsonl`)
  const facts = await stat(path).catch(() => undefined)
  if (facts && !facts.isFile()) throw new CitywatchError('CW_IO', {path, detail: 'it is no regular file'})
  await rename(path, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}

async function guarded(path: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (cause) {
    if (isCitywatchError(cause)) throw cause
    const {code = 'unusable'} = cause as NodeJS.ErrnoException
    throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
  }
}
