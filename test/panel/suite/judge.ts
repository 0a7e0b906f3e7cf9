/** Runs the suite against a receiver on this machine, and reads its report. */

import {memorySequence} from '../../../src/panel/sequence.ts'
import type {SuiteReport} from '../../../src/panel/suite/report.ts'
import {type SuiteOptions, testReceiver} from '../../../src/panel/suite/suite.ts'
import {clock, key, otherKey} from './receivers.ts'

/** A run waits for its clock, which waits for this process: on a busy machine that is long, and no failure. */
export const PATIENCE_MS = 180_000

export const judge = (port: number, change: Partial<SuiteOptions> = {}) =>
  testReceiver({
    host: '127.0.0.1',
    port,
    transport: 'tcp',
    account: '1234',
    unknownAccount: 'FEEDFACE0BAD',
    sequence: memorySequence(9_950),
    concurrency: 40,
    waitMs: 700,
    iKnow: false,
    clock,
    signal: new AbortController().signal,
    ...change,
  })

/** Account C0DE with its key. */
export const keyed = {account: 'C0DE', key, otherKey, sequence: memorySequence(5_000)}

export const found = ({rules}: SuiteReport) =>
  rules.flatMap(({rule, verdict}) => (verdict === 'fail' || verdict === 'differs' ? [`${rule} ${verdict}`] : []))
export const notJudged = ({rules}: SuiteReport) =>
  rules.filter(({verdict}) => verdict === 'not judged').map(({rule, open}) => (open ? `${rule} open` : rule))
export const ruleOf = ({rules}: SuiteReport, rule: string) => rules.find((one) => one.rule === rule)
