/** `panel walktest`: its flags as a walk: which checklist, whose signals, which record, and who is told that it is a test. */
import {join} from 'node:path'
import type {Clock} from '../lib/clock.ts'
import {parseDuration} from '../lib/duration.ts'
import {CitywatchError} from '../lib/errors.ts'
import {safeName, safeText} from '../lib/safe-text.ts'
import {accountIn, parseReceiver} from '../panel/receiver-address.ts'
import {RecordFile} from '../panel/record/file.ts'
import {ownReceiver} from '../panel/walk/own-receiver.ts'
import type {SignalSource} from '../panel/walk/source.ts'
import {type Beginning, Walk} from '../panel/walk/walk.ts'
import type {PlatformClient} from '../platform/client.ts'
import {AuditLog} from './audit-log.ts'
import {platformClient} from './context.ts'
import {operatorName} from './operator.ts'
import {keysOf} from './panel-keys.ts'
import {stateFolder} from './paths.ts'
import {skipsOf} from './walk-decisions.ts'
import {platformOnTest} from './walk-on-test.ts'
import {platformSource} from './walk-platform.ts'
import {type ListedZone, ofAccount, pointsOf, zonesIn} from './walk-points.ts'

export interface WalkFlags {
  readonly account?: string | undefined
  readonly zones?: string | undefined
  readonly partition?: readonly string[] | undefined
  readonly panic: boolean
  readonly listen?: string | undefined
  readonly keys?: string | undefined
  readonly record?: string | undefined
  readonly fresh: boolean
  readonly reason: string
  readonly for: string
  readonly by?: string | undefined
  readonly skip?: readonly string[] | undefined
  readonly timeout?: string | undefined
  readonly context?: string | undefined
  readonly platform?: string | undefined
}

export interface Surroundings {
  readonly clock: Clock
  /** citywatch's version. */
  readonly tool: string
  readonly signal: AbortSignal
  readonly note: (text: string) => void
  readonly warn: (text: string) => void
}

/**
 * Everything is checked before the account is put on test, and nothing is left open when this throws: CW_BAD_VALUE for the
 * flags and the file, CW_LOCKED for the record, CW_PORT_IN_USE, CW_NO_PLATFORM, CW_CONFLICT when a part of the account
 * is on test already.
 */
export async function beginWalk(
  flags: WalkFlags,
  surroundings: Surroundings,
): Promise<{readonly walk: Walk; readonly beginning: Beginning}> {
  const {clock, tool} = surroundings
  const forMs = parseDuration(flags.for, '--for')
  if (flags.reason.trim() === '') throw missing('--reason', 'why the account is on test')
  const client = usesPlatform(flags) ? await platformClient(flags) : undefined
  const {account, zones, checklist} = await checklistOf(flags, client, surroundings)
  const points = pointsOf(zones, {partitions: (flags.partition ?? []).map(plainNumber), panic: flags.panic})
  if (points.every(({asked}) => asked === false))
    throw missing('--partition or --panic', `what fits a zone of account ${account}`)
  const skips = skipsOf(flags.skip ?? [], points)
  const record = await RecordFile.open(flags.record ?? defaultRecord(account), {fresh: flags.fresh, now: clock.now()})
  const source = await sourceOf(flags, account, client, surroundings).catch(async (error: unknown) => {
    await record.close()
    throw error
  })
  const by = safeName(flags.by ?? operatorName())
  const onTest = client && {
    service: platformOnTest(client, clock, new AuditLog(clock, {by})),
    reason: safeName(flags.reason),
    forMs,
  }
  const options = {account, points, checklist, by, tool, record, source, clock, ...(onTest ? {onTest} : {})}
  const begun = await Walk.begin(options)
  for (const {key, reason} of skips) await begun.walk.decide('skip', key, reason)
  return begun
}

/** Without --listen the signals are the platform's; with it, the platform is needed for the checklist, or because it was named. */
function usesPlatform({listen, zones, platform, context}: WalkFlags): boolean {
  return listen === undefined || zones === undefined || platform !== undefined || context !== undefined
}

async function checklistOf(flags: WalkFlags, client: PlatformClient | undefined, {note, signal}: Surroundings) {
  const wanted = flags.account === undefined ? undefined : accountIn('--account', flags.account)
  if (flags.zones !== undefined) {
    const zones = await zonesIn(flags.zones, note, signal)
    return {...ofAccount(zones, wanted, flags.zones), checklist: safeText(flags.zones, 200)}
  }
  if (wanted === undefined || client === undefined) throw missing('--account', 'the account of the panel to test')
  const zones: ListedZone[] = []
  for await (const zone of client.devices('zone', wanted)) zones.push(zone)
  return {
    ...ofAccount(zones, wanted, `${client.url} (site import, or --zones FILE)`),
    checklist: safeText(client.url, 200),
  }
}

async function sourceOf(
  {listen, keys}: WalkFlags,
  account: string,
  client: PlatformClient | undefined,
  {clock, warn}: Surroundings,
): Promise<SignalSource> {
  if (listen === undefined && client) return platformSource(client, account, clock)
  const known = keys === undefined ? {} : {keys: await keysOf(keys, warn)}
  return ownReceiver({...listenAddress(listen ?? ''), account, clock, ...known})
}

/** `8031`, `:8031`, `0.0.0.0`, `0.0.0.0:8031`; port 0 lets the system choose. */
function listenAddress(text: string): {readonly host: string; readonly port: number} {
  const [, host = '', port] = /^(.*?):?\b(\d{1,5})$/.exec(text) ?? []
  const isPortOnly = port !== undefined && (host === '' || host === ':') && Number(port) <= 65_535
  if (isPortOnly) return {host: '127.0.0.1', port: Number(port)}
  if (/:0$/.test(text)) return {host: parseReceiver(text.slice(0, -2)).host, port: 0}
  return parseReceiver(text)
}

function defaultRecord(account: string): string {
  return join(stateFolder(), 'walk', `${account}.jsonl`)
}

function plainNumber(text: string): string {
  if (/^\d{1,8}$/.test(text)) return text.replace(/^0+(?=\d)/, '')
  throw new CitywatchError('CW_BAD_VALUE', {
    field: '--partition',
    value: safeText(text, 40),
    expected: 'a number; 0: no partition',
  })
}

function missing(field: string, expected: string): CitywatchError {
  return new CitywatchError('CW_BAD_VALUE', {field, value: 'missing', expected})
}
