/** `panel test`: the flags as a run of the negative suite, and the exit status of its report. */
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import {accountIn, parseAccount, parseReceiver} from '../panel/receiver-address.ts'
import type {Transport} from '../panel/send.ts'
import {fileSequence} from '../panel/sequence.ts'
import type {SuiteReport} from '../panel/suite/report.ts'
import {storedIn} from '../panel/suite/stored.ts'
import {testReceiver} from '../panel/suite/suite.ts'
import type {Safety} from './guard.ts'
import {stateFolder} from './paths.ts'

export interface PanelTestFlags {
  readonly account: string
  readonly 'unknown-account': string
  readonly transport: Transport
  readonly timeout: number
  readonly concurrency: number
  readonly 'i-know': boolean
  readonly capture?: string | undefined
  readonly safety: Safety
}

/** Throws CW_BAD_ADDRESS and CW_BAD_VALUE, and what `testReceiver` throws. */
export async function reportFor(
  receiver: string,
  flags: PanelTestFlags,
  clock: Clock,
  signal: AbortSignal,
): Promise<SuiteReport> {
  const account = parseAccount(flags.account)
  const unknownAccount = accountIn('--unknown-account', flags['unknown-account'])
  if (unknownAccount === account) {
    throw new CitywatchError('CW_BAD_VALUE', {
      field: '--unknown-account',
      value: unknownAccount,
      expected: 'another account than --account',
    })
  }
  const address = parseReceiver(receiver)
  await flags.safety.audit.note({what: 'suite', account, receiver: `${address.host}:${address.port}`})
  return testReceiver({
    ...address,
    transport: flags.transport,
    account,
    unknownAccount,
    sequence: fileSequence(stateFolder(), account),
    stored: flags.capture === undefined ? undefined : await storedIn(flags.capture, account),
    concurrency: flags.concurrency,
    waitMs: flags.timeout,
    iKnow: flags['i-know'],
    cover: flags.safety.cover,
    clock,
    signal,
  })
}

/** 0 every rule that could be judged is kept · 5 it never answered · 3 a rule is broken, or one that should be judged was not. */
export function testExit({silent, verdicts, rules}: SuiteReport): 0 | 3 | 5 {
  if (silent) return 5
  return verdicts.fail + verdicts.differs > 0 || rules.some(({open}) => open) ? 3 : 0
}
