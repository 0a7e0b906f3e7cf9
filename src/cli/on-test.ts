/** `panel ontest`: what its flags ask of the platform, and which window an account means. */

import type {Clock} from '../lib/clock.ts'
import {parseDuration} from '../lib/duration.ts'
import {CitywatchError} from '../lib/errors.ts'
import {type SafeText, safeName, safeText} from '../lib/safe-text.ts'
import type {Alarm} from '../model/alarm.ts'
import {coversSignal, isOnTest, type OnTestWindow} from '../model/on-test.ts'
import {parseAccount} from '../panel/receiver-address.ts'
import type {PlatformClient} from '../platform/client.ts'
import {AuditLog} from './audit-log.ts'
import {operatorName} from './operator.ts'
import {type TimedWindow, timed} from './render/on-test.ts'

export interface StartFlags {
  readonly reason: string
  readonly for: string
  readonly partition?: string | undefined
  readonly zone?: readonly string[] | undefined
  readonly reference?: string | undefined
  readonly by?: string | undefined
}

/** Throws CW_BAD_VALUE, CW_CONFLICT, and what the platform throws. */
export async function startTest(
  client: PlatformClient,
  account: string,
  flags: StartFlags,
  clock: Clock,
): Promise<TimedWindow> {
  const by = byName(flags.by)
  const {partition, zone = [], reference} = flags
  const window = await client.startOnTest({
    account: parseAccount(account),
    reason: said('--reason', flags.reason),
    by,
    forMs: parseDuration(flags.for, '--for'),
    ...(partition === undefined ? {} : {partition: numberOf('--partition', partition)}),
    ...(zone.length === 0 ? {} : {zones: [...new Set(zone.map((text) => numberOf('--zone', text)))]}),
    ...(reference === undefined ? {} : {reference: said('--reference', reference)}),
  })
  await noted('ontest-start', window, by, clock, `${flags.for}: ${window.reason}`)
  return timed(window, window.startedAt)
}

export interface WhichWindow {
  /** Number of the window, where the account has several. */
  readonly window?: number | undefined
  readonly by?: string | undefined
}

/** Throws CW_BAD_VALUE, CW_CONFLICT, and what the platform throws. */
export async function extendTest(
  client: PlatformClient,
  account: string,
  flags: WhichWindow & {readonly for: string},
  clock: Clock,
): Promise<TimedWindow> {
  const by = byName(flags.by)
  const forMs = parseDuration(flags.for, '--for')
  const {id} = await theWindow(client, parseAccount(account), flags.window)
  const window = await client.extendOnTest({id, by, forMs})
  await noted('ontest-extend', window, by, clock, flags.for)
  return {...window, leftMs: forMs}
}

/** Throws CW_BAD_VALUE, and what the platform throws. */
export async function endTest(
  client: PlatformClient,
  account: string,
  flags: WhichWindow,
  clock: Clock,
): Promise<TimedWindow> {
  const by = byName(flags.by)
  const {id} = await theWindow(client, parseAccount(account), flags.window)
  const window = await client.endOnTest({id, by})
  await noted('ontest-end', window, by, clock)
  return {...window, leftMs: 0}
}

/** After the platform has done it: its number is part of what is noted. */
async function noted(
  what: 'ontest-start' | 'ontest-extend' | 'ontest-end',
  {id, account}: OnTestWindow,
  by: SafeText,
  clock: Clock,
  detail?: string,
): Promise<void> {
  await new AuditLog(clock, {by}).note({what, account, window: id, ...(detail === undefined ? {} : {detail})})
}

/** The account's open window. Throws CW_BAD_VALUE when it has none, or several and none is named. */
async function theWindow(client: PlatformClient, account: string, id: number | undefined): Promise<OnTestWindow> {
  const {windows} = await client.onTest({account, ...(id === undefined ? {} : {all: true})})
  const [first, ...others] = windows.filter((window) => id === undefined || window.id === id)
  if (first && others.length === 0) return first
  if (first) {
    const expected = `one of ${windows.map((window) => window.id).join(', ')}: several parts of account ${account} are on test`
    throw new CitywatchError('CW_BAD_VALUE', {field: '--window', value: 'missing', expected})
  }
  const field = id === undefined ? 'account' : '--window'
  const expected = id === undefined ? 'an account that is on test' : `the number of a window of account ${account}`
  throw new CitywatchError('CW_BAD_VALUE', {field, value: id ?? account, expected})
}

/** Who tests: the name given, else the user of this machine. */
function byName(name: string | undefined): SafeText {
  return said('--by', name ?? operatorName())
}

function said(field: string, text: string): SafeText {
  const name = safeName(text)
  if (name !== '') return name
  throw new CitywatchError('CW_BAD_VALUE', {field, value: "''", expected: 'some words'})
}

/** As signals name it: without leading zeros. */
function numberOf(field: string, text: string): string {
  if (/^\d{1,8}$/.test(text)) return text.replace(/^0+(?=\d)/, '')
  throw new CitywatchError('CW_BAD_VALUE', {field, value: safeText(text, 40), expected: 'a number'})
}

/** Each alarm with the open window that its account, partition and zone lie in now. */
export async function* marked(
  alarms: AsyncIterable<Alarm>,
  {windows, now}: {readonly windows: readonly OnTestWindow[]; readonly now: number},
): AsyncGenerator<Alarm & {readonly onTest?: number}> {
  const open = Map.groupBy(
    windows.filter((window) => isOnTest(window, now)),
    ({account}) => account,
  )
  for await (const alarm of alarms) {
    const scheme = /^\d/.test(alarm.code) ? 'contact-id' : 'sia'
    const window = open.get(alarm.account)?.find((one) => coversSignal(one, {...alarm, scheme}))
    yield window === undefined ? alarm : {...alarm, onTest: window.id}
  }
}
