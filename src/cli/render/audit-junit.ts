/** Audit results for build servers: JUnit XML, a suite for each camera, a case for each rule. */
import type {AuditResult} from '../../camera/audit/result.ts'
import {escapeXml} from '../../lib/escape-xml.ts'

/** A finding is a failure; untested is skipped, since it is no success; a camera that was not looked at is an error. */
export function* auditJunit(results: readonly AuditResult[]): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n'
  yield `<testsuites ${counts(results)} name="citywatch camera audit">\n`
  for (const [camera, own] of Map.groupBy(results, (result) => result.camera)) {
    yield `  <testsuite name="${escapeXml(camera)}" ${counts(own)}>\n`
    for (const result of own) yield caseOf(result)
    yield '  </testsuite>\n'
  }
  yield '</testsuites>\n'
}

function counts(results: readonly AuditResult[]): string {
  const errors = results.filter(({rule}) => rule === 'reach').length
  const of = (status: AuditResult['status']) => results.filter((result) => result.status === status).length
  return `tests="${results.length}" failures="${of('finding')}" errors="${errors}" skipped="${of('untested') - errors}"`
}

function caseOf({camera, rule, status, severity, seen, right, source}: AuditResult): string {
  const head = `    <testcase classname="${escapeXml(camera)}" name="${rule}">`
  const said = `message="${escapeXml(seen)}"`
  const body = escapeXml(`${severity}; right: ${right}; ${source}`)
  if (rule === 'reach') return `${head}<error ${said}/></testcase>\n`
  if (status === 'finding') return `${head}<failure ${said}>${body}</failure></testcase>\n`
  return status === 'untested' ? `${head}<skipped ${said}/></testcase>\n` : `${head}</testcase>\n`
}
