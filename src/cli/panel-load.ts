/** `panel load`: the flags as a load run, its progress, and the exit status of its report. */
import type {Clock} from '../lib/clock.ts'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Transport} from '../panel/attempt.ts'
import {type LoadEar, loadReceiver} from '../panel/load/load.ts'
import {isComplete, isSilent, type LoadLine, type LoadReport} from '../panel/load/report.ts'
import {accountIn, parseReceiver, receiverText} from '../panel/receiver-address.ts'
import {ATTEMPTS} from '../panel/send.ts'
import {parseDuration} from '../panel/supervision/duration.ts'
import type {Safety} from './guard.ts'
import {type AccountFlags, accountsOf} from './panel-accounts.ts'
import {keysOf} from './panel-keys.ts'
import {recordAt, runLine} from './panel-record.ts'
import {progress} from './progress.ts'

export interface LoadFlags extends AccountFlags {
  readonly panels?: number | undefined
  readonly 'first-account': string
  readonly keys?: string | undefined
  readonly rate: number
  readonly ramp: string
  readonly hold: string
  readonly mix: string
  readonly seed: number
  readonly connections: number
  readonly transport: Transport
  readonly timeout: number
  readonly attempts?: number | undefined
  readonly capture?: string | undefined
  readonly record?: string | undefined
  readonly 'i-know': boolean
  readonly safety: Safety
}

interface Desk {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly warn: (text: string) => void
  /** citywatch's version. */
  readonly tool: string
}

/** Progress goes to standard error. Throws as `loadReceiver`, `accountsOf` and `keysOf`; nothing is sent then. */
export async function loadBy(receiver: string, flags: LoadFlags, desk: Desk): Promise<LoadReport> {
  const {clock, signal, warn, tool} = desk
  const keys = flags.keys === undefined ? undefined : await keysOf(flags.keys, warn)
  const accounts = await sendersOf(flags, keys)
  const address = parseReceiver(receiver)
  const {transport, rate, mix, seed, connections, capture} = flags
  const times = {rampMs: durationOrNone(flags.ramp, '--ramp'), holdMs: durationOrNone(flags.hold, '--hold')}
  const record = await recordAt(flags.record)
  const account = accounts[0] ?? ''
  const {cover, audit} = flags.safety
  const detail = `load of ${accounts.length} accounts at ${rate}/s`
  await audit.note({what: flags['i-know'] ? 'override' : 'send', account, receiver: receiverText(address), detail})
  const bar = progress(() => clock.now())
  try {
    await record?.append(runLine({test: 'load', at: clock.now(), account, tool, receiver, transport, key: null}))
    const report = await loadReceiver(
      {
        ...address,
        ...times,
        accounts,
        keys,
        transport,
        rate,
        mix,
        seed,
        connections,
        capture,
        attempts: flags.attempts ?? ATTEMPTS[transport],
        waitMs: flags.timeout,
        iKnow: flags['i-know'],
        cover,
        clock,
        stopwatch: () => performance.now(),
        signal,
      },
      (at) => bar.step(progressLine(at)),
    )
    const line: LoadLine = {type: 'load', at: clock.now(), account, report}
    await record?.append(line)
    return report
  } finally {
    bar.end()
    await record?.close()
  }
}

/** 0 everything was sent and acknowledged · 5 not one answer came · 3 anything between. */
export function loadExit(report: LoadReport): 0 | 3 | 5 {
  if (isSilent(report)) return 5
  return isComplete(report) ? 0 : 3
}

/** Those that are named, those that are made up, or those that have a key. */
async function sendersOf(flags: LoadFlags, keys: ReadonlyMap<string, unknown> | undefined): Promise<string[]> {
  const isNamed = flags.account !== undefined || flags.accounts !== undefined || flags.all === true
  const named = isNamed ? await accountsOf(flags, 'panel load') : []
  const made = flags.panels === undefined ? [] : madeUp(flags.panels, flags['first-account'])
  const all = [...new Set([...named, ...made])]
  if (all.length > 0) return all
  if (keys) return [...keys.keys()]
  throw new CitywatchError('CW_USAGE', {detail: 'one of --panels, --account, --accounts, --all and --keys is needed'})
}

/** As many digits as the first one has. */
function madeUp(count: number, first: string): string[] {
  const digits = accountIn('--first-account', first)
  const start = BigInt(`0x${digits}`)
  if (start + BigInt(count) > 16n ** BigInt(digits.length)) {
    const expected = `a number that leaves room for ${count} accounts of ${digits.length} digits`
    throw new CitywatchError('CW_BAD_VALUE', {field: '--first-account', value: safeText(first, 40), expected})
  }
  const text = (index: number) => (start + BigInt(index)).toString(16).toUpperCase().padStart(digits.length, '0')
  return Array.from({length: count}, (_, index) => text(index))
}

function durationOrNone(text: string, field: string): number {
  return /^0+(?:ms|s|m|h|d)?$/.test(text.trim()) ? 0 : parseDuration(text, field)
}

function progressLine({phase, planned, sent, acked, lost}: Parameters<LoadEar>[0]): string {
  return `${phase}: ${sent} of ${planned} sent, ${acked} acknowledged, ${lost} lost`
}
