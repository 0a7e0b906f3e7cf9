/** What an import says to the person who runs it: how the file was read, the counts, what is wrong, what to do next. */
import type {ImportReport, TableFacts} from '../../site/import.ts'
import {type Finding, RULES, type RuleId} from '../../site/rules.ts'
import type {Language} from '../i18n/language.ts'
import {ruleWords} from '../i18n/site-rules.ts'

/** Findings and changes shown of each sort; all of them are in --json. */
const SHOWN = 5

const BECAUSE: Readonly<Record<TableFacts['because'], string>> = {
  named: 'as you said',
  mark: 'by its byte order mark',
  ascii: 'plain ASCII',
  valid: 'every byte fits',
  header: 'by the words of its header',
}
const DELIMITER_NAMES: Readonly<Record<string, string>> = {',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar'}

/** How the file was understood, a line each: for standard error. */
export function tableLines(facts: TableFacts): string[] {
  const {file, format, encoding, because, delimiter, mapping, extra, secret, unnamed} = facts
  const separated = delimiter ? `, separated by ${DELIMITER_NAMES[delimiter]}` : ''
  const fields = Object.entries(mapping).map(([field, columns]) => `${field} ← ${columns.join(' / ')}`)
  return [
    `${file}: ${format.toUpperCase()}, ${encoding} (${BECAUSE[because]})${separated}`,
    `columns: ${fields.join(', ')}`,
    ...(extra.length > 0 ? [`kept with each camera, under their own names: ${extra.join(', ')}`] : []),
    ...(secret.length > 0
      ? [`warning: passwords stand in the file (${secret.join(', ')}); they were not read. Keep it safe.`]
      : []),
    ...(unnamed.length > 0 ? [`warning: no header in column ${unnamed.join(', ')}; passed over while empty`] : []),
  ]
}

/** Counts first, then causes, then the findings and changes themselves. */
export function reportLines(report: ImportReport, language: Language): string[] {
  const {rows, blank, counts, sites, state, items} = report
  // An interrupted import has written only a part: its counts are still what there was to do.
  const word = (done: string, todo: string) => (state === 'written' ? done : `to ${todo}`)
  return [
    `rows ${rows}: ${counts.created} ${word('created', 'create')}, ${counts.updated} ${word('updated', 'update')}, ${counts.unchanged} unchanged, ${counts.rejected} rejected`,
    `sites: ${sites.created} ${word('created', 'create')}, ${sites.updated} ${word('updated', 'update')}`,
    ...(blank > 0 ? [`${blank} empty rows passed over`] : []),
    ...causeLines(report, language),
    ...changeLines(items.filter(({result}) => result === 'updated')),
  ]
}

function causeLines({byRule, findings}: ImportReport, language: Language): string[] {
  const rules = (Object.keys(RULES) as RuleId[]).filter((rule) => byRule[rule])
  rules.sort((a, b) => RULES[a].localeCompare(RULES[b]) || byRule[b]! - byRule[a]!)
  return rules.flatMap((rule) => {
    const {found, fix} = ruleWords(rule, language)
    const mine = findings.filter((finding) => finding.rule === rule)
    const more = byRule[rule]! - Math.min(mine.length, SHOWN)
    return [
      '',
      `${RULES[rule]} ${rule} × ${byRule[rule]}: ${found} — ${fix}`,
      ...mine.slice(0, SHOWN).map(findingLine),
      ...(more > 0 ? [`  … and ${more} more (--json has all)`] : []),
    ]
  })
}

function findingLine({line, letter, column, value, other}: Finding): string {
  const where = letter ? `, column ${letter}${column ? ` ${column}` : ''}` : ''
  const what = value === undefined ? '' : `: ${value}`
  return `  line ${line}${where}${what}${other === undefined ? '' : ` (see line ${other})`}`
}

function changeLines(updates: ImportReport['items']): string[] {
  if (updates.length === 0) return []
  const lines = updates
    .slice(0, SHOWN)
    .flatMap(({line, key, fields}) => [
      `  line ${line} ${key}`,
      ...(fields ?? []).map(({field, from, to}) => `    ${field}: ${from ?? '(nothing)'} → ${to}`),
    ])
  const more = updates.length - SHOWN
  return ['', 'updates', ...lines, ...(more > 0 ? [`  … and ${more} more (--json has all)`] : [])]
}

/** The report for programs: findings with the words of their rule. Machine output is English. */
export function reportJson(report: ImportReport) {
  return {...report, findings: report.findings.map((finding) => ({...finding, ...ruleWords(finding.rule, 'en')}))}
}
