/** The verdicts of a run, rule by rule in a fixed order, with what was written and what came back. */
import type {Transport} from '../attempt.ts'
import {receiverText} from '../receiver-address.ts'
import {type Answer, shown} from './answer.ts'
import {ANSWER_RULES} from './answer-rules.ts'
import {escaped, TEST_CODE, UNKNOWN_CODE} from './craft.ts'
import {GOOD_RULES} from './good-rules.ts'
import {KEY_TRIAL_RULES, type KeyedAccount, type KeyTrial} from './key-trial.ts'
import {KEYED_RULES, NEEDS_A_KEY} from './keyed-rules.ts'
import {knownFor} from './known.ts'
import {NEGATIVE_RULES} from './negative-rules.ts'
import type {AnswerRule, GoodMessage, Judgement, RuleText, Seen, SentRule, Verdict} from './rule.ts'
import type {Trial} from './trial.ts'

export interface RuleResult extends RuleText {
  readonly verdict: Verdict
  readonly detail: string
  /** The product that is known to break the rule like this. */
  readonly knownAs?: string
  /** What the rule wrote, one text a write; `sends` says it in words. */
  readonly written: readonly string[]
  /** What came back to it. Brackets with content are not shown: it may be a key. */
  readonly seen: readonly string[]
  /** True when the rule could have been judged and was not. */
  readonly open: boolean
}

export interface SuiteReport {
  readonly receiver: string
  readonly transport: Transport
  readonly account: string
  readonly unknownAccount: string
  /** The account that the rules about encryption were asked of; null: none was. */
  readonly keyedAccount: string | null
  /** Fingerprint of its key, never the key. */
  readonly key: string | null
  /** Event codes that were sent. */
  readonly codes: readonly string[]
  /** Receiver's time − own time, ms; 0 when they agree. */
  readonly clockOffsetMs: number
  /** It takes one message a connection. */
  readonly perMessage: boolean
  /** Why the rules could not be judged. */
  readonly stopped?: string
  /** What came back to the good messages at the start. */
  readonly trial: readonly string[]
  /** It never answered at all. */
  readonly silent: boolean
  /** From the last byte of a good message to its acknowledgement, ms. */
  readonly latenciesMs: readonly number[]
  /** Good messages that were not acknowledged on the connection they belong to. */
  readonly unacknowledged: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  readonly rules: readonly RuleResult[]
}

/** What was seen of a rule, or why there was no conversation. */
export type Heard = readonly [rule: string, seen: Seen | string]

interface Asked extends Pick<SuiteReport, 'transport' | 'account' | 'unknownAccount'> {
  readonly host: string
  readonly port: number
  readonly keyed?: KeyedAccount | undefined
}

/** `stopped`: why the run did not come to its end; undefined when it did. */
export function reportOf(
  {host, port, transport, account, unknownAccount, keyed}: Asked,
  trial: Omit<Trial, 'why'> & {readonly stopped: string | undefined},
  heard: readonly Heard[],
  key: KeyTrial | undefined,
): SuiteReport {
  const {stopped, silent, perMessage, offsetMs} = trial
  const seen = new Map(heard)
  const missing = stopped ?? 'not asked'
  const tried = [...trial.conversations, ...(key?.conversations ?? [])]
  const all = [...tried, ...heard.flatMap(([, one]) => (typeof one === 'string' ? [] : [one]))]
  const good = all.flatMap(({before, behind}) => (behind === undefined ? [before] : [before, behind]))
  const encrypted = keyed?.account === account
  const sent = [
    ...[...NEGATIVE_RULES, ...GOOD_RULES].map((rule) =>
      sentResult(rule, seen.get(rule.rule) ?? missing, {transport, encrypted}),
    ),
    ...keyResults(keyed !== undefined, key, missing),
    ...KEYED_RULES.map((rule) =>
      keyed
        ? sentResult(rule, seen.get(rule.rule) ?? key?.why ?? missing, {transport, encrypted})
        : result(rule, notJudged(NEEDS_A_KEY), {open: false}),
    ),
  ]
  const gap = stopped ?? (sent.some(({open}) => open) ? 'not every rule could be asked' : undefined)
  const rules = [...sent, ...ANSWER_RULES.map((rule) => answerResult(rule, all, seen.get(rule.rule), gap))]
  return {
    receiver: receiverText({host, port}),
    transport,
    account,
    unknownAccount,
    keyedAccount: keyed?.account ?? null,
    key: keyed?.key.fingerprint ?? null,
    codes: trial.ready ? [TEST_CODE, UNKNOWN_CODE] : [TEST_CODE],
    clockOffsetMs: Math.round(offsetMs),
    perMessage,
    ...(stopped === undefined ? {} : {stopped}),
    trial: tried.flatMap((one) => one.all).map(shown),
    silent,
    latenciesMs: good.flatMap(tookMs),
    unacknowledged: good.filter((one) => one === 'anew' || !one.acked).length,
    verdicts: count(rules),
    rules: rules.toSorted((one, other) => place(one.rule) - place(other.rule)),
  }
}

function keyResults(isKeyed: boolean, key: KeyTrial | undefined, missing: string): RuleResult[] {
  const judged = new Map(key?.judgements)
  return KEY_TRIAL_RULES.map((rule) => {
    const answers = key?.conversations.flatMap(({all}) => all)
    const judgement = judged.get(rule.rule) ?? notJudged(isKeyed ? missing : NEEDS_A_KEY)
    return result(rule, judgement, {answers: judgement.culprit ? [judgement.culprit] : answers, open: isKeyed})
  })
}

interface Manner {
  readonly transport: Transport
  /** All good messages go encrypted. */
  readonly encrypted: boolean
}

function sentResult(rule: SentRule, seen: Seen | string, {transport, encrypted}: Manner): RuleResult {
  if (rule.clearOnly && encrypted) {
    return result(rule, notJudged('in clear only: an encrypted message must carry its time'), {open: false})
  }
  if (rule.transport !== undefined && rule.transport !== transport) {
    return result(rule, notJudged('over TCP only: a datagram is one message'), {open: false})
  }
  if (typeof seen === 'string') return result(rule, notJudged(seen), {open: true})
  return result(rule, judgeSent(rule, seen), {seen, open: true})
}

/** A refusal says something about the fault only when the same message without it is taken, before and behind. */
function judgeSent(rule: SentRule, seen: Seen): Judgement {
  const {behind, closed} = seen
  const doubt = doubtIn(seen)
  if (doubt !== undefined) return notJudged(doubt)
  const judged = rule.judge(seen)
  if (behind !== 'anew' || judged.verdict === 'fail' || (closed && !rule.goesOn)) return judged
  const how = closed ? 'it closed the connection' : 'the good message behind it got no answer on this connection'
  return {verdict: 'fail', detail: `${judged.detail}, but ${how}`, saw: judged.saw ?? 'lost'}
}

/** Which good message was not taken, so that nothing is shown. */
function doubtIn({before, behind}: Seen): string | undefined {
  if (!before.acked) return `the good message before it: ${before.why}`
  if (behind === undefined) return 'the good message behind it was not sent'
  return behind === 'anew' || behind.acked ? undefined : `the good message behind it: ${behind.why}`
}

/** What is wrong in one answer is wrong; that nothing is can only be said when everything was asked. */
function answerResult(
  rule: AnswerRule,
  all: readonly Seen[],
  own: Seen | string | undefined,
  missing: string | undefined,
): RuleResult {
  const judged = rule.judge(all)
  const asked = typeof own === 'object' ? own : undefined
  const gap = missing ?? (typeof own === 'string' ? own : asked && doubtIn(asked))
  const worst = judged.culprit ? [judged.culprit] : undefined
  const context = {seen: asked, answers: worst, open: gap !== undefined}
  if (judged.verdict === 'fail' || gap === undefined) return result(rule, judged, context)
  return result(rule, notJudged(gap), context)
}

interface Context {
  readonly seen?: Seen | undefined
  readonly answers?: readonly Answer[] | undefined
  readonly open: boolean
}

function result(text: RuleText, judged: Judgement, {seen, answers, open}: Context): RuleResult {
  const {rule, name, sends, expected} = text
  const {detail, saw} = judged
  const knownAs = judged.verdict === 'fail' ? knownFor(rule, saw) : undefined
  const verdict = knownAs === undefined ? judged.verdict : 'differs'
  return {
    rule,
    name,
    sends,
    expected,
    verdict,
    detail,
    ...(knownAs === undefined ? {} : {knownAs}),
    written: (seen?.sent ?? []).map(escaped),
    seen: (answers ?? seen?.answers ?? []).map(shown),
    open: open && verdict === 'not judged',
  }
}

function tookMs(message: GoodMessage | 'anew'): readonly number[] {
  return message === 'anew' || message.tookMs === undefined ? [] : [message.tookMs]
}

function notJudged(detail: string): Judgement {
  return {verdict: 'not judged', detail}
}

function count(rules: readonly RuleResult[]): Record<Verdict, number> {
  const verdicts: Record<Verdict, number> = {pass: 0, fail: 0, note: 0, differs: 0, 'not judged': 0}
  for (const {verdict} of rules) verdicts[verdict] += 1
  return verdicts
}

/** The numbered cases, then the key, the good messages, the answers. */
function place(rule: string): number {
  const [, group = '', digits = '', letter = ''] = /^([KGA]?)(\d+)([a-z]?)$/.exec(rule) ?? []
  return ['', 'K', 'G', 'A'].indexOf(group) * 1_000 + Number(digits) * 10 + (letter === 'b' ? 1 : 0)
}
