/** The audit log in the state folder: one line a step, on the disk before the step is taken, chained across all commands. */
import {type FileHandle, mkdir, open} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import type {Clock} from '../lib/clock.ts'
import {CitywatchError, isCitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {type AuditLine, FIRST, hashOf, lineText, type RawLine, readLine, tornHash} from '../panel/audit/chain.ts'
import type {Audit, AuditEntry} from '../panel/audit/entry.ts'
import type {FileLock} from '../platform/store/sqlite/file-lock.ts'
import {operatorName} from './operator.ts'
import {stateFolder} from './paths.ts'

/** How long other commands may hold the log before it is given up, ms, and between two looks. */
const LOCK_WAIT_MS = 20_000
const LOCK_PAUSE_MS = 5
/** Longest line that is read, bytes; ours are below 8 KiB. */
const MAX_LINE = 1024 * 1024
const MAX_FIELD = 256
const LF = 10

export function auditPath(folder: string = stateFolder()): string {
  return join(folder, 'audit.jsonl')
}

/** Opened at the first entry. `by` is who does it; the user of this machine when absent. */
export class AuditLog implements Audit {
  readonly #clock: Clock
  readonly #folder: string
  readonly #by: string
  #lock: FileLock | undefined
  #queue: Promise<unknown> = Promise.resolve()

  constructor(
    clock: Clock,
    {by = operatorName(), folder = stateFolder()}: {readonly by?: string; readonly folder?: string} = {},
  ) {
    this.#clock = clock
    this.#folder = folder
    this.#by = safeText(by, MAX_FIELD)
  }

  /** One after the other within this process, one process at a time. */
  note(entry: AuditEntry): Promise<void> {
    const written = this.#queue.then(() => this.#locked((file) => this.#append(file, entry)))
    this.#queue = written.catch(() => undefined)
    return written
  }

  /** The log as it is now, oldest line first; nothing when there is none. */
  async *lines(): AsyncGenerator<RawLine> {
    const size = await this.#locked(async (file) => (await file.stat()).size)
    if (size > 0) yield* fileLines(auditPath(this.#folder), size)
  }

  close(): void {
    this.#lock?.close()
    this.#lock = undefined
  }

  async #append(file: FileHandle, entry: AuditEntry): Promise<void> {
    const tail = await tailOf(file)
    const head = {at: this.#clock.now(), by: this.#by}
    let text = tail.needsLineEnd ? '\n' : ''
    let prev = tail.last
    if (tail.torn.length > 0) {
      const detail = `a line was cut short: ${tail.torn.reduce((sum, {length}) => sum + length, 0)} bytes`
      const repair = lineText({...head, what: 'repair', account: '', detail, torn: tornHash(tail.torn), prev})
      text += `${repair}\n`
      prev = hashOf(repair)
    }
    const line: AuditLine = {...head, ...bounded(entry), prev}
    await file.appendFile(`${text}${lineText(line)}\n`)
    await file.datasync()
  }

  async #locked<T>(work: (file: FileHandle) => Promise<T>): Promise<T> {
    const path = auditPath(this.#folder)
    let file: FileHandle | undefined
    let held: FileLock | undefined
    try {
      await mkdir(this.#folder, {recursive: true, mode: 0o700})
      held = await this.#take()
      file = await open(path, 'a+', 0o600)
      return await work(file)
    } catch (cause) {
      if (isCitywatchError(cause)) throw cause
      const {code = 'not writable'} = cause as NodeJS.ErrnoException
      if (code === 'ENOSPC') throw new CitywatchError('CW_DISK_FULL', {path}, {cause})
      throw new CitywatchError('CW_IO', {path, detail: code}, {cause})
    } finally {
      await file?.close()
      held?.release()
    }
  }

  async #take(): Promise<FileLock> {
    if (!this.#lock) {
      const {fileLock} = await import('../platform/store/sqlite/file-lock.ts')
      this.#lock = fileLock(join(this.#folder, 'audit.lock'))
    }
    for (let waited = 0; !this.#lock.take(); waited += LOCK_PAUSE_MS) {
      if (waited >= LOCK_WAIT_MS)
        throw new CitywatchError('CW_LOCKED', {what: auditPath(this.#folder), holder: 'another process'})
      await delay(LOCK_PAUSE_MS)
    }
    return this.#lock
  }
}

/** Texts of other people's making are kept short and safe. */
function bounded(entry: AuditEntry): AuditEntry {
  const members = Object.entries(entry).map(([name, value]) => [
    name,
    typeof value === 'string' ? safeText(value, MAX_FIELD) : value,
  ])
  return Object.fromEntries(members.filter(([, value]) => value !== undefined)) as AuditEntry
}

interface Tail {
  /** Hash of the last line that can be read, for the next one. */
  readonly last: string
  /** A kill took the line end of the last line. */
  readonly needsLineEnd: boolean
  /** What a kill cut short behind it; mostly nothing. */
  readonly torn: readonly Buffer[]
}

/** What the next line has to follow. */
async function tailOf(file: FileHandle): Promise<Tail> {
  const {size} = await file.stat()
  const start = Math.max(0, size - 2 * MAX_LINE)
  const {buffer} = await file.read(Buffer.alloc(size - start), 0, size - start, start)
  const needsLineEnd = size > 0 && buffer.at(-1) !== LF
  const lines = size === 0 ? [] : split(needsLineEnd ? buffer : buffer.subarray(0, -1))
  const readable = lines.findLastIndex((line) => readLine(line.toString('utf8')) !== undefined)
  const last = lines[readable]
  const torn = lines.slice(readable + 1)
  return {last: last === undefined ? FIRST : hashOf(last), needsLineEnd, torn}
}

function split(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, from)) {
    lines.push(bytes.subarray(from, at))
    from = at + 1
  }
  return [...lines, bytes.subarray(from)]
}

/** Lines of the first `size` bytes. A line beyond MAX_LINE comes in pieces: none of them can be read as one of ours. */
async function* fileLines(path: string, size: number): AsyncGenerator<RawLine> {
  const file = await open(path, 'r')
  try {
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of file.createReadStream({end: size - 1, autoClose: false}) as AsyncIterable<Buffer>) {
      const lines = split(Buffer.concat([rest, chunk]))
      rest = lines.pop() ?? Buffer.alloc(0)
      for (const bytes of lines) yield {bytes, whole: true}
      if (rest.length <= MAX_LINE) continue
      yield {bytes: rest, whole: false}
      rest = Buffer.alloc(0)
    }
    if (rest.length > 0) yield {bytes: rest, whole: false}
  } finally {
    await file.close()
  }
}
