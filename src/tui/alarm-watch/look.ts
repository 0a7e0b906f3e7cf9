/** How the screen may look on this terminal: colour or none, which marks it can draw, which clock people read. */

export interface Look {
  readonly isColored: boolean
  readonly marks: Marks
  /** `12:03:11` of ms since the epoch, in the operator's time zone. */
  readonly timeOf: (at: number) => string
  /** `2026-03-01 12:03:11`. */
  readonly dateOf: (at: number) => string
}

interface Marks {
  readonly cursor: string
  readonly live: string
  readonly lost: string
  readonly more: string
  readonly times: string
  readonly dot: string
  readonly rule: string
  readonly wall: string
  readonly cut: string
  readonly move: string
  readonly enter: string
}

const DRAWN: Marks = {
  cursor: '▶', live: '●', lost: '✖', more: '▲', times: '×', dot: '·', rule: '─', wall: '│', cut: '…', move: '↑↓', enter: '⏎',
} // biome-ignore format: a picture of the marks
const ASCII: Marks = {
  cursor: '>', live: '*', lost: 'x', more: '^', times: 'x', dot: '-', rule: '-', wall: '|', cut: '~', move: 'jk', enter: 'Enter',
} // biome-ignore format: the same picture, seven bits wide

type Environment = Readonly<Record<string, string | undefined>>

/** NO_COLOR and TERM decide on colour; a locale that is not UTF-8, or the Linux console, gets ASCII marks. */
export function lookOf(environment: Environment, options: {readonly ascii?: boolean} = {}): Look {
  const {NO_COLOR, TERM = ''} = environment
  return {
    isColored: !NO_COLOR && TERM !== 'dumb' && !TERM.endsWith('-m') && TERM !== 'vt100',
    marks: options.ascii || !isUnicode(environment) ? ASCII : DRAWN,
    timeOf: (at) => localText(at).slice(11),
    dateOf: localText,
  }
}

function isUnicode({LC_ALL, LC_CTYPE, LANG, TERM}: Environment): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG
  return TERM !== 'linux' && (locale === undefined || locale === '' || /utf-?8/i.test(locale))
}

function localText(at: number): string {
  const time = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
}
