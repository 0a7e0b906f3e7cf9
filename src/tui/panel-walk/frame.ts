/** The whole screen of a walk test as lines: state and look in, exactly `rows` lines of `columns` cells out. */
import {fitLine, type Line, padded} from '../alarm-watch/cells.ts'
import type {Look} from '../alarm-watch/look.ts'
import {detailLines} from './detail.ts'
import {countLine, guardLine} from './header.ts'
import {KEYS} from './keys.ts'
import {detailRows, listRows} from './layout.ts'
import {heardHead, heardRow, pointHead, pointRow} from './row.ts'
import {type Entry, heardList, type State} from './state.ts'
import {NOTICES} from './words.ts'

/** How long a notice stands in the footer. */
const NOTICE_MS = 8_000
const MIN_ROWS = 6
const MIN_COLUMNS = 40

export function frame(state: State, look: Look): Line[] {
  const {columns, rows} = state.size
  const fit = (line: Line) => fitLine(line, columns, look.marks.cut)
  if (rows < MIN_ROWS || columns < MIN_COLUMNS) {
    return [guardLine(state, look), countLine(state, look)].slice(0, rows).map(fit)
  }
  const body = state.mode.type === 'help' ? helpLines(state, rows - 3) : bodyLines(state, look)
  return [guardLine(state, look), countLine(state, look), ...body, footerLine(state, look)].map(fit)
}

function bodyLines(state: State, look: Look): Line[] {
  const {columns} = state.size
  const below = detailRows(state)
  const rule: Line[] = below > 0 ? [[{text: look.marks.rule.repeat(columns), dim: true}]] : []
  const detail = below > 0 ? detailLines(state, below - 1, look) : []
  const head = state.tab === 'points' ? pointHead(columns) : heardHead(columns)
  return [head, ...listLines(state, look), ...rule, ...detail]
}

function listLines(state: State, look: Look): Line[] {
  const rows = listRows(state)
  const lines = state.tab === 'points' ? pointLines(state, look, rows) : heardLines(state, look, rows)
  if (lines.length === 0) lines.push([{text: `   ${emptyText(state)}`, bold: true}])
  while (lines.length < rows) lines.push([{text: ''}])
  return lines
}

function pointLines({order, top, walk, size, selected}: State, look: Look, rows: number): Line[] {
  return order.slice(top, top + rows).flatMap((key) => {
    const point = walk.points.get(key)
    return point ? [pointRow(point, size.columns, look, key === selected)] : []
  })
}

function heardLines(state: State, look: Look, rows: number): Line[] {
  const {heardTop, size} = state
  return heardList(state)
    .slice(heardTop, heardTop + rows)
    .map((listed) => heardRow(listed, size.columns, look))
}

function emptyText({tab, walk, filter}: State): string {
  if (tab === 'heard') return 'nothing but what was expected'
  return filter === '' ? 'the checklist is empty' : `none of ${walk.points.size} points fits the filter`
}

const ASKED: Readonly<Record<Entry, string>> = {skip: 'skip, because', fail: 'failed, because', note: 'note'}

function footerLine(state: State, look: Look): Line {
  const {mode, notice, filter, now, isBusy} = state
  const isFresh = notice !== undefined && now - notice.at < NOTICE_MS
  const text = isFresh ? noticeText(notice.text) : ''
  switch (mode.type) {
    case 'filter':
      return [{text: ` /${filter}_   Enter keeps it, Esc drops it`, bold: true}]
    case 'entry':
      return [{text: ` ${mode.key} ${ASKED[mode.entry]}: ${mode.text}_  ${text || 'Enter, Esc'}`, bold: true}]
    case 'confirm-skip':
      return question(`${mode.key} is LIFE SAFETY. y skips it, any other key does not`)
    case 'confirm-again':
      return question(`y forgets what ${mode.key} has and tests it again, any other key does not`)
    case 'confirm-quit':
      return question('Points are still open. y ends: off test, the record stays. Any other key goes on')
    case 'help':
      return [{text: ' any key closes the help', dim: true}]
    case 'list':
      if (isFresh) return [{text: ` ${text}`, bold: true}]
      return isBusy ? [{text: ' …', dim: true}] : keyLine(look)
  }
}

function question(text: string): Line {
  return [{text: ` ${text} `, bold: true, inverse: true}]
}

function noticeText(text: string): string {
  return Object.entries(NOTICES).find(([code]) => code === text)?.[1] ?? text
}

function keyLine({marks}: Look): Line {
  const keys = KEYS.flatMap(({shown, brief}) => (brief ? `${shown.split(' ')[0]} ${brief}` : []))
  return [{text: ` ${[`${marks.move} move`, ...keys].join('  ')}`, dim: true}]
}

function helpLines(state: State, rows: number): Line[] {
  const lines = KEYS.filter(({help}) => help !== undefined).map(({shown, help = '', disabled}): Line => {
    const why = disabled?.(state)
    const text = why === undefined ? help : `${help} (not now: ${NOTICES[why]})`
    return [
      {text: padded(` ${shown}`, 11), bold: true},
      {text, dim: why !== undefined},
    ]
  })
  const blank: Line = [{text: ''}]
  return Array.from({length: rows}, (_, index) => lines[index] ?? blank)
}
