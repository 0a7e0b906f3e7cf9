/** The demo's sums, as a person reads them. */
import type {ChainSummary} from '../demo/chain.ts'
import {verdictLine} from './probe.ts'

export function renderChain({inventory, probes, signals, problems}: ChainSummary): string {
  const {sent, acked, shown, alarms, acknowledged} = signals
  const verdict =
    problems.length === 0 ? 'it all adds up' : `does NOT add up:\n${problems.map((words) => `  ${words}`).join('\n')}`
  return [
    `inventory  ${inventory.sites} sites, ${inventory.cameras} cameras, ${inventory.panels} panels`,
    `probed     ${verdictLine(probes)}`,
    `           ${Object.entries(probes.causes)
      .map(([cause, count]) => `${cause} ${count}`)
      .join(' · ')}`,
    `           ${probes.planted} made sick, ${probes.named} named rightly`,
    `signals    ${sent} sent, ${acked} received, ${shown} shown`,
    `alarms     ${alarms} raised, ${acknowledged} acknowledged`,
    verdict,
  ].join('\n')
}
