/** A terminal for a screen: what was written to it, and keys to press. */
import {EventEmitter} from 'node:events'

/** Stands for process.stdin and process.stdout of a program in a terminal of that size. */
export class Terminal {
  readonly stdout: NodeJS.WriteStream
  readonly stdin: NodeJS.ReadStream
  /** Everything written so far. */
  written = ''
  isRaw = false
  #keys: string[] = []
  readonly #input = new EventEmitter()
  readonly #output = new EventEmitter()

  constructor(columns: number, rows: number) {
    this.stdout = Object.assign(this.#output, {
      isTTY: true,
      columns,
      rows,
      writable: true,
      write: (chunk: string, done?: unknown) => {
        this.written += chunk
        if (typeof done === 'function') done()
        return true
      },
    }) as unknown as NodeJS.WriteStream
    this.stdin = Object.assign(this.#input, {
      isTTY: true,
      setEncoding() {},
      setRawMode: (isRaw: boolean) => {
        this.isRaw = isRaw
      },
      ref() {},
      unref() {},
      resume() {},
      pause() {},
      read: () => this.#keys.shift() ?? null,
    }) as unknown as NodeJS.ReadStream
  }

  /** One read of the terminal: a key, or what a paste brings. */
  press(keys: string): void {
    this.#keys.push(keys)
    this.#input.emit('readable')
  }

  resize(columns: number, rows: number): void {
    Object.assign(this.stdout, {columns, rows})
    this.#output.emit('resize')
  }
}
