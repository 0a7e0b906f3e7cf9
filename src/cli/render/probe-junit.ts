/** Probe reports for build servers: JUnit XML, a suite a camera, a case a check. */
import {once} from 'node:events'
import {safeText} from '../../lib/safe-text.ts'
import type {Check, ProbeReport} from '../../model/probe.ts'
import {type Xml, xml} from '../../protocol/soap/xml.ts'

/** The document piece by piece. A check that was not made is skipped, never passed. */
export function* junitOf(reports: readonly ProbeReport[], at: number): Generator<string> {
  const all = reports.flatMap(({checks}) => checks)
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `${xml`<testsuites name="citywatch camera probe" ${counts(all)} timestamp="${isoSecond(at)}">`.text}\n`
  for (const report of reports) yield suiteOf(report).text
  yield '</testsuites>\n'
}

/** Once the last report is there: the document begins with its counts. */
export async function printJunit(
  reports: AsyncIterable<ProbeReport>,
  out: NodeJS.WritableStream,
  at: number,
): Promise<void> {
  const all: ProbeReport[] = []
  for await (const report of reports) all.push(report)
  for (const piece of junitOf(all, at)) if (!out.write(piece)) await once(out, 'drain')
}

function suiteOf({camera, name, checks, at, durationMs, verdict, level = 'stream'}: ProbeReport): Xml {
  const title = name === undefined ? camera : `${camera} ${name}`
  const cases = checks.map((check) => caseOf(camera, check))
  return xml`  <testsuite name="${clean(title)}" ${counts(checks)} timestamp="${isoSecond(at)}" time="${seconds(durationMs)}">
    <properties><property name="verdict" value="${verdict}"/><property name="level" value="${level}"/></properties>
${cases}  </testsuite>
`
}

function caseOf(camera: string, {name, status, cause, detail, durationMs}: Check): Xml {
  const message = clean([cause, detail].filter(Boolean).join(': '))
  const start = xml`    <testcase classname="camera.${clean(camera)}" name="${name}" time="${seconds(durationMs)}"`
  if (status === 'fail') {
    return xml`${start}>
      <failure message="${message}" type="${cause ?? 'fail'}">${message}</failure>
    </testcase>
`
  }
  if (status === 'skipped') {
    return xml`${start}>
      <skipped message="not made"/>
    </testcase>
`
  }
  if (status === 'ok') return xml`${start}/>\n`
  return xml`${start}>
      <system-out>${message}</system-out>
    </testcase>
`
}

/** A warning passes: the camera does its work. It stands in the case's output. */
function counts(checks: readonly Check[]): Xml {
  const failures = checks.filter(({status}) => status === 'fail').length
  const skipped = checks.filter(({status}) => status === 'skipped').length
  return xml`tests="${checks.length}" failures="${failures}" errors="0" skipped="${skipped}"`
}

/** ISO 8601 without fraction and zone, as the schema has it; UTC. */
function isoSecond(at: number): string {
  return new Date(at).toISOString().slice(0, 19)
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3)
}

function clean(text: string): string {
  return safeText(text, 500)
}
