/** How the verdicts on a receiver are printed: one row a rule, then the sums. */
import type {RuleResult, SuiteReport} from '../../panel/suite/report.ts'
import type {Verdict} from '../../panel/suite/rule.ts'
import type {Column} from './rows.ts'

export const RULE_COLUMNS: readonly Column<RuleResult>[] = [
  {name: 'rule', header: 'RULE', value: ({rule}) => rule},
  {name: 'name', header: 'CASE', value: ({name}) => name},
  {name: 'verdict', header: 'VERDICT', value: ({verdict}) => verdict},
  {name: 'detail', header: 'SEEN', value: ({detail}) => detail},
  {name: 'expected', header: 'EXPECTED', value: ({expected}) => expected},
  {name: 'known', header: 'KNOWN OF', value: ({knownAs}) => knownAs},
  {name: 'sends', header: 'SENT', value: ({sends}) => sends, wide: true},
  {name: 'written', header: 'BYTES SENT', value: ({written}) => written.join(' '), wide: true},
  {name: 'seen', header: 'ANSWERS', value: ({seen}) => seen.join(' '), wide: true},
]

const VERDICTS: readonly Verdict[] = ['pass', 'note', 'fail', 'differs', 'not judged']

/** `127.0.0.1:8031 tcp: 22 pass, 5 note, 4 not judged`, and why when nothing could be judged. */
export function suiteLines(report: SuiteReport): string {
  const {receiver, transport, account, codes, verdicts, stopped, clockOffsetMs, perMessage, keyedAccount, key} = report
  const counts = VERDICTS.filter((verdict) => verdicts[verdict] > 0).map((verdict) => `${verdicts[verdict]} ${verdict}`)
  const clock = `the receiver's clock is ${Math.abs(Math.round(clockOffsetMs / 1000))} s ${clockOffsetMs < 0 ? 'behind' : 'ahead'}; messages carry its time`
  return [
    `${receiver} ${transport}: ${counts.join(', ')}`,
    `event codes sent as account ${account}: ${codes.join(', ')}`,
    ...(keyedAccount === null ? [] : [`messages of account ${keyedAccount} encrypted with the key ${key}`]),
    ...(clockOffsetMs === 0 ? [] : [clock]),
    ...(perMessage ? ['it takes one message a connection; each message got its own'] : []),
    ...(stopped === undefined ? [] : [`not judged: ${stopped}`]),
  ].join('\n')
}
