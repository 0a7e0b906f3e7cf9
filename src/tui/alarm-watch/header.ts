/** The two lines above the list: can the picture be trusted, how many wait, and what is not shown. */
import type {Priority} from '../../model/signal.ts'
import type {Line, Segment} from './cells.ts'
import {isShown} from './filter.ts'
import {type Counts, unackedOf} from './items.ts'
import {healthOf} from './link.ts'
import type {Look} from './look.ts'
import {accountsOnTest, endingTests} from './on-test.ts'
import {COLORS, PRIORITIES} from './row.ts'
import type {State} from './state.ts'
import {ageText} from './words.ts'

const ALL: readonly Priority[] = [1, 2, 3, 4]
/** Entries behind the platform that are worth a word. */
const MANY_BEHIND = 50

export function headerLine(state: State, look: Look): Line {
  const {link, now, counts, url, position} = state
  const health = healthOf(link, now)
  const isLive = health === 'LIVE'
  const mark = isLive ? look.marks.live : look.marks.lost
  const badge: Segment = {
    text: ` ${mark} ${health} ${proof(link.provedAt, now, look, isLive)} `,
    inverse: !isLive,
    bold: true,
    color: isLive ? 'green' : health === 'OFFLINE' ? 'red' : 'yellow',
  }
  // Only a platform that answers says that there are no alarms.
  const isUnknown = position === undefined || (!isLive && unackedOf(counts) + counts.acked === 0)
  const sums = isUnknown ? [{text: 'alarms unknown', bold: true}] : countWords(counts)
  return [badge, {text: ' '}, ...sums, ...testWords(state), {text: `  ${url}`, dim: true}]
}

function countWords(counts: Counts): Segment[] {
  const waiting = unackedOf(counts)
  const words = ALL.map((priority): Segment => {
    const count = counts.unacked[priority]
    const color = count > 0 ? COLORS[priority] : undefined
    return {text: ` ${PRIORITIES[priority].trim()}:${count}`, bold: count > 0, ...(color ? {color} : {})}
  })
  return [{text: `${waiting} un-acked `, bold: waiting > 0}, ...words, {text: `  ${counts.acked} acked`}]
}

/** Said only when there are some: the line is short, and most of the time nobody tests. */
function testWords(state: State): Segment[] {
  const accounts = accountsOnTest(state)
  return accounts === 0 ? [] : [{text: `  ${accounts} on test`, bold: true}]
}

function proof(provedAt: number | undefined, now: number, {timeOf}: Look, isLive: boolean): string {
  if (provedAt === undefined) return 'never heard'
  return isLive ? ageText(now - provedAt) : `${ageText(now - provedAt)}, data of ${timeOf(provedAt)}`
}

/** What the list does not show by itself, the weightiest first. */
export function newsLine(state: State, look: Look): Line {
  const parts = [
    ...gapNews(state, look),
    ...lineNews(state),
    ...handoffNews(state),
    ...testNews(state, look),
    ...listNews(state, look),
    ...sideNews(state),
  ]
  return parts.flatMap((part, index) => [{text: index === 0 ? ' ' : ` ${look.marks.dot} `}, part])
}

function gapNews({gap}: State, {timeOf}: Look): Segment[] {
  if (gap === undefined) return []
  const to = gap.to === undefined ? 'now' : timeOf(gap.to)
  return [{text: `GAP ${timeOf(gap.from)}-${to} not replayed (Esc)`, bold: true, inverse: true}]
}

const LINE_WORDS = {
  connecting: (detail: string) => `connecting: ${detail}`,
  live: () => 'connected, but the platform is silent',
  lost: (detail: string) => `line lost, trying again: ${detail}`,
}

function lineNews({link, now, position, acks}: State): Segment[] {
  const news: Segment[] = []
  const behind = position === undefined ? 0 : link.head - position.seq
  if (behind > MANY_BEHIND) news.push({text: `${behind} entries behind`, bold: true})
  const queued = [...acks.values()].filter((ack) => ack.state === 'queued' || ack.state === 'sending').length
  if (queued > 0) news.push({text: `${queued} on the way to the platform`})
  if (healthOf(link, now) !== 'LIVE') news.push({text: LINE_WORDS[link.phase](link.detail), bold: true})
  return news
}

/** Incidents that 110 should know of, and those that it has not answered. */
function handoffNews({handoffs}: State): Segment[] {
  const silent = [...handoffs.values()].filter(({state}) => state === 'handed').length
  const untold = handoffs.size - silent
  return [
    ...(untold > 0 ? [{text: `TELL 110: ${untold}`, bold: true, inverse: true}] : []),
    ...(silent > 0 ? [{text: `110 has not answered ${silent}`, bold: true}] : []),
  ]
}

function testNews(state: State, {timeOf}: Look): Segment[] {
  const [first, ...others] = endingTests(state)
  if (!first) return []
  const more = others.length > 0 ? `, ${others.length} more soon` : ''
  return [{text: `test of ${first.account} ends ${timeOf(first.endsAt)}${more}`, bold: true}]
}

function listNews(state: State, {marks}: Look): Segment[] {
  const {view, items, filter} = state
  const news: Segment[] = []
  const fresh = [...view.fresh].flatMap((id) => items.get(id)?.alarm ?? []).filter(({handling}) => handling === 'new')
  const urgent = fresh.filter(({priority}) => priority === 1)
  if (fresh.length > 0) {
    const text = `${marks.more} ${fresh.length} new${urgent.length > 0 ? ` (${urgent.length} P1)` : ''} at the end: g sorts`
    news.push({text, bold: true, inverse: urgent.length > 0})
  }
  if (filter.list !== 'main') news.push({text: `LIST: ${filter.list} (v next, Esc back)`, bold: true, inverse: true})
  if (filter.text !== '') news.push({text: `/${filter.text} hides ${hiddenText(state)}`})
  if (state.scope !== '') news.push({text: `only ${state.scope}`})
  news.push({text: view.follow ? 'following' : 'pinned', dim: true})
  return news
}

function hiddenText({items, filter, scope}: State): string {
  let hidden = 0
  let waiting = 0
  const all = {...filter, terms: []}
  for (const {alarm, search} of items.values()) {
    if (isShown(filter, scope, alarm, search) || !isShown(all, '', alarm, search)) continue
    hidden++
    if (alarm.handling === 'new') waiting++
  }
  return waiting > 0 ? `${hidden} (${waiting} un-acked)` : String(hidden)
}

function sideNews({refusals, lastRefusal, trials, logged, counts}: State): Segment[] {
  const news: Segment[] = []
  if (lastRefusal) news.push({text: `${refusals} refused, last ${lastRefusal.from}: ${lastRefusal.reason}`, bold: true})
  if (trials > 0) news.push({text: `${trials} test signals`, dim: true})
  if (logged > 0) news.push({text: `${logged} logged only`, dim: true})
  if (counts.closed > 0) news.push({text: `${counts.closed} closed`, dim: true})
  return news
}
