/** The supervision's share of the report: each path as a check, by the last run that watched it. */
import type {RecordedLine} from '../record/read.ts'
import {type SupervisionLine, supervisionLineIn} from '../record/supervision-line.ts'
import type {Check, CheckResult} from './model.ts'

/** The last line of each path. Throws CW_BAD_VALUE for a damaged one. */
export function supervisionIn(lines: readonly RecordedLine[]): readonly SupervisionLine[] {
  const last = new Map<string, SupervisionLine>()
  for (const line of lines)
    if (line.type === 'supervision') last.set(String(supervisionLineIn(line).path), supervisionLineIn(line))
  return [...last.values()]
}

export function supervisionCheck(line: SupervisionLine): Check {
  const {path, messages, late, missing, state} = line
  const [result, detail] = judged(line)
  return {
    part: 'supervision',
    where: '',
    id: path,
    name: `${path} path`,
    result,
    detail: detail || `${messages} messages, ${late} late, ${missing} missing, ${state}`,
  }
}

/** Never missing is passed, late or not: loss is what the class is about. */
function judged({messages, missing}: SupervisionLine): readonly [CheckResult, string] {
  if (messages === 0) return ['failed', 'never heard']
  return missing > 0 ? ['failed', ''] : ['passed', '']
}
