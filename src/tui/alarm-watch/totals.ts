/** The line of totals: what is not in the list is counted here, always, so that nothing hides. */
import type {Line, Segment} from './cells.ts'
import {healthOf} from './link.ts'
import type {Look} from './look.ts'
import type {State} from './state.ts'

export function totalsLine(state: State, {marks}: Look): Line {
  const {counts, handoffs, position, link, now} = state
  if (position === undefined) return [{text: ' totals unknown', dim: true}]
  const {totals} = counts
  const waiting = [...handoffs.values()]
  const untold = waiting.filter(({state: life}) => life !== 'handed').length
  const parts: readonly Segment[] = [
    total(totals.shelved, 'shelved'),
    total(totals.suppressed, 'suppressed'),
    total(totals['out-of-service'], 'out of service'),
    loud(totals.unrouted, 'unrouted'),
    loud(totals.latched, 'latched'),
    loud(untold, 'to tell 110'),
    loud(waiting.length - untold, '110 silent'),
    total(totals.over, 'to close'),
  ]
  const isStale = healthOf(link, now) !== 'LIVE'
  return parts.flatMap((part, index) => [
    {text: index === 0 ? ' ' : ` ${marks.dot} `, dim: true},
    isStale ? {...part, bold: false, dim: true} : part,
  ])
}

function total(count: number, word: string): Segment {
  return {text: `${count} ${word}`, dim: count === 0}
}

/** Somebody has to do something about these. */
function loud(count: number, word: string): Segment {
  return {text: `${count} ${word}`, dim: count === 0, bold: count > 0}
}
