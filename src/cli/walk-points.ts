/** The checklist of a walk test: zones of the inventory, or of a file with the same columns. */
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import type {Zone} from '../model/device.ts'
import {isLifeSafety} from '../panel/walk/codes.ts'
import type {WalkPoint} from '../panel/walk/lines.ts'
import {numberOf} from '../panel/walk/match.ts'
import {mapColumns, wishesOf} from '../site/mapping.ts'
import type {Finding} from '../site/rules.ts'
import {sourceOf} from '../site/source.ts'
import {survey} from '../site/survey.ts'
import {openTable} from '../site/table.ts'
import {ruleWords} from './i18n/site-rules.ts'

export type ListedZone = Pick<Zone, 'key' | 'name' | 'account' | 'partition' | 'zone' | 'code'>

export interface WalkScope {
  /** Only these partitions, and life safety; empty: all. */
  readonly partitions: readonly string[]
  /** Only life safety. */
  readonly panic: boolean
}

/** Points of more zones than any panel has are a mistake. */
const MAX_POINTS = 20_000

/** In the order of partitions and zones. Zones outside the scope stay in it: they are known, but not asked for. */
export function pointsOf(zones: readonly ListedZone[], scope: WalkScope): WalkPoint[] {
  return zones.map((zone) => pointOf(zone, scope)).sort(byPlace)
}

function pointOf({key, name, partition, zone, code}: ListedZone, {partitions, panic}: WalkScope): WalkPoint {
  const number = numberOf(partition)
  const isLife = isLifeSafety(code)
  const isWanted = isLife || (!panic && (partitions.length === 0 || partitions.includes(number ?? '0')))
  return {
    key,
    name,
    ...(number === undefined ? {} : {partition: number}),
    zone: numberOf(zone) ?? '0',
    ...(code === undefined ? {} : {code}),
    ...(isWanted ? {} : {asked: false}),
  }
}

function byPlace(one: WalkPoint, other: WalkPoint): number {
  const by = Number(one.partition ?? 0) - Number(other.partition ?? 0) || Number(one.zone) - Number(other.zone)
  return by || (one.key < other.key ? -1 : 1)
}

/** Every zone of a CSV or JSON file, whatever its account. Throws what opening a table throws, and CW_BAD_VALUE when a row is not right. */
export async function zonesIn(path: string, tell: (text: string) => void, signal: AbortSignal): Promise<ListedZone[]> {
  const table = await openTable(await sourceOf(path, process.stdin, signal), [])
  const {drafts, rejected, findings, rows} = await survey(table, mapColumns(table.header, wishesOf([]), 'zone'), {
    prefix: [],
    kind: 'zone',
  })
  for (const finding of findings) if (finding.severity === 'error') tell(findingText(path, finding))
  // A row that is left out would be a zone that nobody misses.
  if (rejected.length > 0) {
    const expected = 'rows that are all right: a zone that is left out is one that nobody misses'
    throw new CitywatchError('CW_BAD_VALUE', {field: path, value: `${rejected.length} of ${rows} rows`, expected})
  }
  if (drafts.length > MAX_POINTS) throw new CitywatchError('CW_TOO_LARGE', {path, what: 'zones', limit: MAX_POINTS})
  return drafts.flatMap(({kind, key, name, account, partition, zone, code}) =>
    kind !== 'zone' || account === undefined || zone === undefined
      ? []
      : [
          {
            key,
            name,
            account,
            zone,
            ...(partition === undefined ? {} : {partition}),
            ...(code === undefined ? {} : {code}),
          },
        ],
  )
}

/** The zones of one account. Without `account`, the file must have one only. Throws CW_BAD_VALUE. */
export function ofAccount(
  zones: readonly ListedZone[],
  account: string | undefined,
  where: string,
): {readonly account: string; readonly zones: readonly ListedZone[]} {
  const accounts = [...new Set(zones.map((zone) => zone.account))].sort()
  const chosen = account ?? (accounts.length === 1 ? accounts[0] : undefined)
  const known = accounts.slice(0, 8).join(', ') || 'no zones at all'
  const field = '--account'
  if (chosen === undefined) {
    throw new CitywatchError('CW_BAD_VALUE', {
      field,
      value: 'missing',
      expected: `one of the accounts in ${where}: ${known}`,
    })
  }
  const own = zones.filter((zone) => zone.account === chosen)
  if (own.length > 0) return {account: chosen, zones: own}
  const expected = `an account with zones in ${safeText(where, 200)} (it has ${known})`
  throw new CitywatchError('CW_BAD_VALUE', {field, value: chosen, expected})
}

function findingText(path: string, {line, letter, rule, value}: Finding): string {
  const {found, fix} = ruleWords(rule, 'en')
  const cell = `${letter === undefined ? '' : `, column ${letter}`}${value === undefined ? '' : ` (${value})`}`
  return `${path} line ${line}${cell}: ${found} — ${fix}`
}
