/**
 * Message numbers of an account: each is used once, also by several processes at a time, and after a kill.
 *
 *   dc09-sequence/AB12/1   a journal: the base on its first line, then one line a number that was taken
 *
 * Who appends a line owns the number base + place of the line: the system appends one after the other, so there is no lock
 * that a killed process could leave behind; the worst that it leaves is a number that nobody uses. A journal that is full is
 * followed by one with the next name, which counts on from there.
 */
import {randomBytes} from 'node:crypto'
import {constants} from 'node:fs'
import {type FileHandle, link, mkdir, open, readdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {CitywatchError} from '../lib/errors.ts'

/** Hands out the next number, 1 … 9999 and 1 again. */
export interface Sequence {
  next(): Promise<number>
}

const LAST = 9_999
/** Lines of a journal that own a number; what is appended behind them asks the next journal. */
const LINES = 1_000
const MARK_BYTES = 9
/** A new journal and a few that fill up meanwhile need three; a file system that loses what is appended would need them all. */
const MAX_TRIES = 64
/** Longer than a full journal: something else was written into it. */
const MAX_JOURNAL_BYTES = 64 * 1024

/** Counts in memory from `first`. */
export function memorySequence(first: number): Sequence {
  let upcoming = first
  return {
    async next() {
      const seq = upcoming
      upcoming = after(seq)
      return seq
    },
  }
}

/** Counts in files below `folder`; a number is on the disk before it is used. Throws CW_IO. */
export function fileSequence(folder: string, account: string): Sequence {
  return blockSequence(folder, account, 1)
}

/**
 * The same with `size` numbers taken at a time, for a run that needs hundreds: what is left of them when it ends is never
 * used. Callers may ask side by side.
 */
export function blockSequence(folder: string, account: string, size: number): Sequence {
  const home = homeOf(folder, account)
  const taken: number[] = []
  let turn: Promise<unknown> = Promise.resolve()
  const take = async () => {
    if (taken.length === 0) taken.push(...(await claimed(home, size)))
    return taken.shift() ?? 1
  }
  return {
    next() {
      const seq = turn.then(take)
      turn = seq.catch(() => {})
      return seq
    },
  }
}

/** At least one. */
async function claimed(home: string, size: number): Promise<readonly number[]> {
  try {
    await mkdir(home, {recursive: true, mode: 0o700})
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const seqs = await claim(home, size)
      if (seqs.length > 0) return seqs
    }
    throw Object.assign(new Error(), {code: `no number in ${MAX_TRIES} tries`})
  } catch (cause) {
    const detail = (cause as NodeJS.ErrnoException).code ?? 'not writable'
    throw new CitywatchError('CW_IO', {path: home, detail}, {cause})
  }
}

/** The number that `fileSequence` most likely hands out next; nothing is written. */
export async function upcomingSequence(folder: string, account: string): Promise<number> {
  const home = homeOf(folder, account)
  const name = await latest(home)
  const file = name === 0 ? undefined : await existing(join(home, String(name)), constants.O_RDONLY)
  if (!file) return 1
  try {
    const {base, marks} = await journalIn(file)
    return numbered(base + marks.length + 1)
  } finally {
    await file.close()
  }
}

/** None when the journal was followed by another meanwhile: the caller asks again. The lines of one write stand together. */
async function claim(home: string, size: number): Promise<readonly number[]> {
  const name = await latest(home)
  if (name === 0) await begin(home, 1, 0)
  const file = name === 0 ? undefined : await existing(join(home, String(name)), constants.O_RDWR | constants.O_APPEND)
  if (!file) return []
  try {
    const mark = randomBytes(MARK_BYTES).toString('base64url')
    await file.appendFile(`${mark}\n`.repeat(size))
    await file.datasync()
    const {base, marks} = await journalIn(file)
    // A line that a power cut broke off stands in front of the first mark.
    const places = marks.flatMap((line, index) => (line.endsWith(mark) ? [index + 1] : []))
    if ((places.at(-1) ?? LINES) >= LINES) await begin(home, name + 1, base + LINES)
    return places.filter((place) => place <= LINES).map((place) => numbered(base + place))
  } finally {
    await file.close()
  }
}

/** The journal comes into being whole, and once. */
async function begin(home: string, name: number, base: number): Promise<void> {
  const fresh = join(home, `.${randomBytes(MARK_BYTES).toString('base64url')}`)
  await writeFile(fresh, `${base}\n`, {mode: 0o600, flush: true})
  await link(fresh, join(home, String(name))).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(fresh, {force: true})
  // The one before the last: nobody can be about to open it.
  if (name > 2) await rm(join(home, String(name - 2)), {force: true})
}

/** 0 when there is none. */
async function latest(home: string): Promise<number> {
  const names = await readdir(home).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return Math.max(0, ...names.filter((name) => /^\d{1,9}$/.test(name)).map(Number))
}

/** Never made anew: a journal that is gone was followed by another. */
async function existing(path: string, flags: number): Promise<FileHandle | undefined> {
  return open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}

/** What is no number counts as 0: a damaged journal is not worth a failure. */
async function journalIn(file: FileHandle): Promise<{readonly base: number; readonly marks: readonly string[]}> {
  const {buffer, bytesRead} = await file.read(Buffer.alloc(MAX_JOURNAL_BYTES), 0, MAX_JOURNAL_BYTES, 0)
  const [first = '', ...marks] = buffer.toString('latin1', 0, bytesRead).split('\n')
  const base = Number(first)
  return {base: Number.isInteger(base) && base >= 0 ? base : 0, marks: marks.slice(0, -1)}
}

function homeOf(folder: string, account: string): string {
  return join(folder, 'dc09-sequence', account.toUpperCase())
}

/** The base only grows. */
function numbered(count: number): number {
  return ((count - 1) % LAST) + 1
}

function after(seq: number): number {
  return seq >= LAST ? 1 : seq + 1
}
