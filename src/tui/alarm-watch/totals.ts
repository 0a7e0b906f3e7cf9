/** The line of totals: what is not in the list is counted here, always, so that nothing hides. */
import type {Line, Segment} from './cells.ts'
import {healthOf} from './link.ts'
import type {State} from './state.ts'

export function totalsLine({counts, handoffs, position, link, now}: State): Line {
  const {totals} = counts
  const parts: readonly Segment[] = [
    total(totals.shelved, 'shelved'),
    total(totals.suppressed, 'suppressed'),
    total(totals['out-of-service'], 'out of service'),
    loud(totals.unrouted, 'unrouted'),
    loud(handoffs.size, 'for 110'),
    loud(totals.latched, 'latched'),
    total(totals.over, 'to close'),
  ]
  const isLive = healthOf(link, now) === 'LIVE'
  // Only a platform that answers says that there are none.
  const isKnown = position !== undefined && (isLive || parts.some(({dim}) => !dim))
  if (!isKnown) return [{text: ' totals unknown', dim: true}]
  return parts.flatMap((part, index) => [
    {text: index === 0 ? ' ' : '  '},
    isLive ? part : {...part, bold: false, dim: true},
  ])
}

function total(count: number, word: string): Segment {
  return {text: `${count} ${word}`, dim: count === 0}
}

/** Somebody has to do something about these. */
function loud(count: number, word: string): Segment {
  return {text: `${count} ${word}`, dim: count === 0, bold: count > 0}
}
