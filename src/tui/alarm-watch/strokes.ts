/** What was pressed, by one name a key, however many came in one read. */
import {safeText} from '../../lib/safe-text.ts'

export interface Stroke {
  /** `a`, `R`, `up`, `enter`, `ctrl-c`; '' for what has no name, such as Alt-a. */
  readonly name: string
  /** The character as text, '' for keys that are none. */
  readonly text: string
  /** False when other keys came in the same read: a paste looks like that on terminals that do not mark it. */
  readonly isAlone: boolean
}

/** What the terminal library tells of a key. */
export interface Press {
  readonly [flag: string]: unknown
  readonly ctrl: boolean
  readonly meta: boolean
}

const NAMES: Readonly<Record<string, string>> = {
  upArrow: 'up',
  downArrow: 'down',
  pageUp: 'page-up',
  pageDown: 'page-down',
  home: 'home',
  end: 'end',
  return: 'enter',
  escape: 'escape',
  backspace: 'backspace',
  delete: 'backspace',
  tab: 'tab',
}

function keyName(input: string, press: Press): string {
  for (const [flag, name] of Object.entries(NAMES)) if (press[flag] === true) return name
  if (press.meta) return ''
  return press.ctrl ? `ctrl-${input}` : input
}

/** The keys of one read. The same key many times is a key held down. */
export function strokes(input: string, press: Press): Stroke[] {
  const isText = input.length > 1 && !press.ctrl && !press.meta
  if (!isText) return [stroke(input, press, true)]
  const keys = Array.from(input)
  const isAlone = keys.every((key) => key === keys[0])
  return keys.map((key) => stroke(key, press, isAlone))
}

function stroke(key: string, press: Press, isAlone: boolean): Stroke {
  const isText = !press.ctrl && !press.meta
  return {name: keyName(key, press), text: isText ? safeText(key) : '', isAlone}
}
