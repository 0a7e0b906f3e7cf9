/** A file that a line is safely in before anybody is told: for captures that must not lose what was acknowledged. */
import {type FileHandle, open} from 'node:fs/promises'
import {CitywatchError} from '../lib/errors.ts'

/** Lines that wait while the disk works are written together, with one sync. */
export class Capture {
  readonly #file: FileHandle
  readonly #path: string
  #waiting: {readonly line: string; readonly done: PromiseWithResolvers<void>}[] = []
  #writing: Promise<void> | undefined
  #broken: unknown

  private constructor(file: FileHandle, path: string) {
    this.#file = file
    this.#path = path
  }

  /** Appends to the file, made when it is not there, readable by its owner only. Throws CW_IO. */
  static async open(path: string): Promise<Capture> {
    try {
      return new Capture(await open(path, 'a', 0o600), path)
    } catch (cause) {
      throw failure(cause, path)
    }
  }

  /** Resolves once the line is on the disk. Rejects with CW_DISK_FULL or CW_IO, from then on always: half a line may be there. */
  append(line: string): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#waiting.push({line, done})
    this.#writing ??= this.#writeAll()
    return done.promise
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#file.close()
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0)
      try {
        if (this.#broken !== undefined) throw this.#broken
        await this.#file.appendFile(batch.map(({line}) => `${line}\n`).join(''))
        await this.#file.datasync()
        for (const {done} of batch) done.resolve()
      } catch (cause) {
        this.#broken = cause
        for (const {done} of batch) done.reject(failure(cause, this.#path))
      }
    }
    this.#writing = undefined
  }
}

function failure(cause: unknown, path: string): CitywatchError {
  const {code = 'not writable'} = cause as NodeJS.ErrnoException
  if (code === 'ENOSPC') return new CitywatchError('CW_DISK_FULL', {path}, {cause})
  return new CitywatchError('CW_IO', {path, detail: code}, {cause})
}
