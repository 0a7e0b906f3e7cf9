/** Puts a receiver to the test: every rule on a connection of its own, each refusal shown to be because of the fault. */
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import {pool} from '../../lib/pool.ts'
import type {Transport} from '../attempt.ts'
import {DispatchGuard, type TestCover} from '../dispatch-guard.ts'
import {parseEvent} from '../event.ts'
import type {Sequence} from '../sequence.ts'
import {KEY_ECHO} from './answer-rules.ts'
import {converse, type Desk, SEQS_PER_RULE} from './conversation.ts'
import {TEST_CODE, UNKNOWN_CODE} from './craft.ts'
import {GOOD_RULES} from './good-rules.ts'
import {cipherOf, KEY_TRIAL_CONVERSATIONS, type KeyedAccount, type KeyTrial, tryKey} from './key-trial.ts'
import {KEYED_RULES} from './keyed-rules.ts'
import {NEGATIVE_RULES} from './negative-rules.ts'
import {type Heard, reportOf, type SuiteReport} from './report.ts'
import type {SentRule} from './rule.ts'
import type {Stored} from './stored.ts'
import {TRIAL_CONVERSATIONS, type Trial, tryReceiver} from './trial.ts'

export interface SuiteOptions {
  readonly host: string
  readonly port: number
  readonly transport: Transport
  /** An account that the receiver knows, 3 to 16 hex digits; without a key unless it is the one of `keyed`. */
  readonly account: string
  readonly unknownAccount: string
  readonly sequence: Sequence
  /** Absent: the rules that need a key are not judged. When it is `account` itself, everything goes encrypted. */
  readonly keyed?: (KeyedAccount & {readonly sequence: Sequence}) | undefined
  /** Tells how often a message was stored, where that can be seen. */
  readonly stored?: Stored | undefined
  /** Rules at a time. */
  readonly concurrency: number
  /** How long an answer is waited for before it is silence, ms. */
  readonly waitMs: number
  /** Send to a receiver that is not this machine. */
  readonly iKnow: boolean
  /** Who knows what is on test; absent: nothing is. */
  readonly cover?: TestCover | undefined
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Rules in the order of their list. Throws CW_DISPATCH_GUARD before anything is sent, CW_UNREACHABLE and CW_TIMEOUT. */
export async function testReceiver(options: SuiteOptions): Promise<SuiteReport> {
  const {keyed, account, sequence, signal} = options
  const mayGo = await permission(options)
  const isOwnKey = keyed?.account === account
  const plain: Desk = {...options, secret: keyed?.key, offsetMs: 0, perMessage: false}
  const desk: Desk = isOwnKey ? {...plain, cipher: cipherOf(keyed)} : plain
  const trial = await tryReceiver(desk, await numbers(sequence, TRIAL_CONVERSATIONS))
  const key = await keyTrialOf({...desk, ...trial}, trial, options)
  const rules = trial.ready ? await askAll({...desk, ...trial}, key, options, mayGo) : []
  const why = isOwnKey && !trial.ready ? (key?.why ?? trial.why) : trial.why
  const silent = trial.silent && key?.silent !== false
  return reportOf(options, {...trial, silent, stopped: signal.aborted ? INTERRUPTED : why}, rules, key)
}

/** Says whether both accounts may still send what the suite sends. Throws CW_DISPATCH_GUARD when they may not now. */
async function permission({keyed, account, clock, ...options}: SuiteOptions): Promise<() => Promise<boolean>> {
  const accounts = [...new Set([account, keyed?.account ?? account])]
  const guards = accounts.map((one) => new DispatchGuard({...options, account: one.toUpperCase()}, clock))
  for (const guard of guards) await guard.require(SENT)
  return async () => {
    const permits = guards.flatMap((guard) => SENT.map((event) => guard.permit(event)))
    return (await Promise.all(permits)).every((permit) => permit !== null)
  }
}

/** Undefined without a key, and when the receiver does not even take clear messages. */
async function keyTrialOf(desk: Desk, {ready}: Trial, {keyed, account}: SuiteOptions): Promise<KeyTrial | undefined> {
  if (!keyed || desk.signal.aborted || (!ready && keyed.account !== account)) return undefined
  const seqs = await numbers(keyed.sequence, KEY_TRIAL_CONVERSATIONS)
  return tryKey({...desk, account: keyed.account, cipher: cipherOf(keyed)}, keyed, seqs)
}

const INTERRUPTED = 'interrupted'
const TEST_OVER = 'the account is no longer on test'
/** What the suite sends, as far as it means anything. */
export const SENT = [TEST_CODE, UNKNOWN_CODE].map(parseEvent)

type Asked = Pick<SentRule, 'rule' | 'steps' | 'transport' | 'counted' | 'clearOnly'>

async function askAll(
  desk: Desk,
  key: KeyTrial | undefined,
  {keyed, sequence, stored, concurrency, signal}: SuiteOptions,
  mayGo: () => Promise<boolean>,
): Promise<readonly Heard[]> {
  const fits = ({transport, clearOnly}: Asked) =>
    (transport === undefined || transport === desk.transport) && !(clearOnly && desk.cipher)
  const rules: readonly Asked[] = [...NEGATIVE_RULES, ...GOOD_RULES, KEY_ECHO].filter(fits)
  const keyedRules = keyed && key && key.why === undefined ? KEYED_RULES.filter(fits) : []
  const own = await numbers(sequence, rules.length)
  const theirs = keyed ? await numbers(keyed.sequence, keyedRules.length) : []
  const keyedDesk = keyed ? {...desk, account: keyed.account, cipher: cipherOf(keyed)} : desk
  const asked = [
    ...rules.map((rule, index) => ({rule, seqs: own[index] ?? [], desk})),
    ...keyedRules.map((rule, index) => ({rule, seqs: theirs[index] ?? [], desk: keyedDesk})),
  ]
  const heard: Heard[] = []
  const ask = async (one: (typeof asked)[number]): Promise<readonly Heard[]> =>
    (await mayGo()) ? askRule(one.rule, one.seqs, one.desk, stored) : [[one.rule.rule, TEST_OVER]]
  for await (const one of pool(asked, concurrency, ask, signal)) heard.push(...one)
  return heard
}

async function askRule(rule: Asked, seqs: readonly number[], desk: Desk, stored?: Stored): Promise<readonly Heard[]> {
  try {
    const seen = await converse(rule, seqs, desk)
    // A silence cut short is none.
    if (desk.signal.aborted) return [[rule.rule, INTERRUPTED]]
    const first = seen.seqs[0]
    if (!rule.counted || stored === undefined || first === undefined) return [[rule.rule, seen]]
    return [[rule.rule, {...seen, stored: await stored(first)}]]
  } catch (error) {
    if (isCitywatchError(error)) return [[rule.rule, 'the receiver could not be reached any more']]
    throw error
  }
}

/** Handed out before anything is sent: rules run side by side, and each number is used once. */
async function numbers(sequence: Sequence, conversations: number): Promise<number[][]> {
  const all: number[][] = []
  for (let index = 0; index < conversations; index++) {
    const seqs: number[] = []
    while (seqs.length < SEQS_PER_RULE) seqs.push(await sequence.next())
    all.push(seqs)
  }
  return all
}
