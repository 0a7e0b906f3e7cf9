/** Reads a whole inventory: every row a draft or rejected, and every finding of the file in one pass. */
import {safeText} from '../lib/safe-text.ts'
import type {Draft} from './draft.ts'
import {MAX_FINDINGS} from './limits.ts'
import type {Mapping} from './mapping.ts'
import {readRow} from './record.ts'
import {type Finding, MAX_VALUE, RULES, type RuleId} from './rules.ts'
import type {Table} from './table.ts'

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
  prefix: readonly string[],
  signal?: AbortSignal,
): Promise<Survey> {
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
    const reading = readRow(row, mapping, prefix, table.header.length)
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

/** What only shows when rows are compared. Both rows of a pair are named: which of them is right is not ours to say. */
function* crossFindings(drafts: readonly Draft[], mapping: Mapping): Generator<Finding> {
  yield* duplicates(drafts, mapping, 'key-duplicate', 'key', ({kind, key}) => `${kind} ${key}`)
  yield* duplicates(drafts, mapping, 'account-duplicate', 'account', ({account}) => account)
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
  field: 'key' | 'account' | 'xaddr' | 'address',
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
    const value = field === 'key' ? draft.key : field === 'account' ? draft.account : draft.xaddr
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
