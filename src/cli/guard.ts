/** What stands between a tester and a police car, as a command wires it: the platform's tests, the audit log, the line that says so. */
import type {Clock} from '../lib/clock.ts'
import {durationText} from '../lib/duration.ts'
import type {Audit} from '../panel/audit/entry.ts'
import {DispatchGuard, type GuardState, staysHere, type TestCover} from '../panel/dispatch-guard.ts'
import {parseAccount, parseReceiver} from '../panel/receiver-address.ts'
import {AuditLog} from './audit-log.ts'
import {failureOf} from './base-command.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import type {Language} from './i18n/language.ts'

export interface GuardFlags extends PlatformChoice {
  readonly account: string
  readonly 'i-know': boolean
}

export interface Safety {
  readonly cover: TestCover
  readonly audit: Audit
  /** What the guard stands on now: the first line that a sending command prints. */
  readonly line: string
}

/** Throws CW_BAD_ADDRESS, CW_BAD_VALUE. A platform that does not answer is no failure: then nothing is on test. */
export async function safetyOf(receiver: string, flags: GuardFlags, clock: Clock, language: Language): Promise<Safety> {
  const {host} = parseReceiver(receiver)
  const cover = coverOf(flags)
  const guard = new DispatchGuard({host, account: parseAccount(flags.account), iKnow: flags['i-know'], cover}, clock)
  return {cover, audit: new AuditLog(clock), line: guardLine(await guard.state(), clock.now(), language)}
}

/**
 * The same for many panels: each account must be on test by itself, and each is asked about when its turn comes. `receiver`:
 * the only one; absent when there may be others. Throws CW_BAD_ADDRESS.
 */
export function safetyForMany(
  receiver: string | undefined,
  flags: PlatformChoice & Pick<GuardFlags, 'i-know'>,
  clock: Clock,
): Safety {
  const isLocal = receiver !== undefined && staysHere(parseReceiver(receiver).host)
  const line = isLocal
    ? LOOPBACK
    : flags['i-know']
      ? OVERRIDE
      : 'what may send somebody out stays on this machine, but for accounts that are on test'
  return {cover: coverOf(flags), audit: new AuditLog(clock), line}
}

const LOOPBACK = 'loopback: nothing leaves this machine'
const OVERRIDE = 'override by --i-know'

/** The platform's on-test windows; it is asked only when a message would leave this machine. */
function coverOf(choice: PlatformChoice): TestCover {
  return {onTest: async (account) => (await platformClient(choice)).onTest({account})}
}

/** `on test: #12 until 14:30 (walk test), 1 h 20 min left`. */
function guardLine(state: GuardState, now: number, language: Language): string {
  switch (state.type) {
    case 'loopback':
      return LOOPBACK
    case 'override':
      return OVERRIDE
    case 'on-test': {
      const {window, leftMs} = state
      return `on test: #${window.id} until ${clockText(now + leftMs, now)} (${window.reason}), ${durationText(leftMs)} left`
    }
    case 'not-on-test': {
      const why = state.error ? ` (${failureOf(state.error, language).message})` : ''
      return `not on test${why}: codes that send somebody out are refused`
    }
  }
}

/** Hours and minutes here, with the day when it is another one. */
function clockText(at: number, now: number): string {
  const [day, time] = localText(at)
  return day === localText(now)[0] ? time : `${day} ${time}`
}

function localText(at: number): [day: string, time: string] {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return [day, `${two(date.getHours())}:${two(date.getMinutes())}`]
}
