/** `panel test`: the flags as a run of the negative suite, and the exit status of its report. */
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import type {Transport} from '../panel/attempt.ts'
import {accountIn, parseAccount, parseReceiver, receiverText} from '../panel/receiver-address.ts'
import {fileSequence} from '../panel/sequence.ts'
import type {SuiteReport} from '../panel/suite/report.ts'
import {storedIn} from '../panel/suite/stored.ts'
import {type SuiteOptions, testReceiver} from '../panel/suite/suite.ts'
import {otherForm, parseKey} from '../protocol/dc09/key.ts'
import type {PlatformChoice} from './context.ts'
import {type Safety, safetyForMany, safetyOf} from './guard.ts'
import type {Language} from './i18n/language.ts'
import {type KeyFlags, writtenKeyOf} from './panel-keys.ts'
import type {FleetFlags} from './panel-test-fleet.ts'
import {stateFolder} from './paths.ts'
import {recordSuite} from './suite-record.ts'

export interface PanelTestFlags extends KeyFlags {
  readonly account?: readonly string[] | undefined
  readonly 'unknown-account': string
  readonly transport: Transport
  readonly timeout: number
  readonly concurrency: number
  readonly 'i-know': boolean
  readonly capture?: string | undefined
  readonly 'keyed-account'?: string | undefined
  readonly record?: string | undefined
  readonly safety: Safety
}

/** True when the flags name more than one panel, or may. Throws CW_USAGE for flags that are about one receiver only. */
export function isFleet(flags: Omit<FleetFlags & PanelTestFlags, 'safety'>): boolean {
  const {account = [], accounts, all, panels, keys, record, fresh} = flags
  const many =
    account.length > 1 || accounts !== undefined || all === true || panels !== undefined || keys !== undefined
  const foreign = many ? ONE_ONLY.filter((name) => flags[name] !== undefined) : []
  if (foreign.length > 0) throw usage(`--${foreign[0]} is for one account; many panels have their keys in --keys`)
  if (fresh && record === undefined) throw usage('--fresh is about a record: give --record as well')
  if (fresh && !many) throw usage('one account is always tested again: --fresh is for many panels')
  return many
}

const ONE_ONLY = ['capture', 'key-file', 'key-form', 'keyed-account'] as const

/** What guards the run. Throws CW_USAGE without receiver or account where one is needed, CW_BAD_ADDRESS and CW_BAD_VALUE. */
export async function safetyFor(
  receiver: string | undefined,
  flags: Omit<FleetFlags & PanelTestFlags, 'safety'> & PlatformChoice,
  clock: Clock,
  language: Language,
): Promise<Safety> {
  if (isFleet(flags)) return safetyForMany(flags.panels === undefined ? receiver : undefined, flags, clock)
  const one = oneOf(receiver, flags)
  return safetyOf(one.receiver, {...flags, account: one.account}, clock, language)
}

function oneOf(receiver: string | undefined, {account = []}: Pick<PanelTestFlags, 'account'>) {
  const [named] = account
  if (receiver === undefined) throw usage('which receiver? HOST or HOST:PORT')
  if (named === undefined) throw usage('which panel? --account A, or --accounts, --all or --panels for many')
  return {receiver, account: parseAccount(named)}
}

/** Throws CW_BAD_ADDRESS, CW_BAD_VALUE and CW_USAGE, what keys and records throw, and what `testReceiver` throws. */
export async function reportFor(
  receiver: string | undefined,
  flags: PanelTestFlags,
  clock: Clock,
  signal: AbortSignal,
  warn: (text: string) => void,
): Promise<SuiteReport> {
  const options = await optionsOf(receiver, flags, clock, signal, warn)
  return flags.record === undefined ? testReceiver(options) : recordSuite(flags.record, options)
}

async function optionsOf(
  receiver: string | undefined,
  flags: PanelTestFlags,
  clock: Clock,
  signal: AbortSignal,
  warn: (text: string) => void,
): Promise<SuiteOptions> {
  const {receiver: place, account} = oneOf(receiver, flags)
  const keyed = await keyedOf(flags, account, warn)
  const unknownAccount = accountIn('--unknown-account', flags['unknown-account'])
  if (unknownAccount === account || unknownAccount === keyed?.account) {
    throw new CitywatchError('CW_BAD_VALUE', {
      field: '--unknown-account',
      value: unknownAccount,
      expected: 'another account than --account and --keyed-account',
    })
  }
  const address = parseReceiver(place)
  await flags.safety.audit.note({what: 'suite', account, receiver: receiverText(address)})
  return {
    ...address,
    transport: flags.transport,
    account,
    unknownAccount,
    sequence: fileSequence(stateFolder(), account),
    keyed,
    stored: flags.capture === undefined ? undefined : await storedIn(flags.capture, account),
    concurrency: flags.concurrency,
    waitMs: flags.timeout,
    iKnow: flags['i-know'],
    cover: flags.safety.cover,
    clock,
    signal,
  }
}

function usage(detail: string): CitywatchError {
  return new CitywatchError('CW_USAGE', {detail})
}

/** The account that the key of --key-file belongs to: --keyed-account, else --account. */
async function keyedOf(
  flags: PanelTestFlags,
  account: string,
  warn: (text: string) => void,
): Promise<SuiteOptions['keyed']> {
  const written = await writtenKeyOf(flags, warn)
  const named = flags['keyed-account']
  if (!written && named !== undefined) {
    throw new CitywatchError('CW_USAGE', {detail: '--keyed-account needs --key-file and --key-form'})
  }
  if (!written) return undefined
  const keyedAccount = named === undefined ? account : accountIn('--keyed-account', named)
  return {
    account: keyedAccount,
    key: parseKey(written.text, written.form),
    otherKey: otherForm(written.text, written.form),
    sequence: fileSequence(stateFolder(), keyedAccount),
  }
}

/** 0 every rule that could be judged is kept · 5 it never answered · 3 a rule is broken, or one that should be judged was not. */
export function testExit({silent, verdicts, rules}: SuiteReport): 0 | 3 | 5 {
  if (silent) return 5
  return verdicts.fail + verdicts.differs > 0 || rules.some(({open}) => open) ? 3 : 0
}
