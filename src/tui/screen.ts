/** A screen on a terminal: drawn beside what the terminal showed, drawn anew when something else wrote over it, gone without a trace. */
import {render} from 'ink'
import type {ReactNode} from 'react'

export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

export interface Screen {
  /** Everything anew: whatever else wrote to the terminal is gone. */
  repaint(): void
  /** Gives the terminal back. */
  close(): void
  /** Resolves once it has been given back. */
  closed(): Promise<void>
}

/** Windows consoles scroll when the last cell is written: rows to leave free at the bottom. */
export const SPARE_ROWS = process.platform === 'win32' ? 1 : 0
const HOME_AND_CLEAR = '\u001B[2J\u001B[H'

/** What a screen may use of the terminal. */
export function sizeOf({stdout: {columns = 80, rows = 24}}: Terminal): {
  readonly columns: number
  readonly rows: number
} {
  return {columns, rows: rows - SPARE_ROWS}
}

/**
 * `onGone` is told when the keyboard is gone, as when the terminal is closed. That listener stays: leaving raw mode on a closed
 * terminal fails once more, after the screen has ended. What fails on the output is told by bin/run.js.
 */
export function openScreen(terminal: Terminal, draw: () => ReactNode, onGone: () => void): Screen {
  const {stdin, stdout} = terminal
  const app = render(draw(), {
    stdin,
    stdout,
    alternateScreen: true,
    incrementalRendering: true,
    maxFps: 60,
    patchConsole: false,
    exitOnCtrlC: false,
    interactive: true,
  })
  const repaint = () => {
    app.clear()
    stdout.write(HOME_AND_CLEAR)
    app.rerender(draw())
  }
  process.on('SIGCONT', repaint)
  stdin.on('error', onGone)
  return {
    repaint,
    close: () => app.unmount(),
    async closed() {
      try {
        await app.waitUntilExit()
      } finally {
        process.off('SIGCONT', repaint)
        app.cleanup()
      }
    },
  }
}
