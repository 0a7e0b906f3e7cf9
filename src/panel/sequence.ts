/** Message numbers of an account: each is used once, also when the program is started again. */
import {mkdir, readFile, rename, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {CitywatchError} from '../lib/errors.ts'

/** Hands out the next number, 1 … 9999 and 1 again. */
export interface Sequence {
  next(): Promise<number>
}

const LAST = 9_999

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

/** Counts in a file below `folder`, written before the number is used. One process at a time per account. Throws CW_IO. */
export function fileSequence(folder: string, account: string): Sequence {
  return {
    async next() {
      const seq = await upcomingSequence(folder, account)
      await store(folder, account, seq)
      return seq
    },
  }
}

async function store(folder: string, account: string, seq: number): Promise<void> {
  const path = fileOf(folder, account)
  try {
    await mkdir(join(folder, 'dc09-sequence'), {recursive: true, mode: 0o700})
    const fresh = `${path}.${process.pid}`
    await writeFile(fresh, `${seq}\n`, {mode: 0o600, flush: true})
    await rename(fresh, path)
  } catch (cause) {
    const detail = (cause as NodeJS.ErrnoException).code ?? 'not writable'
    throw new CitywatchError('CW_IO', {path, detail}, {cause})
  }
}

/**
 * The same with numbers taken from the file a block at a time, for a run that needs hundreds: what is left of a block when
 * the run ends is never used. Callers may ask side by side. Throws CW_IO.
 */
export function blockSequence(folder: string, account: string, size: number): Sequence {
  let upcoming = 0
  let left = 0
  let turn: Promise<unknown> = Promise.resolve()
  const take = async () => {
    if (left === 0) {
      upcoming = await reserve(folder, account, size)
      left = size
    }
    left -= 1
    const seq = upcoming
    upcoming = after(seq)
    return seq
  }
  return {
    next() {
      const taken = turn.then(take)
      turn = taken.catch(() => {})
      return taken
    },
  }
}

/** The first of `size` numbers; the last of them is in the file before any is used. */
async function reserve(folder: string, account: string, size: number): Promise<number> {
  const first = await upcomingSequence(folder, account)
  await store(folder, account, ((first + size - 2) % LAST) + 1)
  return first
}

/** The number that `fileSequence` hands out next; nothing is written. */
export async function upcomingSequence(folder: string, account: string): Promise<number> {
  return after(await lastIn(fileOf(folder, account)))
}

function fileOf(folder: string, account: string): string {
  return join(folder, 'dc09-sequence', `${account.toUpperCase()}.txt`)
}

function after(seq: number): number {
  return seq >= LAST ? 1 : seq + 1
}

/** 0 when there is no file, or nothing readable in it: the number is not worth a failure. */
async function lastIn(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '0'
    throw new CitywatchError('CW_IO', {path, detail: cause.code ?? 'not readable'}, {cause})
  })
  const seq = Number(text.trim())
  return Number.isInteger(seq) && seq >= 0 && seq <= LAST ? seq : 0
}
