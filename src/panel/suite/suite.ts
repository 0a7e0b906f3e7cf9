/** Puts a receiver to the test: every rule on a connection of its own, each refusal shown to be because of the fault. */
import type {Clock} from '../../lib/clock.ts'
import {isCitywatchError} from '../../lib/errors.ts'
import {pool} from '../../lib/pool.ts'
import {DispatchGuard, type TestCover} from '../dispatch-guard.ts'
import {parseEvent} from '../event.ts'
import type {Transport} from '../send.ts'
import type {Sequence} from '../sequence.ts'
import {KEY_ECHO} from './answer-rules.ts'
import {converse, type Desk, SEQS_PER_RULE} from './conversation.ts'
import {TEST_CODE, UNKNOWN_CODE} from './craft.ts'
import {GOOD_RULES} from './good-rules.ts'
import {NEGATIVE_RULES} from './negative-rules.ts'
import {type Heard, reportOf, type SuiteReport} from './report.ts'
import type {SentRule} from './rule.ts'
import type {Stored} from './stored.ts'
import {TRIAL_CONVERSATIONS, tryReceiver} from './trial.ts'

export interface SuiteOptions {
  readonly host: string
  readonly port: number
  readonly transport: Transport
  /** An account that the receiver knows, without a key: 3 to 16 hex digits. */
  readonly account: string
  readonly unknownAccount: string
  readonly sequence: Sequence
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
  const guard = new DispatchGuard({...options, account: options.account.toUpperCase()}, options.clock)
  await guard.require(SENT)
  const desk: Desk = {...options, offsetMs: 0, perMessage: false}
  const mayGo = async () => (await Promise.all(SENT.map((event) => guard.permit(event)))).every(Boolean)
  const trial = await tryReceiver(desk, await numbers(options.sequence, TRIAL_CONVERSATIONS))
  const rules = trial.ready ? await askAll({...desk, ...trial}, options, mayGo) : []
  const stopped = options.signal.aborted ? INTERRUPTED : trial.why
  return reportOf(options, {...trial, stopped}, rules)
}

const INTERRUPTED = 'interrupted'
const TEST_OVER = 'the account is no longer on test'
const SENT = [TEST_CODE, UNKNOWN_CODE].map(parseEvent)

type Asked = Pick<SentRule, 'rule' | 'steps' | 'transport' | 'counted'>

async function askAll(
  desk: Desk,
  {sequence, stored, concurrency, signal}: SuiteOptions,
  mayGo: () => Promise<boolean>,
): Promise<readonly Heard[]> {
  const asked: readonly Asked[] = [...NEGATIVE_RULES, ...GOOD_RULES, KEY_ECHO]
  const fitting = asked.filter(({transport}) => transport === undefined || transport === desk.transport)
  const seqs = await numbers(sequence, fitting.length)
  const heard: Heard[] = []
  const ask = async (index: number): Promise<readonly Heard[]> => {
    const rule = fitting[index]
    if (rule && !(await mayGo())) return [[rule.rule, TEST_OVER]]
    return askRule(rule, seqs[index] ?? [], desk, stored)
  }
  for await (const one of pool(fitting.keys(), concurrency, ask, signal)) heard.push(...one)
  return heard
}

async function askRule(
  rule: Asked | undefined,
  seqs: readonly number[],
  desk: Desk,
  stored?: Stored,
): Promise<readonly Heard[]> {
  if (!rule) return []
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
