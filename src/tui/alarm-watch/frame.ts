/** The whole screen as lines: state and look in, exactly `rows` lines of `columns` cells out. */
import {selectedAlarm} from './acknowledging.ts'
import {fitLine, type Line, padded} from './cells.ts'
import {CHOICES} from './choices.ts'
import {detailLines} from './detail.ts'
import {headerLine, newsLine} from './header.ts'
import {KEYS} from './keys.ts'
import {type Layout, layoutOf} from './layout.ts'
import {healthOf} from './link.ts'
import type {Look} from './look.ts'
import {headLine, rowLine} from './row.ts'
import type {State} from './state.ts'
import {totalsLine} from './totals.ts'
import {visible} from './viewport.ts'
import {ageText, noticeText} from './words.ts'

/** How long a notice stands in the footer. */
const NOTICE_MS = 8_000
const MIN_ROWS = 6
const MIN_COLUMNS = 30

export function frame(state: State, look: Look): Line[] {
  const {columns, rows} = state.size
  if (rows < MIN_ROWS || columns < MIN_COLUMNS) return tiny(state, look)
  const layout = layoutOf(state.size, state.isDetailOpen)
  const body = state.mode.type === 'help' ? helpLines(state, rows - 4) : listLines(state, look, layout)
  const head = [headerLine(state, look), newsLine(state, look)]
  const lines = [...head, ...body, totalsLine(state), footerLine(state, look)]
  return lines.map((line) => fitLine(line, columns, look.marks.cut))
}

/** A terminal too small for the list still says whether anything waits. */
function tiny(state: State, look: Look): Line[] {
  return [fitLine(headerLine(state, look), state.size.columns, look.marks.cut)].slice(0, state.size.rows)
}

function listLines(state: State, look: Look, layout: Layout): Line[] {
  const {list, listColumns, detail, detailColumns} = layout
  const rows = [headLine(listColumns), ...rowLines(state, look, layout)]
  if (detail === 0) return rows
  const alarm = selectedAlarm(state)
  const handoff = [...state.handoffs.values()].findLast(({alarms}) => alarm !== undefined && alarms.includes(alarm.id))
  const context = {now: state.now, look, ack: ackOfSelected(state), handoff}
  if (listColumns === state.size.columns) {
    const below = detailLines(alarm, context, {rows: detail - 1, columns: detailColumns}, false)
    return [...rows, [{text: look.marks.rule.repeat(listColumns), dim: true}], ...below]
  }
  const beside = detailLines(alarm, context, {rows: list + 1, columns: detailColumns - 2}, true)
  return rows.map((row, index) => [
    ...fitLine(row, listColumns, look.marks.cut),
    {text: look.marks.wall, dim: true},
    {text: ' '},
    ...(beside[index] ?? []),
  ])
}

function ackOfSelected({view, acks}: State) {
  return view.selected === undefined ? undefined : acks.get(view.selected)
}

function rowLines(state: State, look: Look, {list, listColumns}: Layout): Line[] {
  const {now, view, items, acks, link} = state
  const isStale = healthOf(link, now) !== 'LIVE'
  const lines = visible(view, list, items).map(({alarm}) =>
    rowLine(alarm, {
      now,
      columns: listColumns,
      look,
      isSelected: alarm.id === view.selected,
      isStale,
      ack: acks.get(alarm.id),
    }),
  )
  if (lines.length === 0) lines.push([{text: ''}], [{text: `   ${emptyText(state, look)}`, bold: true}])
  while (lines.length < list) lines.push([{text: ''}])
  return lines.slice(0, list)
}

/** "No alarms" is said only on the platform's word. */
function emptyText({link, now, items, position, url, filter}: State, {timeOf}: Look): string {
  if (position === undefined || link.provedAt === undefined) {
    return link.phase === 'lost' ? `NO DATA: ${url} has not answered yet` : `waiting for ${url} …`
  }
  if (healthOf(link, now) !== 'LIVE') return `NO DATA since ${timeOf(link.provedAt)}`
  if (filter.list !== 'main') return `nothing is ${filter.list}`
  if (items.size > 0) return `0 alarms to show: ${items.size} are not in this list (filter, masks)`
  return `0 alarms. The platform said so ${ageText(now - link.provedAt)} ago`
}

function footerLine({mode, notice, filter, now}: State, look: Look): Line {
  if (mode.type === 'filter') return [{text: ` /${filter.text}_   Enter keeps it, Esc drops it`, bold: true}]
  if (mode.type === 'reset') {
    return [
      {
        text: ` Reset says for everybody that alarm ${mode.id} is over. y resets, any other key does not `,
        bold: true,
        inverse: true,
      },
    ]
  }
  if (mode.type === 'choose') {
    const asks = mode.verb === 'shelve' ? `Shelve ${mode.id} for` : `Close ${mode.id} as`
    const choices = CHOICES[mode.verb].map(({shown}) => shown).join('  ')
    return [{text: ` ${asks}:  ${choices}  any other key does not `, bold: true, inverse: true}]
  }
  if (mode.type === 'type') {
    const asks = mode.verb === 'dispatch' ? `Who was sent to ${mode.id}` : `Comment on ${mode.id}`
    return [{text: ` ${asks}: ${mode.text}_   Enter sends it, Esc drops it`, bold: true}]
  }
  if (mode.type === 'help') return [{text: ' any key closes the help', dim: true}]
  if (notice && now - notice.at < NOTICE_MS) return [{text: ` ${noticeText(notice)}`, bold: true}]
  const keys = KEYS.flatMap(({keys: [key = ''], shown, brief}) =>
    brief ? `${key.length === 1 ? key : shown} ${brief}` : [],
  )
  return [{text: ` ${[`${look.marks.move} move`, ...keys].join('  ')}`, dim: true}]
}

function helpLines(state: State, rows: number): Line[] {
  const lines = KEYS.filter(({help}) => help !== '').map(({shown, help, disabled}): Line => {
    const why = disabled?.(state)
    const text = why === undefined ? help : `${help} (not now: ${noticeText({code: why, detail: '', at: 0})})`
    return [
      {text: padded(` ${shown}`, 10), bold: true},
      {text, dim: why !== undefined},
    ]
  })
  const blank: Line = [{text: ''}]
  return Array.from({length: rows}, (_, index) => lines[index] ?? blank)
}
