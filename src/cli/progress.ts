/** Progress on standard error: one changing line at a terminal, a line every ten seconds elsewhere; nothing in the first second. */

const FIRST_MS = 1_000
const REDRAW_MS = 100
const LOG_MS = 10_000

export interface Progress {
  step(text: string): void
  end(): void
}

/** `now` in ms. Nothing is drawn when `quiet`. */
export function progress(now: () => number, stream: NodeJS.WriteStream = process.stderr): Progress {
  const started = now()
  let last = 0
  let drawn = false
  return {
    step(text) {
      const at = now()
      const wait = stream.isTTY ? REDRAW_MS : LOG_MS
      if (at - started < (stream.isTTY ? FIRST_MS : LOG_MS) || at - last < wait) return
      last = at
      drawn = stream.isTTY
      stream.write(stream.isTTY ? `\r\u001B[2K${text}` : `${text}\n`)
    },
    end() {
      if (drawn) stream.write('\r\u001B[2K')
    },
  }
}
