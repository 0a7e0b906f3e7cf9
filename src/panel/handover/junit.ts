/** A report for build servers: JUnit XML, a suite for each test of a panel, a case for each check. */

import {escapeXml} from '../../lib/escape-xml.ts'
import {type Handover, totalsOf} from './document.ts'
import type {Check, PanelReport} from './model.ts'
import {tallyOf} from './tally.ts'

export async function* junitOf({generatedAt, rows, panel}: Handover): AsyncGenerator<string> {
  const {checks} = totalsOf(rows)
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites name="citywatch panel report" ${counts(checks)} timestamp="${isoSecond(generatedAt)}">\n`
  for (const {account} of rows) yield* suitesOf(await panel(account))
  yield '</testsuites>\n'
}

function* suitesOf({account, checks, head}: PanelReport): Generator<string> {
  const groups = Map.groupBy(checks, ({part, where}) => `${part} ${where}`)
  for (const [name, own] of groups) {
    const tally = counts(tallyOf(own))
    yield `  <testsuite name="${escapeXml(`panel ${account} ${name.trim()}`)}" ${tally} timestamp="${isoSecond(head.until)}" time="0">\n`
    for (const check of own) yield caseOf(account, check)
    yield '  </testsuite>\n'
  }
}

/** Skipped is skipped to a build server; the outcome is in the property. Not tested although it could have been is an error, as in the other formats it is no success. */
function counts(tally: ReturnType<typeof tallyOf>): string {
  const {checks, failed, unreachable, open, skipped, inapplicable} = tally
  return `tests="${checks}" failures="${failed}" errors="${unreachable + open}" skipped="${skipped + inapplicable}"`
}

function caseOf(account: string, {part, id, name, result, detail}: Check): string {
  const start = `    <testcase classname="${escapeXml(`panel.${account}.${part}`)}" name="${escapeXml(`${id} ${name}`)}" time="0"`
  const message = escapeXml(detail)
  switch (result) {
    case 'passed':
      return `${start}/>\n`
    case 'failed':
      return `${start}>\n      <failure message="${message}" type="failed">${message}</failure>\n    </testcase>\n`
    case 'skipped':
    case 'inapplicable':
      return `${start}>\n      <skipped message="${message}"/>\n    </testcase>\n`
    case 'unreachable':
    case 'open':
      return `${start}>\n      <error message="${message}" type="${result}">${message}</error>\n    </testcase>\n`
  }
}

/** ISO 8601 without fraction and zone, as the schema has it; UTC. */
function isoSecond(at: number): string {
  return new Date(at).toISOString().slice(0, 19)
}
