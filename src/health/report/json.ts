/** The report for programs: everything that the other forms show, whole; counts of cameras are left to the observations. */
import type {Group} from '../groups.ts'
import type {HealthReport} from './model.ts'

export function* jsonOf(report: HealthReport): Generator<string> {
  const {generatedAt, period, profile, groups, days, books, ...rest} = report
  const plain = {
    ...rest,
    generatedAt: new Date(generatedAt).toISOString(),
    profile,
    period: {from: new Date(period.from).toISOString(), to: new Date(period.to).toISOString()},
    groups: Object.fromEntries(Object.entries(groups).map(([name, all]) => [name, all.map(groupJson)])),
    days: days.map(({from, score}) => ({from: new Date(from).toISOString(), score})),
    cameras: books.map(({camera, facts, last, cells}) => ({
      camera,
      ...facts,
      verdict: last.verdict,
      ...(last.cause ? {cause: last.cause} : {}),
      at: new Date(last.at).toISOString(),
      counts: Object.fromEntries([...cells].sort(([one], [other]) => (one < other ? -1 : 1))),
    })),
  }
  yield '{'
  let before = '\n'
  for (const [name, value] of Object.entries(plain)) {
    yield `${before}  ${JSON.stringify(name)}: ${JSON.stringify(value)}`
    before = ',\n'
  }
  yield '\n}\n'
}

function groupJson({name, score, children}: Group): object {
  return {name, score, children: children.map(groupJson)}
}
