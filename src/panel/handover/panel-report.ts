/** All that the records say of one panel, put together. Nothing else is asked: the same lines give the same report. */
import {present} from '../../lib/fields.ts'
import type {OverrideLine, PanelLine, RunLine, SuiteRecordLine} from '../record/lines.ts'
import {parseRecordLine} from '../record/parse.ts'
import type {RecordedLine} from '../record/read.ts'
import {walkLines} from '../walk/parse-line.ts'
import {walkReport} from '../walk/report.ts'
import {loadCheck, loadsIn} from './load-part.ts'
import type {Check, Head, PanelReport} from './model.ts'
import {suiteChecks, suiteLatency, suitesIn, unfinishedCheck, whereOf} from './suite-part.ts'
import {supervisionCheck, supervisionIn} from './supervision-part.ts'
import {outcomeOf, tallyOf} from './tally.ts'
import {walkChecks, walkLatencies} from './walk-part.ts'

/** `lines`: those of the account, in the order they were written. */
export function panelReport(account: string, recorded: readonly RecordedLine[]): PanelReport {
  const lines = recorded.flatMap((line) => parseRecordLine(line) ?? [])
  const walked = walkLines(recorded, account)
  const walk = walked.length > 0 ? walkReport(walked) : undefined
  const supervision = supervisionIn(recorded)
  const loads = loadsIn(recorded)
  const {parts: suites, unfinished} = suitesIn(lines)
  const runs = lines.filter((line): line is RunLine => line.type === 'run')
  const found = [
    ...(walk ? walkChecks(walk) : []),
    ...supervision.map(supervisionCheck),
    ...suites.flatMap(suiteChecks),
    ...loads.map(loadCheck),
    ...unfinished.map(unfinishedCheck),
  ]
  const checks = found.length > 0 ? found : [NOTHING]
  const tally = tallyOf(checks)
  return {
    account,
    outcome: outcomeOf(tally),
    tally,
    head: headOf(recorded, lines, runs),
    overrides: lines.filter((line): line is OverrideLine => line.type === 'override'),
    runs,
    ...(walk ? {walk} : {}),
    supervision,
    loads,
    suites,
    latencies: [...(walk ? walkLatencies(walk) : []), ...suites.flatMap((part) => suiteLatency(part) ?? [])],
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

function headOf(recorded: readonly RecordedLine[], lines: readonly SuiteRecordLine[], runs: readonly RunLine[]): Head {
  const panels = lines.filter((line): line is PanelLine => line.type === 'panel')
  const {name, site, address, maker, model, firmware}: Partial<PanelLine> = Object.assign({}, ...panels)
  const times = recorded.map(({at}) => at)
  return {
    ...present({name, site, address, maker, model, firmware}),
    receivers: distinct(runs.map(whereOf)),
    testers: distinct(runs.map(({by}) => by)),
    tools: distinct(runs.map(({tool}) => tool)),
    from: times.reduce((least, at) => Math.min(least, at), Number.POSITIVE_INFINITY),
    until: times.reduce((most, at) => Math.max(most, at), 0),
  }
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
