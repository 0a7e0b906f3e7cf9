/** All that the records say of one panel, put together. Nothing else is asked: the same lines give the same report. */
import {present} from '../../lib/fields.ts'
import type {PanelLine, RecordLine, RunLine, WindowLine} from '../record/lines.ts'
import type {Check, Head, PanelReport} from './model.ts'
import {suiteChecks, suiteLatency, suitesIn, unfinishedCheck, whereOf} from './suite-part.ts'
import {outcomeOf, tallyOf} from './tally.ts'

/** `lines`: those of the account, in the order they were written. */
export function panelReport(account: string, lines: readonly RecordLine[]): PanelReport {
  const {parts: suites, unfinished} = suitesIn(lines)
  const runs = lines.filter((line): line is RunLine => line.type === 'run')
  const found = [...suites.flatMap(suiteChecks), ...unfinished.map(unfinishedCheck)]
  const checks = found.length > 0 ? found : [NOTHING]
  const tally = tallyOf(checks)
  return {
    account,
    outcome: outcomeOf(tally),
    tally,
    head: headOf(lines, runs),
    windows: windowsIn(lines),
    runs,
    suites,
    latencies: suites.flatMap((part) => suiteLatency(part) ?? []),
    checks,
  }
}

/** A panel that nothing was tested of must not look well. */
const NOTHING: Check = {
  part: 'suite',
  where: '',
  id: 'none',
  name: 'the panel is tested',
  result: 'open',
  detail: 'the record holds no result',
}

function headOf(lines: readonly RecordLine[], runs: readonly RunLine[]): Head {
  const panels = lines.filter((line): line is PanelLine => line.type === 'panel')
  const {name, site, address, maker, model, firmware}: Partial<PanelLine> = Object.assign({}, ...panels)
  const times = lines.map(({at}) => at)
  return {
    ...present({name, site, address, maker, model, firmware}),
    receivers: distinct(runs.map(whereOf)),
    testers: distinct(runs.map(({by}) => by)),
    tools: distinct(runs.map(({tool}) => tool)),
    from: times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY),
    until: times.reduce((most, at) => Math.max(most, at), 0),
  }
}

/** The last line of an id; each sending without a window. */
function windowsIn(lines: readonly RecordLine[]): readonly WindowLine[] {
  const windows = new Map<string, WindowLine>()
  for (const line of lines) {
    if (line.type === 'window') windows.set(line.id ?? `without ${line.by} ${line.from}`, line)
  }
  return [...windows.values()]
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
