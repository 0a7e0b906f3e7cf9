/** `platform audit`: a platform's audit log as a list, and whether its chain holds. */
import * as Flags from '@oclif/core/flags'
import {CitywatchError} from '../lib/errors.ts'
import {safeText} from '../lib/safe-text.ts'
import {type AuditLine, readLine} from '../platform/audit/line.ts'
import {type AuditVerdict, verifyLines} from '../platform/audit/verify.ts'
import type {AuditItem} from '../platform/contract.ts'
import {type PlatformChoice, platformClient} from './context.ts'
import {platformFlags} from './flags.ts'
import type {Column} from './render/rows.ts'
import {momentOf} from './time-flag.ts'

export const auditPlaceFlags = {
  ...platformFlags,
  data: Flags.string({
    description: 'data folder of a platform, running or not, or a backup, instead of asking a platform',
    helpValue: 'DIR|FILE',
    helpGroup: 'PLATFORM',
    exclusive: ['context', 'platform'],
  }),
}

interface Place extends PlatformChoice {
  readonly data?: string | undefined
}

export interface AuditFlags extends Place {
  readonly who?: string | undefined
  readonly what?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly after?: number | undefined
}

/** A line that cannot be read has only its number and its hash. */
export type AuditRow = {readonly n: number; readonly hash: string} & Partial<Omit<AuditLine, 'n'>>

export const AUDIT_COLUMNS: readonly Column<AuditRow>[] = [
  {name: 'n', header: 'LINE', value: ({n}) => n},
  {name: 'at', header: 'AT', value: ({at}) => (at === undefined ? undefined : new Date(at).toISOString())},
  {name: 'who', header: 'WHO', value: ({who}) => who},
  {name: 'role', header: 'ROLE', value: ({role}) => role},
  {name: 'from', header: 'FROM', value: ({from}) => from},
  {name: 'what', header: 'WHAT', value: ({what}) => what ?? '(unreadable)'},
  {name: 'on', header: 'ON', value: ({on}) => on},
  {name: 'place', header: 'JURISDICTION', value: ({place}) => place},
  {name: 'detail', header: 'DETAIL', value: ({detail}) => detail},
  {name: 'hash', header: 'SHA-256', value: ({hash}) => hash, wide: true},
]

/** Lines by number. Throws CW_BAD_VALUE, CW_FORBIDDEN, CW_FILE_NOT_FOUND, CW_IO. */
export async function* auditRows(flags: AuditFlags, now: number): AsyncGenerator<AuditRow> {
  const {who, what, since, until, after} = flags
  const filter = {
    ...(who === undefined ? {} : {who}),
    ...(what === undefined ? {} : {what}),
    ...(after === undefined ? {} : {after}),
    ...(since === undefined ? {} : {since: Math.max(0, momentOf('--since', since, now, -1))}),
    ...(until === undefined ? {} : {until: Math.max(0, momentOf('--until', until, now, -1))}),
  }
  if (flags.data === undefined) {
    for await (const item of (await platformClient(flags)).auditLines(filter)) yield rowOf(item)
    return
  }
  yield* fileRows(flags.data, {since: 0, until: Number.MAX_SAFE_INTEGER, ...filter})
}

const PAGE = 2_000

async function* fileRows(
  place: string,
  filter: {
    readonly who?: string
    readonly what?: string
    readonly since: number
    readonly until: number
    readonly after?: number
  },
): AsyncGenerator<AuditRow> {
  const {openAuditFile} = await import('../platform/store/sqlite/audit-file.ts')
  const file = openAuditFile(place)
  try {
    let after: number | undefined = filter.after ?? 0
    while (after !== undefined) {
      const page = file.page({...filter, after, limit: PAGE, within: ''})
      for (const item of page.rows) yield rowOf(item)
      after = page.next
    }
  } finally {
    file.close()
  }
}

/** The line's texts are of others' making: made safe again. */
function rowOf({n, line, hash}: AuditItem): AuditRow {
  const read = readLine(line)
  if (read === undefined) return {n, hash}
  const {at, who, role, from, what, on, place, detail} = read
  const texts = Object.entries({who, role, from, what, on, place, detail}).filter(([, text]) => text !== undefined)
  return {n, at, ...Object.fromEntries(texts.map(([name, text]) => [name, safeText(String(text))])), hash}
}

/** Throws CW_FORBIDDEN for who is cut to a jurisdiction, CW_BAD_VALUE, CW_FILE_NOT_FOUND, CW_IO. */
export async function verifyAudit(
  flags: Place & {readonly expect?: string | undefined},
): Promise<AuditVerdict & {readonly of: string}> {
  const expect = flags.expect?.toLowerCase()
  if (expect !== undefined && !/^[0-9a-f]{64}$/.test(expect)) {
    throw new CitywatchError('CW_BAD_VALUE', {
      field: '--expect',
      value: safeText(expect, 80),
      expected: '64 hex digits',
    })
  }
  if (flags.data !== undefined) {
    const {openAuditFile} = await import('../platform/store/sqlite/audit-file.ts')
    const file = openAuditFile(flags.data)
    try {
      return {of: file.path, ...(await verifyLines(file.lines(), expect))}
    } finally {
      file.close()
    }
  }
  const client = await platformClient(flags)
  const {jurisdiction} = await client.whoami()
  if (jurisdiction !== '') {
    const detail = `only lines of ${jurisdiction} are shown to you, and a chain is checked whole`
    throw new CitywatchError('CW_FORBIDDEN', {what: 'checking the audit log', detail})
  }
  return {of: client.url, ...(await verifyLines(client.auditLines(), expect))}
}

export function verdictLines({
  of,
  state,
  lines,
  head,
  line,
  why,
  expected,
}: AuditVerdict & {readonly of: string}): string {
  if (state === 'broken') {
    return `${of}: broken at line ${line}: ${why}\nlines 1 to ${lines} hold together; what stands behind line ${lines} proves nothing`
  }
  const told = [`${of}: ${lines} lines, chain intact`, `head ${head}`]
  if (expected === 'missing')
    told.push('the hash of --expect is not in it: lines were cut off, or the log was written anew')
  if (expected === 'found') told.push('the hash of --expect is in it: nothing up to there was changed or cut off')
  if (expected === undefined)
    told.push('lines cut off the end would not show: keep the head elsewhere, and give it to --expect next time')
  return told.join('\n')
}
