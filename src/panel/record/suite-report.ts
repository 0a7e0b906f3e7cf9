/** The report of a negative suite, read back from a record. */
import {Fields, present} from '../../lib/fields.ts'
import type {RuleResult, SuiteReport} from '../suite/report.ts'
import type {Verdict} from '../suite/rule.ts'

const VERDICTS: readonly Verdict[] = ['pass', 'fail', 'note', 'differs', 'not judged']
const MAX_RULES = 500
const MAX_TEXTS = 1_000
const MAX_TEXT = 4_000

/** The counts are made anew from the rules, so that they cannot disagree. Throws CW_BAD_VALUE. */
export function suiteReportIn(fields: Fields): SuiteReport {
  const rules = fields.list('rules', MAX_RULES, (item, where) => ruleIn(new Fields(item, where)))
  return {
    receiver: fields.text('receiver', 200),
    transport: fields.oneOf('transport', ['tcp', 'udp']),
    account: fields.text('account', 16),
    unknownAccount: fields.text('unknownAccount', 16),
    keyedAccount: fields.raw('keyedAccount') === null ? null : fields.text('keyedAccount', 16),
    key: fingerprintIn(fields),
    codes: texts(fields, 'codes'),
    clockOffsetMs: fields.number('clockOffsetMs', -Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
    perMessage: fields.boolean('perMessage'),
    ...present({stopped: fields.optionalText('stopped', MAX_TEXT)}),
    trial: texts(fields, 'trial'),
    silent: fields.boolean('silent'),
    latenciesMs: fields.list('latenciesMs', 10_000, latencyIn),
    unacknowledged: fields.integer('unacknowledged', 0),
    verdicts: count(rules),
    rules,
  }
}

function ruleIn(fields: Fields): RuleResult {
  return {
    rule: fields.text('rule', 20),
    name: fields.text('name', 200),
    sends: fields.text('sends', MAX_TEXT),
    expected: fields.text('expected', MAX_TEXT),
    verdict: fields.oneOf('verdict', VERDICTS),
    detail: fields.text('detail', MAX_TEXT),
    ...present({knownAs: fields.optionalText('knownAs', 200)}),
    written: texts(fields, 'written'),
    seen: texts(fields, 'seen'),
    open: fields.boolean('open'),
  }
}

/** A key that somebody wrote there instead is not taken. */
export function fingerprintIn(fields: Fields): string | null {
  return fields.raw('key') === null ? null : fields.matching('key', /^[0-9a-f]{8}$/, 'a fingerprint of 8 hex digits')
}

function texts(fields: Fields, name: string): readonly string[] {
  return fields.list(name, MAX_TEXTS, (item, where) => new Fields({item}, where).text('item', MAX_TEXT))
}

function latencyIn(item: unknown, where: string): number {
  return new Fields({ms: item}, where).number('ms', 0, 86_400_000)
}

function count(rules: readonly RuleResult[]): Record<Verdict, number> {
  const verdicts: Record<Verdict, number> = {pass: 0, fail: 0, note: 0, differs: 0, 'not judged': 0}
  for (const {verdict} of rules) verdicts[verdict] += 1
  return verdicts
}
