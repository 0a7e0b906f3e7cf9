/** What a command works on: its arguments, or one target a line from a pipe. */
import {fstatSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {CitywatchError} from '../lib/errors.ts'

/**
 * The arguments; where one is `-`, or there are none and standard input is a pipe or a file, its lines. Empty lines and
 * lines that start with # are passed over. Throws CW_NO_TARGET when there is nothing to read: it never waits at a terminal.
 */
export async function targetsOf(args: readonly string[], command: string): Promise<AsyncIterable<string>> {
  const piped = args.length === 0 && isPiped()
  if (args.length === 0 && !piped) throw new CitywatchError('CW_NO_TARGET', {command})
  if (args.includes('-') && process.stdin.isTTY) throw new CitywatchError('CW_NO_TARGET', {command})
  return targets(piped ? ['-'] : args)
}

/** True when standard input is a pipe (to Node.js programs a socket) or a file, not a terminal or nothing at all. */
function isPiped(): boolean {
  try {
    const stat = fstatSync(0)
    return stat.isFIFO() || stat.isFile() || stat.isSocket()
  } catch {
    return false
  }
}

async function* targets(args: readonly string[]): AsyncGenerator<string> {
  for (const arg of args) {
    if (arg === '-') yield* lines(process.stdin)
    else yield arg
  }
}

async function* lines(input: NodeJS.ReadableStream): AsyncGenerator<string> {
  for await (const line of createInterface({input, crlfDelay: Number.POSITIVE_INFINITY})) {
    const text = line.trim()
    if (text !== '' && !text.startsWith('#')) yield text
  }
}
