/** Reads a whole inventory: every row a draft or rejected, and every finding of the file in one pass. */
import {safeText} from '../lib/safe-text.ts'
import type {Draft} from './draft.ts'
import {MAX_FINDINGS} from './limits.ts'
import type {Mapping} from './mapping.ts'
import {readRow} from './record.ts'
import {type Finding, MAX_VALUE, RULES, type RuleId} from './rules.ts'
import type {Table} from './table.ts'
import {defaultZoneKey} from './zone-cells.ts'

export interface Survey {
  /** Rows with content, all of them either in `drafts` or in `rejected`. */
  readonly rows: number
  /** Rows of separators only; they count as nothing. */
  readonly blank: number
  readonly drafts: readonly Draft[]
  /** Physical lines of the rejected rows, with their key where it could be read. */
  readonly rejected: readonly {readonly line: number; readonly key?: string}[]
  /** In the order of the lines. At most MAX_FINDINGS; `byRule` counts them all. */
  readonly findings: readonly Finding[]
  readonly byRule: Readonly<Partial<Record<RuleId, number>>>
}

/** Throws the reason of `signal` when it aborts, and what reading the table throws. */
export async function survey(
  table: Table,
  mapping: Mapping,
  {prefix, kind}: {readonly prefix: readonly string[]; readonly kind?: Draft['kind'] | undefined},
  signal?: AbortSignal,
): Promise<Survey> {
  const context = {mapping, prefix, kind, width: table.header.length}
  const drafts: Draft[] = []
  const findings: Finding[] = []
  const refused = new Map<number, {line: number; key?: string}>()
  const byRule: Partial<Record<RuleId, number>> = {}
  const report = (finding: Finding) => {
    byRule[finding.rule] = (byRule[finding.rule] ?? 0) + 1
    if (findings.length < MAX_FINDINGS) findings.push(finding)
  }
  let rows = 0
  let blank = 0
  for await (const row of table.rows) {
    signal?.throwIfAborted()
    if (row.cells.every((cell) => cell.trim() === '')) {
      blank++
      continue
    }
    rows++
    const reading = readRow(row, context)
    for (const finding of reading.findings) report(finding)
    if (reading.draft) drafts.push(reading.draft)
    else refused.set(row.line, {line: row.line})
  }
  for (const finding of crossFindings(drafts, mapping)) {
    report(finding)
    if (finding.severity === 'error') refused.set(finding.line, {line: finding.line})
  }
  const good = drafts.filter(({line}) => !refused.has(line))
  for (const {line, key} of drafts) if (refused.has(line)) refused.set(line, {line, key})
  findings.sort((a, b) => a.line - b.line)
  const rejected = [...refused.values()].sort((a, b) => a.line - b.line)
  return {rows, blank, drafts: good, rejected, findings, byRule}
}

/** The survey with findings that were made after it: errors among them reject their rows. */
export function withFindings(survey: Survey, more: readonly Finding[]): Survey {
  if (more.length === 0) return survey
  const byRule = {...survey.byRule}
  for (const {rule} of more) byRule[rule] = (byRule[rule] ?? 0) + 1
  const refused = new Set(more.filter(({severity}) => severity === 'error').map(({line}) => line))
  const out = survey.drafts.filter(({line}) => refused.has(line)).map(({line, key}) => ({line, key}))
  return {
    ...survey,
    drafts: survey.drafts.filter(({line}) => !refused.has(line)),
    rejected: [...survey.rejected, ...out].sort((a, b) => a.line - b.line),
    findings: [...survey.findings, ...more.slice(0, MAX_FINDINGS - survey.findings.length)].sort(
      (a, b) => a.line - b.line,
    ),
    byRule,
  }
}

/** What only shows when rows are compared. Both rows of a pair are named: which of them is right is not ours to say. */
function* crossFindings(drafts: readonly Draft[], mapping: Mapping): Generator<Finding> {
  const twice = [...duplicates(drafts, mapping, 'zone-duplicate', 'zone', zoneIdentity)]
  yield* twice
  // A zone without a key of its own has been named already.
  const named = new Set(twice.map(({line}) => line))
  const others = drafts.filter(({line}) => !named.has(line))
  yield* duplicates(others, mapping, 'key-duplicate', 'key', ({kind, key}) => `${kind} ${key}`)
  yield* duplicates(drafts, mapping, 'account-duplicate', 'account', ({kind, account}) =>
    kind === 'panel' ? account : undefined,
  )
  yield* duplicates(
    drafts,
    mapping,
    'address-duplicate',
    mapping.fields.xaddr ? 'xaddr' : 'address',
    ({xaddr}) => xaddr,
  )
  yield* siteDifferences(drafts, mapping)
}

function* duplicates(
  drafts: readonly Draft[],
  mapping: Mapping,
  rule: RuleId,
  field: 'key' | 'account' | 'xaddr' | 'address' | 'zone',
  identityOf: (draft: Draft) => string | undefined,
): Generator<Finding> {
  const first = new Map<string, {draft: Draft; named: boolean}>()
  for (const draft of drafts) {
    const identity = identityOf(draft)
    if (identity === undefined) continue
    const known = first.get(identity)
    if (!known) {
      first.set(identity, {draft, named: false})
      continue
    }
    if (!known.named) yield pairFinding(known.draft, draft.line)
    known.named = true
    yield pairFinding(draft, known.draft.line)
  }

  function pairFinding(draft: Draft, other: number): Finding {
    const [column] = mapping.fields[field] ?? []
    const value = draft[field === 'address' ? 'xaddr' : field]
    return {
      line: draft.line,
      ...(column && {column: column.name, letter: column.letter}),
      ...(value !== undefined && {value: safeText(value, MAX_VALUE)}),
      rule,
      severity: RULES[rule],
      other,
    }
  }
}

function zoneIdentity({kind, account = '', partition, zone}: Draft): string | undefined {
  return kind === 'zone' ? defaultZoneKey(account, {...(partition && {partition}), ...(zone && {zone})}) : undefined
}

/** Rows that put one site into two jurisdictions, or give it two names. The first row counts. */
function* siteDifferences(drafts: readonly Draft[], mapping: Mapping): Generator<Finding> {
  const [column] = mapping.fields.site ?? []
  if (!column) return
  const first = new Map<string, Draft>()
  for (const draft of drafts) {
    if (draft.site === undefined) continue
    const known = first.get(draft.site)
    if (!known) first.set(draft.site, draft)
    else if (differs(known.jurisdiction, draft.jurisdiction) || differs(known.siteName, draft.siteName)) {
      const where = {column: column.name, letter: column.letter, value: safeText(draft.site, MAX_VALUE)}
      yield {line: draft.line, ...where, rule: 'site-differs', severity: RULES['site-differs'], other: known.line}
    }
  }
}

function differs(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other
}
