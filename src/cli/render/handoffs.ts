/** How hand-overs to 110 are printed. */
import type {Handoff} from '../../model/handoff.ts'
import type {Column} from './rows.ts'

export const HANDOFF_COLUMNS: readonly Column<Handoff>[] = [
  {name: 'id', header: 'ID', value: ({id}) => id},
  {name: 'state', header: 'STATE', value: ({state}) => STATES[state]},
  {name: 'alarms', header: 'ALARMS', value: ({alarms}) => alarms.join(' ')},
  {name: 'grounds', header: 'WHY', value: groundsText},
  {name: 'where', header: 'WHERE', value: ({deviceName, account}) => deviceName ?? `account ${account}`},
  {name: 'since', header: 'SINCE', value: ({openedAt}) => new Date(openedAt).toISOString()},
  {name: 'told', header: 'TOLD', value: ({handed}) => handed && `${handed.how}, ${handed.to}`},
  {name: 'told-at', header: 'TOLD AT', value: ({handed}) => handed && new Date(handed.at).toISOString()},
  {name: 'by', header: 'BY', value: ({handed, dropped}) => handed?.by ?? dropped?.by},
  {name: 'answer', header: 'ANSWER', value: ({answer, dropped}) => answer?.text ?? dropped?.reason},
  {name: 'what', header: 'WHAT', value: ({handed}) => handed?.what, wide: true},
  {name: 'jurisdiction', header: 'JURISDICTION', value: ({jurisdiction}) => jurisdiction || '(unrouted)', wide: true},
  {name: 'version', header: 'VERSION', value: ({version}) => version, wide: true},
]

const STATES: Readonly<Record<Handoff['state'], string>> = {
  proposed: 'TELL 110',
  direct: '110 has the line',
  handed: 'told, no answer yet',
  answered: 'answered',
  dropped: 'dropped',
}

/** Rules by name, each once; an incident without any was told on a person's own judgement. */
function groundsText({grounds}: Handoff): string {
  return [...new Set(grounds.map(({rule}) => rule))].join(' ') || 'own judgement'
}

/** `TELL 110 #3`. */
export function handoffMark({id, state}: Handoff): string {
  return `${STATES[state]} #${id}`
}
