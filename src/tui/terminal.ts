/** The terminal that a screen draws on; it may be closed under it at any moment. */

export interface Terminal {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
}

/**
 * Calls `close` when the keyboard is gone. The listener stays: leaving raw mode on a closed terminal fails once more, after
 * the screen has ended. What fails on the output is told by bin/run.js.
 */
export function onKeyboardGone({stdin}: Terminal, close: () => void): void {
  stdin.on('error', close)
}
