/** How the platforms below one are shown. */
import type {ChildStatus} from '../../platform/contract.ts'
import type {Column} from './rows.ts'

export const CHILD_COLUMNS: readonly Column<ChildStatus>[] = [
  {name: 'name', header: 'CHILD', value: ({name}) => name},
  {name: 'link', header: 'LINK', value: ({link}) => link},
  {name: 'behind', header: 'BEHIND', value: ({behind}) => behind},
  {name: 'lag', header: 'LAG ms', value: ({lagMs}) => lagMs},
  {name: 'here', header: 'OPEN HERE', value: ({here}) => `${here.new} new, ${here.acked} acked`},
  {name: 'check', header: 'AGAINST THERE', value: ({check}) => check && (check.isEven ? 'even' : uneven(check))},
  {name: 'lost', header: 'LOST', value: ({lost}) => lost},
  {name: 'requests', header: 'REQUESTS', value: ({requests}) => requests},
  {name: 'detail', header: 'DETAIL', value: ({detail}) => detail},
  {name: 'url', header: 'URL', value: ({url}) => url, wide: true},
  {name: 'cursor', header: 'CURSOR', value: ({cursor}) => cursor && `${cursor.epoch}-${cursor.seq}`, wide: true},
  {name: 'head', header: 'ITS HEAD', value: ({head}) => head, wide: true},
  {name: 'answered', header: 'ANSWERED', value: ({answeredAt}) => iso(answeredAt), wide: true},
  {name: 'checked', header: 'CHECKED', value: ({check}) => iso(check?.at), wide: true},
]

/** The line is up and nothing is missing. */
export function isWell({link, check}: ChildStatus): boolean {
  return link === 'live' && check?.isEven !== false
}

function uneven({there}: NonNullable<ChildStatus['check']>): string {
  return `UNEVEN: ${there.new} new, ${there.acked} acked there`
}

function iso(at: number | undefined): string | undefined {
  return at === undefined ? undefined : new Date(at).toISOString()
}
